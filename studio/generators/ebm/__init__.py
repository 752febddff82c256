"""An energy-based model (Du & Mordatch 2019, Implicit Generation and Modeling with Energy Based Models, arXiv:1903.08689).

One network gives every picture a number, low where pictures are like the set's. A picture is drawn by walking downhill from noise,
a little shaken at every step (Langevin dynamics): the walk can be watched, begun anywhere, and held still in places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.parts.painting import PixelArtSettings


@dataclass(frozen=True)
class EbmConfig:
    """`widths` are the channels at half, a quarter and an eighth of `size`, each a multiple of 8.

    A step of the chain goes `rate` (0 to 1) times the slope downhill; `shake` is the share of that which noise puts back, 0 to 1.
    `steps` are those of the training's chains, `kept` how many chains the replay buffer holds.
    """

    size: int = 32
    channels: int = 4
    widths: tuple[int, ...] = (32, 64, 96)
    steps: int = 4
    rate: float = 0.5
    shake: float = 0.8
    kept: int = 512

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> EbmConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


@dataclass(frozen=True)
class ChainSettings(PixelArtSettings):
    steps: int = setting(60, "Steps of the walk downhill. More find calmer places and take longer.", low=10, high=400, step=10)
    noise_scale: float = setting(
        1.0, "How much each step is shaken, beside what is usual. 0 rolls straight down; above 1 it soon roams and never comes to rest.",
        label="Heat", was="heat", low=0.0, high=2.0, step=0.1, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class SettleSettings(ChainSettings):
    steps: int = setting(
        20, "Steps of the walk downhill. Few change little; after some dozens it has come to rest.", low=1, high=400, step=1
    )


@dataclass(frozen=True)
class MapSettings:
    pass


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    picture = Input("picture", "picture", "Picture")
    size = int(config.get("size", 32))
    return (
        Action("generate", "Generate", "Walk downhill from noise to new pictures.", Capability.GENERATES, "picture", ChainSettings),
        Action(
            "settle", "Let it settle", "Walk on from a picture of yours to one that the model finds more likely.",
            Capability.TRANSFORMS, "picture", SettleSettings, (picture,), icon="brush",
        ),
        Action(
            "infill", "Fill the selection", "Walk downhill with what is selected, and hold the rest still.",
            Capability.INFILLS, "picture", ChainSettings,
            (Input("picture", "picture", "Board", size=size), Input("mask", "selection", "Selection", size=size)), icon="lasso",
        ),
        Action(
            "energy_map", "Energy map", "Show which pixels the model would change: amber a little, red very much.",
            Capability.SCORES, "picture", MapSettings, (picture,), icon="flame", many=False,
        ),
    )  # fmt: skip


FAMILY = Family(
    name="ebm",
    title="Energy-based model",
    paper="Du & Mordatch 2019, Implicit Generation and Modeling with Energy Based Models, arXiv:1903.08689",
    actions=_actions,
    module="studio.generators.ebm.family",
    explains=(
        "Learns a landscape that is low where pictures are like yours. Drawing is walking downhill from noise, slightly shaken; "
        "you can watch the walk, begin it at a sketch, or hold parts of the picture still."
    ),
    trains=Trains(lambda size: {"size": size, "widths": [32, 64, 96]}, pictures=200_000),
)
