"""A restricted Boltzmann machine (Hinton 2002, Training Products of Experts by Minimizing Contrastive Divergence).

Black and white pixels and hidden units, each linked to each across, none within. A picture is drawn by sampling the hidden
units given the pixels and the pixels given the hidden units, again and again (block Gibbs sampling); trained
by persistent contrastive divergence (Tieleman 2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting

INKS: dict[str, tuple[tuple[int, int, int, int], tuple[int, int, int, int]]] = {
    "white on black": ((16, 16, 20, 255), (244, 244, 240, 255)),
    "black on white": ((244, 244, 240, 255), (16, 16, 20, 255)),
    "amber on brown": ((48, 30, 20, 255), (255, 188, 84, 255)),
    "white on blue": ((24, 58, 130, 255), (236, 242, 255, 255)),
    "white alone": ((0, 0, 0, 0), (255, 255, 255, 255)),
}


@dataclass(frozen=True)
class RbmConfig:
    """`size` × `size` pixels and `hidden` units. A pixel is on where it is at least as light as `threshold`, transparent is dark.

    `steps` are those of the training's chains between two updates, `chains` their number.
    """

    size: int = 32
    hidden: int = 512
    threshold: float = 0.25
    steps: int = 5
    chains: int = 128

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> RbmConfig:
        return cls(**values)


@dataclass(frozen=True)
class ChainSettings:
    steps: int = setting(300, "How often pixels and hidden units ask each other. More forget the beginning.", low=1, high=5000, step=10)
    temperature: float = setting(
        1.0, "How much chance there is in each answer. Low falls into the nearest shape, high stays noise.",
        low=0.1, high=2.0, step=0.05,
    )  # fmt: skip
    inks: str = setting("white on black", "The two colours that the picture is painted in.", choices=tuple(INKS))


@dataclass(frozen=True)
class DreamSettings(ChainSettings):
    steps: int = setting(10, "How often pixels and hidden units ask each other. Few keep your picture.", low=1, high=5000, step=1)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    picture = Input("picture", "picture", "Picture")
    size = int(config.get("size", 32))
    return (
        Action(
            "generate", "Generate", "Let pixels and hidden units talk until a picture stands.",
            Capability.GENERATES, "picture", ChainSettings,
        ),
        Action(
            "dream", "Dream on", "Turn a picture of yours into two colours and let the machine dream on from it.",
            Capability.TRANSFORMS, "picture", DreamSettings, (picture,), icon="brush",
        ),
        Action(
            "infill", "Fill the selection", "Dream what is selected, in two colours, and hold the rest still.",
            Capability.INFILLS, "picture", ChainSettings,
            (Input("picture", "picture", "Board", size=size), Input("mask", "selection", "Selection", size=size)), icon="lasso",
        ),
    )  # fmt: skip


FAMILY = Family(
    name="rbm",
    title="Boltzmann machine",
    paper="Hinton 2002, Training Products of Experts by Minimizing Contrastive Divergence, Neural Computation 14",
    actions=_actions,
    module="studio.generators.rbm.family",
    explains=(
        "Pixels that are on or off and hidden units that speak for shapes ask each other again and again, with some chance, "
        "until a picture stands. The oldest family here, and one whose every step you can watch."
    ),
    trains=Trains(lambda size: {"size": size, "hidden": 512}, pictures=2_000_000, batch_size=64),
)
