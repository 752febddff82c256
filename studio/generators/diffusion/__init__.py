"""Diffusion (Ho et al. 2020, arXiv:2006.11239), trained and sampled as Karras et al. 2022 (EDM, arXiv:2206.00364) lay it out.

Noise is taken away step by step. The same network fills a hole, redraws a picture more or less freely, and listens to attributes
by classifier-free guidance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.parts import listening


@dataclass(frozen=True)
class DiffusionConfig:
    """Square pictures of `size` pixels with `channels`, folded by `patch`; `widths` of the U-Net at its three sizes.

    `deviation` is the data's standard deviation. `attributes` maps what the model listens to, to its values.
    """

    size: int = 32
    channels: int = 4
    patch: int = 2
    widths: tuple[int, int, int] = (48, 96, 144)
    deviation: float = 0.6
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> DiffusionConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return ()


FAMILY = Family(
    name="diffusion",
    title="Diffusion",
    paper="Ho et al. 2020, Denoising Diffusion Probabilistic Models, arXiv:2006.11239",
    actions=_actions,
    module="studio.generators.diffusion.family",
    explains="",
    trains=Trains(
        lambda size: {
            "size": size,
            "channels": 4,
            "patch": max(1, size // 16),
            "widths": [48, 96, 144],
            "deviation": 0.6,
            "attributes": {},
        },
        pictures=400_000,
    ),
)
