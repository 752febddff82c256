"""RealNVP (Dinh et al. 2016, arXiv:1605.08803): affine couplings by checkerboard and by channel, at several scales.

At each scale half of the channels leave the flow. Activation normalisation stands in for the paper's batch normalisation: it
gives the same picture whatever else is in the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import flow_actions


@dataclass(frozen=True)
class RealNvpConfig:
    """Square pictures of `size` pixels at `bits` a channel; `widths` of the couplings' networks at size, size/2, size/4.

    `temperature` is that at which it draws best, `colours` the usual limit of colours a picture.
    """

    size: int = 32
    bits: int = 5
    widths: tuple[int, int, int] = (32, 48, 96)
    temperature: float = 0.7
    colours: int = 255

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> RealNvpConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return flow_actions.actions(
        {}, float(config.get("temperature", RealNvpConfig.temperature)), int(config.get("colours", RealNvpConfig.colours))
    )


FAMILY = Family(
    name="realnvp",
    title="RealNVP",
    paper="Dinh et al. 2016, Density Estimation Using Real NVP, arXiv:1605.08803",
    actions=_actions,
    module="studio.generators.realnvp.family",
    explains=(
        "Turns a picture into plain noise without losing anything: half of its pixels say how to stretch and shift the other half, "
        "again and again, at three sizes. Run backwards, noise becomes a picture."
    ),
    trains=Trains(lambda size: {"size": size, "bits": 5, "widths": [32, 48, 96]}, pictures=150000, batch_size=32),
)
