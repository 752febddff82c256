"""MusicVAE: sections are encoded by convolutions, planned by a conductor, and decoded step by step. Run this file for shapes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.musicvae import MusicVaeConfig
from studio.generators.musicvae.clips import SECTION, TOKENS
from studio.generators.parts.decoder import Decoder, DecoderConfig, KVCache

BEGIN = TOKENS  # what stands before a section's first step; also what stands for a step that is dropped


class Encoder(nn.Module):
    """q(z|x): clips of S sections (B, S · 32) → mean and log variance of z, (B, latent) each."""

    def __init__(self, config: MusicVaeConfig) -> None:
        super().__init__()
        width = config.width
        self.sections, self.width = config.sections, width
        self.embedding = nn.Embedding(TOKENS, width)
        self.place = nn.Parameter(torch.randn(SECTION, width) * 0.1)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, width, 5, padding=2) for _ in range(2))
        self.halve = nn.ModuleList(nn.Conv1d(width, width, 4, stride=2, padding=1) for _ in range(2))
        self.gather = nn.Linear(width * SECTION // 4, 2 * width)
        self.rows = nn.GRU(2 * width, width, bidirectional=True, batch_first=True) if config.sections > 1 else None
        self.out = nn.Linear(2 * width * config.sections, 2 * config.latent)
        nn.init.constant_(self.out.bias[config.latent :], -2.0)  # little noise at first, so that the decoder comes to use z

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        x = (self.embedding(clips.view(-1, SECTION)) + self.place).transpose(1, 2)  # (B · S, width, 32)
        for convolution, halve in zip(self.convolutions, self.halve, strict=True):
            x = F.gelu(halve(x + F.gelu(convolution(x))))
        seen = F.gelu(self.gather(x.flatten(1)))
        if self.rows is not None:
            rows = seen.view(-1, self.sections, 2 * self.width)
            seen = (rows + self.rows(rows)[0]).flatten(1)
        mean, log_variance = self.out(seen).chunk(2, dim=1)
        return mean, log_variance.clamp(-10, 4)


class Sections(nn.Module):
    """The conductor (Roberts et al. 2018, section 3.2): z (B, latent) → the embedding of each section (B · S, width)."""

    def __init__(self, config: MusicVaeConfig) -> None:
        super().__init__()
        self.sections = config.sections
        self.first = nn.Linear(config.latent, config.sections * config.width)
        self.rows = nn.GRU(config.width, config.width, 2, batch_first=True) if config.sections > 1 else None

    def forward(self, z: Tensor) -> Tensor:
        plan = self.first(z).view(len(z), self.sections, -1)
        if self.rows is not None:
            plan = plan + self.rows(plan)[0]
        return plan.flatten(0, 1)


class MusicVae(nn.Module):
    """Encoder, conductor, and p(x|z): a decoder of each step given its section's embedding and the steps before it."""

    def __init__(self, config: MusicVaeConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.encoder, self.conductor = Encoder(config), Sections(config)
        self.embedding = nn.Embedding(TOKENS + 1, width)
        self.place = nn.Parameter(torch.randn(SECTION, width) * 0.1)
        self.planned = nn.Linear(width, SECTION * width)
        pairs = width // config.heads // 2
        self.decoder = Decoder(DecoderConfig(width, config.layers, config.heads, config.heads, 2 * width, rotary=((pairs, 1_000.0),)))
        self.head = nn.Linear(width, TOKENS)

    def forward(self, z: Tensor, before: Tensor) -> Tensor:
        """Latents (B, latent) and the steps before each, (B · S, 32) → logits (B · S, 32, TOKENS)."""
        return self.head(self.decoder(self.entered(self.conductor(z), before, 0), self._positions(0, SECTION)))

    def entered(self, plan: Tensor, before: Tensor, first: int) -> Tensor:
        """What the decoder reads from step `first` on: the step before, the place, and what the plan has for it."""
        steps = before.shape[1]
        planned = self.planned(plan).view(len(plan), SECTION, -1)[:, first : first + steps]
        return self.embedding(before) + self.place[first : first + steps] + planned

    @torch.no_grad()
    def write(self, z: Tensor, chances: Tensor | None = None, temperature: float = 0.0) -> Tensor:
        """z (B, latent) → clips (B, S · 32), greedily, or sampled at `temperature` by the uniform numbers `chances` (B · S, 32)."""
        plan = self.conductor(z)
        cache: KVCache = self.decoder.cache(len(plan), SECTION)
        last = torch.full((len(plan), 1), BEGIN, device=plan.device)
        written = []
        for step in range(SECTION):
            logits = self.head(self.decoder(self.entered(plan, last, step), self._positions(step, 1), cache))[:, 0]
            if chances is None or temperature == 0:
                last = logits.argmax(1, keepdim=True)
            else:
                reached = (logits / temperature).softmax(1).cumsum(1)
                last = (reached < chances[:, step : step + 1]).sum(1, keepdim=True).clamp(max=TOKENS - 1)
            written.append(last)
        return torch.cat(written, dim=1).view(len(z), -1)

    def _positions(self, first: int, count: int) -> Tensor:
        return torch.arange(first, first + count, device=self.place.device)[None, :, None]


if __name__ == "__main__":
    from studio.generators.parts.report import report

    for sections in (1, 8):
        network = MusicVae(MusicVaeConfig(sections=sections))
        report("encoder", network.encoder, torch.zeros(1, sections * SECTION, dtype=torch.long))
        report("musicvae", network, torch.zeros(1, network.config.latent), torch.zeros(sections, SECTION, dtype=torch.long))
