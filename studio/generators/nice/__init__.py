"""NICE (Dinh et al. 2014, arXiv:1410.8516): additive couplings between two halves of the picture, and a scaling at the end.

The first normalizing flow for pictures: every picture has exactly one point, and every point one picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import flow_actions


@dataclass(frozen=True)
class NiceConfig:
    """Square pictures of `size` pixels at `bits` a channel; `couplings` by perceptrons with hidden layers of `width`.

    `temperature` is that at which it draws best, `colours` the usual limit of colours a picture.
    """

    size: int = 32
    bits: int = 5
    couplings: int = 4
    width: int = 192
    temperature: float = 0.7
    colours: int = 255


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return flow_actions.actions(
        {}, float(config.get("temperature", NiceConfig.temperature)), int(config.get("colours", NiceConfig.colours))
    )


FAMILY = Family(
    name="nice",
    title="NICE",
    paper="Dinh et al. 2014, NICE: Non-linear Independent Components Estimation, arXiv:1410.8516",
    actions=_actions,
    module="studio.generators.nice.family",
    explains=(
        "Turns a picture into plain noise without losing anything, by adding to one half of its pixels what a small network "
        "reads off the other. Run backwards, noise becomes a picture."
    ),
    trains=Trains(lambda size: {"size": size, "bits": 5, "couplings": 4, "width": 192}, pictures=300000, batch_size=64, sizes=(16, 32)),
)
