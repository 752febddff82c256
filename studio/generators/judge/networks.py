"""The judge's network: five convolutions, 64 features, one linear head an attribute."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.judge import JudgeConfig


class Judge(nn.Module):
    """Premultiplied RGBA in [-1, 1] → features (B, 64) → logits for each attribute."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        widths = (4, 32, 64, 96, 128)
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, 1, 1) for a, b in pairwise(widths))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:])
        self.features = nn.Linear(widths[-1] * (config.size // 8) ** 2, config.features)
        self.heads = nn.ModuleList(nn.Linear(config.features, count) for count in config.answers)

    def embed(self, pictures: Tensor) -> Tensor:
        hidden = pictures
        for level, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            hidden = F.relu(norm(conv(hidden)))
            if level < 3:
                hidden = F.max_pool2d(hidden, 2)
        return F.relu(self.features(hidden.flatten(1)))  # (B, features)

    def read(self, features: Tensor) -> list[Tensor]:
        """Features → one (B, answers) tensor of logits an attribute."""
        return [head(features) for head in self.heads]

    def forward(self, pictures: Tensor) -> list[Tensor]:
        return self.read(self.embed(pictures))


if __name__ == "__main__":
    from studio.generators.parts.report import report

    report("judge", Judge(JudgeConfig(("hair",), (10,))), torch.randn(1, 4, 32, 32))
