"""Progressive GAN (Karras et al. 2017, Progressive Growing of GANs, arXiv:1710.10196).

Generator and critic begin at 4×4 pixels and grow together; each new size fades in over what the size before has learnt. Trained with the
paper's Wasserstein loss, with a gradient penalty. The paper had days on eight GPUs for that; where a processor has an hour,
an encoder's losses help the generator (`parts/guiding.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family, Trains, setting
from studio.generators.parts import point_actions
from studio.generators.parts.painting import PixelArtSettings


@dataclass(frozen=True)
class ProGanConfig:
    """`widths` are the channels at 4, 8, 16, … pixels; z has `latent` numbers.

    By the share `grown` of the training's time the full size is there. `penalty` is the paper's λ, `hint` weighs the encoder's losses
    at first, and the share `stays` of it to the end.
    """

    size: int = 64
    latent: int = 128
    widths: tuple[int, ...] = (128, 128, 96, 48, 24)
    channels: int = 3
    penalty: float = 10.0
    grown: float = 0.5
    hint: float = 0.0
    stays: float = 0.0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ProGanConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


@dataclass(frozen=True)
class DrawingSettings(PixelArtSettings):
    snap_to_palette: bool = setting(
        False, "Snaps every pixel to the set's own 255 colours. Off keeps soft edges.", label="Pixel-art colours", advanced=True
    )


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config; what is drawn without alpha is no pixel art."""
    return point_actions.actions({}, DrawingSettings if config.get("channels") == 3 else PixelArtSettings)


def _config_for(size: int) -> dict[str, Any]:
    return {
        "size": size,
        "latent": 128,
        "widths": [128, 128, 96, 48, 24][: size.bit_length() - 2],
        "channels": 4,
        "hint": 0.625 * size,  # the l1 loss is a mean over pixels, and the critic's output is not
        "stays": 0.3,
    }


FAMILY = Family(
    name="progan",
    title="Progressive GAN",
    paper="Karras et al. 2017, Progressive Growing of GANs for Improved Quality, Stability, and Variation, arXiv:1710.10196",
    actions=_actions,
    module="studio.generators.progan.family",
    explains=(
        "A forger and a critic begin with pictures of four by four pixels and grow together, so that the large is settled before "
        "the small begins. You see each picture grow."
    ),
    trains=Trains(_config_for, pictures=300_000),
)
