"""Training of the StyleGAN: relativistic pairing loss with R1 and R2 penalties every fourth step, EMA of the generator.

Non-saturating loss with R1 alone collapsed at this size; this recipe (R3GAN, Huang et al. 2025, arXiv:2501.05441) does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.capabilities import Batch
from studio.generators.parts import state
from studio.generators.parts.attributes import AttributeShares, count_shares
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, as_tensor
from studio.generators.stylegan import ListeningSettings, StyleGanConfig
from studio.generators.stylegan.networks import Discriminator, Generator
from studio.media import Picture

LEARNING_RATE = 2e-3
DECAY_FROM = 0.7
PENALTY_EVERY = 4
HINT_UNTIL = 0.8  # share of the training after which only the critic speaks
HALF_LIFE_LIMIT = 5000  # pictures; the average's half-life grows with training up to here
TRUNCATION_SAMPLES = 10_000
CRITIC_ALONE = 200  # steps
COUNTS = 4


class StyleGanTrainer:
    """Implements `Trainer` and `BeginsFrom`; B is a multiple of 4."""

    def __init__(self, config: StyleGanConfig, device: torch.device, shares: AttributeShares | None = None) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        layout = torch.channels_last
        self.generator = Generator(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Generator(config).to(device, memory_format=layout).requires_grad_(False)  # type: ignore[call-overload]
        self.averaged.load_state_dict(self.generator.state_dict())
        self.discriminator = Discriminator(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.generator_optimiser = torch.optim.Adam(self.generator.parameters(), LEARNING_RATE, (0.0, 0.99))
        self.discriminator_optimiser = torch.optim.Adam(self.discriminator.parameters(), LEARNING_RATE, (0.0, 0.99))
        self.shares = shares
        # Steps, pictures, steps since the optimisers were fresh, steps that the critic still learns alone.
        self.counts = torch.zeros(COUNTS, dtype=torch.float64)

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished generator. The critic starts afresh, so it learns alone at first: a fresh one would teach nonsense."""
        del files
        kept = {key: value.float() for key, value in weights.items() if "listening" not in key}
        for network in (self.generator, self.averaged):
            network.load_state_dict(kept)
        self.counts[3] = CRITIC_ALONE

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        real = as_tensor(batch.pictures, self.device)
        chosen = torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device) if self.config.attributes else None
        self._set_learning_rates(progress)
        losses = self._discriminator_step(real, chosen)
        self.counts += torch.tensor([1, len(batch), 1, -1])
        if self.counts[3] >= 0:
            return losses
        losses |= self._generator_step(real, chosen, self.config.hint * max(0.0, 1 - progress / HINT_UNTIL))
        half_life = max(min(HALF_LIFE_LIMIT, self.counts[1].item() * 0.05), 1)
        state.average(self.averaged, self.generator, 0.5 ** (len(batch) / half_life))
        return losses

    def _set_learning_rates(self, progress: float) -> None:
        warm = min(1.0, (self.counts[2].item() + 1) / 200)
        falling = 1.0 if progress < DECAY_FROM else max(0.05, (1 - progress) / (1 - DECAY_FROM))
        for optimiser in (self.generator_optimiser, self.discriminator_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * warm * falling

    def _discriminator_step(self, real: Tensor, chosen: Tensor | None) -> dict[str, float]:
        penalised = int(self.counts[0].item()) % PENALTY_EVERY == 0
        with torch.no_grad():
            fake = self.generator(self._noise(len(real)), chosen)
        if penalised:
            real, fake = real.detach().requires_grad_(True), fake.detach().requires_grad_(True)
        judged_real, judged_fake = self.discriminator(real, chosen), self.discriminator(fake, chosen)
        loss = F.softplus(judged_fake - judged_real).mean()
        measured = {"discriminator": loss.item()}
        if penalised:
            slopes = torch.autograd.grad(judged_real.sum() + judged_fake.sum(), (real, fake), create_graph=True)
            penalty = torch.stack([slope.square().sum((1, 2, 3)).mean() for slope in slopes]).sum()
            loss = loss + PENALTY_EVERY * 0.5 * self.config.penalty * penalty
            measured["penalty"] = float(penalty.detach())
        self.discriminator_optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.discriminator_optimiser.step()
        return measured

    def _generator_step(self, real: Tensor, chosen: Tensor | None, hint: float) -> dict[str, float]:
        """Fool the critic; while `hint` is above 0 also come near the real picture with the same attributes (Isola et al. 2016)."""
        self.discriminator.requires_grad_(False)
        fake = self.generator(self._noise(len(real)), chosen)
        loss = F.softplus(self.discriminator(real, chosen) - self.discriminator(fake, chosen)).mean()
        measured = {"generator": loss.item()}
        if hint > 0:
            apart = F.l1_loss(fake, real)
            loss = loss + hint * apart
            measured["apart"] = float(apart.detach())
        self.generator_optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.generator_optimiser.step()
        self.discriminator.requires_grad_(True)
        return measured

    def _noise(self, count: int) -> Tensor:
        return torch.randn(count, self.config.latent, device=self.device)

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        z = torch.randn(count, self.config.latent, generator=source).to(self.device)
        w = self.averaged.broadcast(self.averaged.mapping(z, self._choices(count, source)))
        pixels = self.averaged.synthesis(w, self.averaged.fresh_noise(count, source))
        return as_pictures(pixels)

    def _choices(self, count: int, source: torch.Generator) -> Tensor | None:
        return choices(self.shares, count, source, self.device)

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter(self._parts(), flat)
        counted = flat.get("counts", torch.zeros(COUNTS)).double()
        self.counts = torch.zeros(COUNTS, dtype=torch.float64)
        self.counts[: len(counted)] = counted
        if not any(key.startswith("generator_optimiser.") for key in flat):
            self.counts[2] = 0

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {
            "generator": self.generator,
            "averaged": self.averaged,
            "discriminator": self.discriminator,
            "generator_optimiser": self.generator_optimiser,
            "discriminator_optimiser": self.discriminator_optimiser,
        }


def choices(shares: AttributeShares | None, count: int, source: torch.Generator, device: torch.device) -> Tensor | None:
    """(count, attributes) values as they occur, or None where the model listens to nothing."""
    return None if shares is None else torch.tensor([shares.choose(source) for _ in range(count)], device=device)


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> StyleGanTrainer:
    """A trainer for pictures of the config's size."""
    made = StyleGanConfig(**{**config, "widths": tuple(config["widths"])})
    shares = AttributeShares(count_shares(data.attributes, made.attributes), made.attributes) if made.attributes else None
    return StyleGanTrainer(made, device, shares)


@torch.no_grad()
def finish(config: StyleGanConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the mean of w with its principal directions, the set's palette, and how often attributes occur."""
    from studio.generators.parts import directions

    generator = Generator(config)
    generator.load_state_dict(dict(weights))
    source = torch.Generator().manual_seed(0)
    z = torch.randn(TRUNCATION_SAMPLES, config.latent, generator=source)
    counted = count_shares(data.attributes, config.attributes)
    shares = AttributeShares(counted, config.attributes) if config.attributes else None
    w = generator.mapping(z, choices(shares, len(z), source, torch.device("cpu")), ListeningSettings.strictness)
    found = {"directions": directions.to_tensors(directions.principal("w", w.numpy(), 12)), "palette": ({"colours": palette.colours}, {})}
    return found | ({"attributes": ({"shares": counted}, {})} if config.attributes else {})
