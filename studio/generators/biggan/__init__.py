"""BigGAN (Brock et al. 2018, arXiv:1809.11096) at small sizes: one network for every kind of picture.

A vector a kind shared by all layers, z split over the blocks, a projection critic, the truncation trick, orthogonal regularisation.
Trained with a Wasserstein critic, whose gradient does not vanish on small sets. Differentiable augmentation is there for
those who write a config; it is off, as it made that critic's gradient large and the tiles worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.generators.description import Action, Family, Trains, setting
from studio.generators.parts import point_actions
from studio.generators.parts.painting import PixelArtSettings


@dataclass(frozen=True)
class BigGanConfig:
    """`widths` are the channels at 4, 8, 16, … pixels; z has `latent` numbers, an equal part for each size.

    `colours` is the usual limit of colours a picture. `hint` weighs the encoder's losses at first, and the share `stays` of it
    to the end. `embedding` is the length of the vector that stands for what is asked for. `circular` is the share of the
    training's steps that draw pictures which tile, `augmentation` the strength of what the critic's pictures go through.
    """

    size: int = 32
    latent: int = 128
    embedding: int = 64
    widths: tuple[int, ...] = (128, 128, 64, 32)
    channels: int = 4
    colours: int = 48
    penalty: float = 10.0
    hint: float = 0.0
    stays: float = 0.0
    orthogonal: float = 1e-4
    augmentation: float = 0.0
    circular: float = 0.25
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> BigGanConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


@dataclass(frozen=True)
class PaintSettings(PixelArtSettings):
    tileable: bool = setting(False, "Draws a picture whose opposite edges join, so that it covers a floor or a wall without a seam.")


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    return point_actions.actions(config.get("attributes", {}), PaintSettings, int(config.get("colours", BigGanConfig.colours)))


def _config_for(size: int) -> dict[str, Any]:
    widths = [128, 128, 64, 32, 16][: size.bit_length() - 2]
    return {"size": size, "latent": 32 * len(widths), "widths": widths, "hint": 20.0, "stays": 0.3, "attributes": {}}


FAMILY = Family(
    name="biggan",
    title="BigGAN",
    paper="Brock et al. 2018, Large Scale GAN Training for High Fidelity Natural Image Synthesis, arXiv:1809.11096",
    actions=_actions,
    module="studio.generators.biggan.family",
    explains=(
        "A forger and a critic learn against each other, for many kinds of picture at once: each kind is a vector that every layer "
        "hears, so that what one kind teaches helps the others. It can draw pictures that tile."
    ),
    trains=Trains(_config_for, pictures=300_000),
)
