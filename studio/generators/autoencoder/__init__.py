"""Autoencoder with a small, normally distributed map: the first half of latent diffusion (Rombach et al. 2022, arXiv:2112.10752).

A picture becomes a map a quarter of its side with four numbers a place, and comes back nearly the same. Models that draw in that map
instead of in pixels have sixteen times fewer places to think about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input


@dataclass(frozen=True)
class AutoencoderConfig:
    """Square pictures of `size` pixels with `channels` become maps of a quarter of the side with `latent` numbers a place.

    `widths` are the channels at a half and a quarter of the side; `divergence` weighs KL(q(z|x) ‖ N(0, I)).
    """

    size: int = 64
    channels: int = 3
    latent: int = 4
    widths: tuple[int, int] = (64, 96)
    divergence: float = 1e-5

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> AutoencoderConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


@dataclass(frozen=True)
class PassSettings:
    """Nothing to choose."""


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    del config
    return (
        Action(
            "rebuild", "Squeeze and rebuild", "Squeeze a picture through the model's map and see what comes back.",
            Capability.TRANSFORMS, "picture", PassSettings, (Input("picture", "picture", "Picture"),), icon="shrink", many=False,
        ),
    )  # fmt: skip


FAMILY = Family(
    name="autoencoder",
    title="Autoencoder",
    paper="Rombach et al. 2022, High-Resolution Image Synthesis with Latent Diffusion Models, arXiv:2112.10752",
    actions=_actions,
    module="studio.generators.autoencoder.family",
    explains="Squeezes a picture into a small map and rebuilds it. Other models draw in that map, which is far less work than pixels.",
)
