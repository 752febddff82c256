"""How finished pixels are brought to the screen: the settings that continuous families share. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from studio.generators.description import setting


@dataclass(frozen=True)
class PixelArtSettings:
    snap_to_palette: bool = setting(
        True, "Snaps every pixel to the set's own 255 colours and makes edges crisp, as pixel art wants.",
        label="Pixel-art colours", advanced=True,
    )  # fmt: skip
    colours: int = setting(
        48, "At most so many colours in one picture, as pixel artists limit themselves. The least needed are merged into their neighbours.",
        label="Colours a picture", low=2, high=255, step=1, advanced=True,
    )  # fmt: skip
