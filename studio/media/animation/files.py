"""Animations in files: read through Pillow, which composes the frames of GIF, WebP and APNG as they are meant to be seen."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image

from studio.media.animation.model import LONGEST, Animation, check_size
from studio.media.encodings import readable
from studio.media.errors import MediaError
from studio.media.picture.files import note_of, read_bytes
from studio.media.picture.model import Picture
from studio.media.picture.reading import BROKEN, count_of, damaged, opened, shown

UNSAID = 100  # milliseconds of a frame whose file says none, as browsers show it


def decode(data: bytes, name: str = "this animation") -> tuple[Animation, str]:
    """Animation and note of an encoded one; a still picture is an animation of one frame. Raises MediaError naming `name`.

    A frame that is broken behind good ones ends the animation.
    """
    image = opened(data, name)
    first = 1 if image.info.get("default_image") else 0  # an APNG may begin with a picture for those who know no APNG
    check_size(count_of(image) - first, *image.size, name)
    pictures: list[Picture] = []
    times: list[int] = []
    number = first
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.seek(number)
                check_size(len(times) + 1, *image.size, name)  # a later frame may claim more room than the first
                pictures.append(Picture(shown(image)))
            times.append(_milliseconds(image))
        except EOFError:
            break
        except BROKEN as error:
            if not times:
                raise damaged(name, error) from error
            break
        number += 1
    if not times:
        raise MediaError(f"{name} holds no frame.")
    return Animation.of(pictures[: len(times)], times, _loops(image)), note_of(image)


def load(path: Path) -> tuple[Animation, str]:
    """Animation and note of a file."""
    return decode(read_bytes(path), readable(path.name))


def _milliseconds(image: Image.Image) -> int:
    """How long the frame in hand stays."""
    found = image.info.get("duration", 0)
    duration = round(found) if isinstance(found, int | float) and found == found else 0
    return min(duration, LONGEST) if duration > 0 else UNSAID


def _loops(image: Image.Image) -> int:
    """How often it is played, 0 for ever. A GIF that says nothing is played once."""
    found = image.info.get("loop", 1 if image.format == "GIF" else 0)
    return found if isinstance(found, int) and 0 <= found < 2**16 else 0
