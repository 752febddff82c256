"""DALL·E's two networks: a codec that turns pictures into a few codes and back, and a transformer over words, style and codes.

Ramesh et al. 2021 (arXiv:2102.12092); the codes are those of finite scalar quantisation, Mentzer et al. 2023 (arXiv:2309.15505): each
number of a small vector is rounded to one of a few levels, and the vector's levels together are the code. Nothing has to be learnt for
that, and no code is left unused. Shapes: B rows, c channels, s pixels a side, g codes a side, L words, F numbers of a frozen vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.dalle import DalleConfig
from studio.generators.parts.decoder import Decoder, DecoderConfig, KVCache

GROUPS = 8
OPAQUE = 0.5  # from here on a pixel of a palette is no longer transparent
MARGIN = 1e-3  # by which a bounded number may pass the outermost level, so that its slope there is not nought
PAD, UNKNOWN = 0, 1  # words of a prompt that are not there, and those without an embedding of their own
FIRST_WORD = 2


class Quantiser(nn.Module):
    """Finite scalar quantisation (Mentzer et al. 2023, section 3.1): d real numbers → one of Π `levels` codes; values lie in [-1, 1]."""

    reach: Tensor
    offset: Tensor
    shift: Tensor
    lowest: Tensor
    sizes: Tensor
    bases: Tensor

    def __init__(self, levels: Sequence[int]) -> None:
        super().__init__()
        sizes = torch.tensor(levels)
        half = (sizes - 1) * (1 + MARGIN) / 2
        offset = torch.where(sizes % 2 == 0, 0.5, 0.0)  # an even number of levels has none in the middle
        self.count = int(sizes.prod())
        kept = {
            "sizes": sizes, "reach": half, "offset": offset, "shift": (offset / half).atanh(), "lowest": sizes // 2,
            "bases": torch.cat([torch.ones(1, dtype=torch.long), sizes.cumprod(0)[:-1]]),
        }  # fmt: skip
        for name, value in kept.items():
            self.register_buffer(name, value, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(…, d) → the nearest levels as values, round(f(x)) with f a scaled and shifted tanh; its gradient is f's (straight-through)."""
        bounded = (x + self.shift).tanh() * self.reach - self.offset
        rounded = bounded.round()
        return (bounded + (rounded - bounded).detach()) / self.lowest

    def codes(self, values: Tensor) -> Tensor:
        """Values (..., d) → codes (...)."""
        return (((values * self.lowest).round().long() + self.lowest) * self.bases).sum(-1)

    def values(self, codes: Tensor) -> Tensor:
        """Codes (...) → values (..., d)."""
        return ((codes[..., None] // self.bases) % self.sizes - self.lowest) / self.lowest


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first_norm, self.first = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, width, 3, padding=1)
        self.second_norm, self.second = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.first(F.silu(self.first_norm(x)))
        return x + self.second(F.silu(self.second_norm(inner)))


def _end(width: int, out: int, kernel: int) -> list[nn.Module]:
    return [nn.GroupNorm(GROUPS, width), nn.SiLU(), nn.Conv2d(width, out, kernel, padding=kernel // 2)]


class Codec(nn.Module):
    """Pictures (B, c, s, s) in [0, 1] ↔ codes (B, g · g), row by row. It folds pixels first: most of its work is at 2g and g a side.

    Colours are multiplied by opacity. Of a palette, (colours + 1, c), the last is transparent.
    """

    palette: Tensor

    def __init__(self, config: DalleConfig) -> None:
        super().__init__()
        fine, coarse = config.codec_widths
        self.grid, fold = config.grid, config.size // (2 * config.grid)
        folded, numbers, self.colours = config.channels * fold**2, len(config.levels), config.colours
        out = (config.colours + 1) * fold**2 if config.colours else folded
        if config.colours:
            self.register_buffer("palette", torch.zeros(config.colours + 1, config.channels))
        self.quantiser = Quantiser(config.levels)
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(fold), nn.Conv2d(folded, fine, 3, padding=1), Residual(fine),
            nn.Conv2d(fine, coarse, 3, 2, padding=1), Residual(coarse), Residual(coarse), *_end(coarse, numbers, 1),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Conv2d(numbers, coarse, 3, padding=1), Residual(coarse), Residual(coarse), Residual(coarse), nn.Upsample(scale_factor=2),
            nn.Conv2d(coarse, fine, 3, padding=1), Residual(fine), Residual(fine), *_end(fine, out, 3), nn.PixelShuffle(fold),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (B, c, s, s) of the pictures given back from their codes; with a palette (B, colours + 1, s, s)."""
        values = self.quantiser(self.encoder(pictures).permute(0, 2, 3, 1))  # (B, g, g, d)
        return self.decoder(values.permute(0, 3, 1, 2))

    def encode(self, pictures: Tensor) -> Tensor:
        return self.quantiser.codes(self.quantiser(self.encoder(pictures).permute(0, 2, 3, 1))).flatten(1)

    def decode(self, codes: Tensor) -> Tensor:
        values = self.quantiser.values(codes.view(-1, self.grid, self.grid))
        logits = self.decoder(values.permute(0, 3, 1, 2))
        return self.palette[logits.argmax(1)].permute(0, 3, 1, 2) if self.colours else logits.sigmoid()

    def losses(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, c, s, s) → −ln p in nats a number (with a palette, a pixel), and E|x̂ − x| (with a palette, 1 − p of the colour)."""
        logits = self(pictures)
        if not self.colours:
            return F.binary_cross_entropy_with_logits(logits, pictures), F.l1_loss(logits.sigmoid(), pictures)
        nats = F.cross_entropy(logits, self.indices(pictures), reduction="none")
        return nats.mean(), 1 - (-nats).exp().mean()

    def indices(self, pictures: Tensor) -> Tensor:
        """(B, s, s) the nearest colour of each pixel, or transparent."""
        pixels = pictures.permute(0, 2, 3, 1)
        nearest = torch.cdist(pixels[..., :3].flatten(0, 2), self.palette[:-1, :3]).argmin(1).view(pixels.shape[:3])
        return torch.where(pixels[..., 3] < OPAQUE, self.colours, nearest) if pixels.shape[-1] == 4 else nearest


@dataclass(frozen=True)
class Prompt:
    """What the transformer reads first: `words` (B, L) numbers of the vocabulary, `vectors` (B, L, F) frozen, `styles` (B,)."""

    words: Tensor
    vectors: Tensor
    styles: Tensor

    def __len__(self) -> int:
        return len(self.words)

    def rows(self, some: slice) -> Prompt:
        return Prompt(self.words[some], self.vectors[some], self.styles[some])

    def to(self, device: torch.device) -> Prompt:
        return Prompt(self.words.to(device), self.vectors.to(device), self.styles.to(device))

    def without_words(self) -> Prompt:
        """The unconditional prompt of the same styles."""
        everyone = torch.ones(len(self), dtype=torch.bool, device=self.words.device)
        return self.dropped(everyone, ~everyone, 0)

    def unconditional(self, null_style: int) -> Prompt:
        """Without words and with the style `null_style`, which stands for any."""
        everyone = torch.ones(len(self), dtype=torch.bool, device=self.words.device)
        return self.dropped(everyone, everyone, null_style)

    def dropped(self, words: Tensor, styles: Tensor, null_style: int) -> Prompt:
        """Rows of the mask `words` (B,) lose their words, those of the mask `styles` (B,) get `null_style`."""
        return Prompt(self.words * ~words[:, None], self.vectors, torch.where(styles, null_style, self.styles))

    def joined(self, other: Prompt) -> Prompt:
        parts = zip((self.words, self.vectors, self.styles), (other.words, other.vectors, other.styles), strict=True)
        return Prompt(*(torch.cat(each) for each in parts))


def decoder_config(config: DalleConfig) -> DecoderConfig:
    return DecoderConfig(config.width, config.layers, config.heads, config.heads, config.hidden, rotary=())


class Dalle(nn.Module):
    """A prompt and codes (B, g · g) → logits (B, g · g, codes), each from the prompt and the codes before it.

    A word is the sum of its own embedding, where the vocabulary has it, and of a frozen language model's hidden state, projected: that
    generalises to words that no picture had. The position of a step is that of the code to come.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: DalleConfig) -> None:
        super().__init__()
        width = config.width
        self.config, self.length = config, config.grid**2
        self.no_style = len(config.styles)
        self.words = nn.Embedding(FIRST_WORD + config.vocabulary, config.word_width)
        self.word_in = nn.Linear(config.word_width, width, bias=False)
        self.vector_in = nn.Linear(config.language_width, width, bias=False)
        self.styles = nn.Embedding(self.no_style + 1, width)
        self.order = nn.Parameter(torch.zeros(config.prompt_words + 1, width))
        self.codes = nn.Embedding(Quantiser(config.levels).count, width)
        self.rows, self.columns = nn.Parameter(torch.zeros(config.grid, width)), nn.Parameter(torch.zeros(config.grid, width))
        self.decoder = Decoder(decoder_config(config))
        self.head = nn.Linear(width, self.codes.num_embeddings)
        self.register_buffer("mean", torch.zeros(config.language_width))
        self.register_buffer("deviation", torch.ones(config.language_width))
        for weight in (self.styles.weight, self.codes.weight, self.order, self.rows, self.columns, self.head.weight):
            nn.init.normal_(weight, std=0.02)
        nn.init.normal_(self.words.weight, std=0.1)
        nn.init.normal_(self.word_in.weight, std=0.2 / config.word_width**0.5)
        nn.init.normal_(self.vector_in.weight, std=0.02 / config.language_width**0.5)
        nn.init.zeros_(self.head.bias)

    def prefix(self, prompt: Prompt) -> Tensor:
        """(B, L + 1, width): the words, then the style, whose step foretells the first code."""
        thought = (prompt.vectors.float() - self.mean) / self.deviation * (prompt.words > PAD)[..., None]
        words = self.word_in(self.words(prompt.words)) + self.vector_in(thought)
        return torch.cat([words, self.styles(prompt.styles)[:, None]], 1) + self.order

    def entered(self, codes: Tensor, first: int) -> Tensor:
        """(B, T, width) of codes that stand from place `first` - 1 on, each with the position of the next."""
        places = torch.arange(first, first + codes.shape[1], device=codes.device)
        return self.codes(codes) + self.rows[places // self.config.grid] + self.columns[places % self.config.grid]

    def forward(self, prompt: Prompt, codes: Tensor) -> Tensor:
        x = torch.cat([self.prefix(prompt), self.entered(codes[:, :-1], 1)], 1)
        return self.head(self.decoder(x)[:, self.config.prompt_words :])

    def surprise(self, prompt: Prompt, codes: Tensor) -> Tensor:
        """(B, g · g): −ln p of each code given the prompt and the codes before it."""
        return F.cross_entropy(self(prompt, codes).flatten(0, 1), codes.flatten(), reduction="none").view(codes.shape)

    def begun(self, prompt: Prompt) -> tuple[Tensor, KVCache]:
        """Logits (B, codes) of the first code, and the cache to go on from."""
        cache = self.decoder.cache(len(prompt), self.config.prompt_words + self.length)
        return self.head(self.decoder(self.prefix(prompt), cache=cache)[:, -1]), cache

    def after(self, codes: Tensor, place: int, cache: KVCache) -> Tensor:
        """Logits (B, codes) of the code at `place`, when `codes` (B,) were chosen for the one before it."""
        return self.head(self.decoder(self.entered(codes[:, None], place), cache=cache)[:, -1])


if __name__ == "__main__":
    from studio.generators.parts.report import report

    config = DalleConfig()
    report("codec", Codec(config), torch.zeros(1, config.channels, config.size, config.size))
    report("decoder", Decoder(decoder_config(config)), torch.zeros(1, config.prompt_words + config.grid**2, config.width))
