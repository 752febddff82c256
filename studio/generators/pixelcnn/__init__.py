"""Gated PixelCNN (van den Oord et al. 2016, arXiv:1606.05328): a picture as a row of choices, each pixel given those before it.

A pixel is one choice among the palette's colours and transparent. Two stacks of convolutions look up and to the left, without a
blind spot; conditions are a map of features, place by place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import autoregressive_actions


@dataclass(frozen=True)
class PixelCnnConfig:
    """Square pictures of `size` pixels in `colours` and transparent; `layers` of `width` channels.

    `mirrored` is the share of training pictures shown mirrored; `attributes` maps the model's conditions to their values.
    `temperature`, `top_p` and `guidance` are those with which it paints best.
    """

    size: int = 32
    colours: int = 255
    width: int = 48
    layers: int = 8
    dropout: float = 0.0
    mirrored: float = 0.0
    temperature: float = 1.0
    top_p: float = 0.98
    guidance: float = 1.0
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return autoregressive_actions.actions({**asdict(PixelCnnConfig()), **config})


FAMILY = Family(
    name="pixelcnn",
    title="Gated PixelCNN",
    paper="van den Oord et al. 2016, Conditional Image Generation with PixelCNN Decoders, arXiv:1606.05328",
    actions=_actions,
    module="studio.generators.pixelcnn.family",
    explains=(
        "Paints from the top left to the bottom right, choosing each pixel's colour by what it has painted so far. "
        "So it can finish a half-drawn picture, and say of every pixel how much it surprises."
    ),
    trains=Trains(
        lambda size: {"size": size, "colours": 255, "width": 48, "layers": 8, "dropout": 0.1, "mirrored": 0.0, "attributes": {}},
        pictures=60000,
        batch_size=8,
        sizes=(16, 32),
    ),
)
