"""The frames of a picture file from anywhere: any colour space, 16 bits, turned by its camera, animated. Sizes are looked at first."""

from __future__ import annotations

from collections.abc import Iterator

from studio.media.picture.model import Picture
from studio.media.picture.reading import BROKEN, check_size, damaged, opened, shown

FRAMES_LIMIT = 64


def frames(data: bytes, name: str, limit: int = FRAMES_LIMIT) -> Iterator[Picture]:
    """Each frame of an encoded picture, at most `limit`; raises MediaError naming `name` when it is broken, huge or no picture.

    A frame that is broken behind good ones ends the animation.
    """
    image = opened(data, name)
    for number in range(min(limit, 1) if image.format == "MPO" else limit):
        try:
            if number or getattr(image, "is_animated", False):
                image.seek(number)
                check_size(*image.size, name)  # a later frame may claim more room than the first
            yield Picture(shown(image))
        except EOFError:
            return
        except BROKEN as error:
            if number > 0:
                return
            raise damaged(name, error) from error
