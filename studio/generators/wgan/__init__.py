"""Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, arXiv:1704.00028).

The critic does not tell true from false; it measures how far the drawn pictures are from the real ones, as work to move one heap of
sand onto another. Its loss falls as pictures get better, which no other loss of this kind does: watch `critic` in the lab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import point_actions


@dataclass(frozen=True)
class WganConfig:
    """`widths` are the channels at 4, 8, 16, … pixels; z has `latent` numbers. `colours` is the usual
    limit of colours a picture, `penalty` the paper's λ, `hint` weighs the encoder's losses at first,
    and the share `stays` of it to the end."""

    size: int = 32
    latent: int = 64
    widths: tuple[int, ...] = (128, 128, 64, 32)
    channels: int = 4
    colours: int = 48
    penalty: float = 10.0
    hint: float = 0.0
    stays: float = 0.0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> WganConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    return point_actions.actions({}, colours=int(config.get("colours", WganConfig.colours)))


def _config_for(size: int) -> dict[str, Any]:
    return {"size": size, "latent": 64, "widths": [128, 128, 64, 32, 16][: size.bit_length() - 2], "hint": 20.0, "stays": 0.3}


FAMILY = Family(
    name="wgan",
    title="Wasserstein GAN",
    paper="Gulrajani et al. 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028",
    actions=_actions,
    module="studio.generators.wgan.family",
    explains=(
        "A critic measures how far drawn pictures are from real ones, and the forger walks downhill. The number that the critic "
        "gives falls as pictures get better, so that you can read the curve."
    ),
    trains=Trains(_config_for, pictures=400_000),
)
