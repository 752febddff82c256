"""How finished pixels are brought to the screen: the settings that continuous families share. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studio.generators.description import setting


def colours_a_picture(usual: int) -> Any:
    """The setting of how many colours one picture may have; `usual` is what the set's own pictures come near to."""
    help = "At most so many colours in one picture, as pixel artists limit themselves. The least needed merge into their neighbours."
    return setting(usual, help, label="Colours a picture", low=2, high=255, step=1, advanced=True)


def painting_fields(usual: int) -> list[Any]:
    """Fields of settings for pictures of `usual` colours each; with 0 they are no pixel art, and keep their soft edges unless asked."""
    if usual:
        return [("colours", int, colours_a_picture(usual))]
    off = setting(False, "Snaps every pixel to the set's own 255 colours. Off keeps soft edges.", label="Pixel-art colours", advanced=True)
    return [("snap_to_palette", bool, off), ("colours", int, colours_a_picture(255))]


@dataclass(frozen=True)
class PixelArtSettings:
    snap_to_palette: bool = setting(
        True, "Snaps every pixel to the set's own 255 colours and makes edges crisp, as pixel art wants.",
        label="Pixel-art colours", advanced=True,
    )  # fmt: skip
    colours: int = colours_a_picture(48)
