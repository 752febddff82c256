"""Glow (Kingma & Dhariwal 2018, arXiv:1807.03039): activation normalisation, invertible 1×1 convolutions, affine couplings.

Three scales; what leaves at a scale is predicted from what stays. The innermost numbers' mean and deviation depend on attributes,
as the paper's class-conditional prior does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import flow_actions


@dataclass(frozen=True)
class GlowConfig:
    """Square pictures of `size` pixels at `bits` a channel; `steps` of flow at size/2, size/4, size/8, their networks' `widths`.

    `temperature` is that at which it draws best, `colours` the usual limit of colours a picture.
    `attributes` maps the prior's conditions to their values; empty where the set has none.
    """

    size: int = 32
    bits: int = 5
    steps: tuple[int, ...] = (8, 8, 8)
    widths: tuple[int, ...] = (64, 96, 128)
    temperature: float = 0.7
    colours: int = 255
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> GlowConfig:
        return cls(**{**values, "steps": tuple(values["steps"]), "widths": tuple(values["widths"])})


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return flow_actions.actions(
        config.get("attributes", {}),
        float(config.get("temperature", GlowConfig.temperature)),
        int(config.get("colours", GlowConfig.colours)),
    )


FAMILY = Family(
    name="glow",
    title="Glow",
    paper="Kingma & Dhariwal 2018, Glow: Generative Flow with Invertible 1×1 Convolutions, arXiv:1807.03039",
    actions=_actions,
    module="studio.generators.glow.family",
    explains=(
        "Turns a picture into plain noise without losing anything, mixing its channels and stretching one half by what the other says. "
        "Run backwards, noise becomes a picture; between two points, one hero becomes another."
    ),
    trains=Trains(
        lambda size: {"size": size, "bits": 5, "steps": [6, 6, 6], "widths": [48, 64, 96], "attributes": {}}, pictures=200000, batch_size=32
    ),
)
