"""PixelRNN with the row LSTM (van den Oord et al. 2016, arXiv:1601.06759): a memory runs down the picture, row by row.

A pixel is one choice among the palette's colours and transparent, as in our PixelCNN. Each row's state is a convolution of the
state above it, so that a pixel sees a growing triangle of what stands over it, up to the very top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from studio.generators.description import Action, Family, Trains
from studio.generators.parts import autoregressive_actions


@dataclass(frozen=True)
class PixelRnnConfig:
    """Square pictures of `size` pixels in `colours` and transparent; `layers` of row LSTMs with `width` cells a pixel.

    `temperature`, `top_p` and `guidance` are those with which it paints best; `attributes` maps the model's conditions to their values.
    """

    size: int = 32
    colours: int = 255
    width: int = 48
    layers: int = 4
    temperature: float = 1.0
    top_p: float = 0.98
    guidance: float = 1.0
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    return autoregressive_actions.actions({**asdict(PixelRnnConfig()), **config})


FAMILY = Family(
    name="pixelrnn",
    title="PixelRNN (row LSTM)",
    paper="van den Oord et al. 2016, Pixel Recurrent Neural Networks, arXiv:1601.06759",
    actions=_actions,
    module="studio.generators.pixelrnn.family",
    explains=(
        "Paints from the top left to the bottom right with a memory that runs down the picture. It remembers what stands far above, "
        "and pays for it in time."
    ),
    trains=Trains(
        lambda size: {"size": size, "colours": 255, "width": 48, "layers": 4, "attributes": {}},
        pictures=40000,
        batch_size=8,
        sizes=(16, 32),
    ),
)
