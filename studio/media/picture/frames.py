"""The frames of a picture file from anywhere: any colour space, 16 bits, turned by its camera, animated. Sizes are looked at first."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.media.errors import MediaError
from studio.media.picture.files import FILE_LIMIT, READ_FORMATS, eight_bit
from studio.media.picture.model import PIXELS_LIMIT, Picture

FRAMES_LIMIT = 64
BROKEN = (OSError, ValueError, SyntaxError, EOFError, zlib.error, OverflowError, TypeError, IndexError, KeyError, MemoryError)


def frames(data: bytes, name: str, limit: int = FRAMES_LIMIT) -> Iterator[Picture]:
    """Each frame of an encoded picture, at most `limit`; raises MediaError naming `name` when it is broken, huge or no picture.

    A frame that is broken behind good ones ends the animation.
    """
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB that Atelier reads.")
    try:
        image = Image.open(io.BytesIO(data), formats=READ_FORMATS)
        width, height = image.size
    except UnidentifiedImageError as error:
        raise MediaError(f"{name} is not a picture that Atelier can read (PNG, GIF, BMP, JPEG, WebP or TIFF).") from error
    except BROKEN as error:
        raise MediaError(f"{name} is damaged and cannot be read ({error}).") from error
    if width * height > PIXELS_LIMIT:
        raise MediaError(f"{name} is {width}×{height} pixels; Atelier takes pictures up to 64 megapixels.")
    for number in range(limit):
        try:
            image.seek(number)
            yield Picture(np.asarray(ImageOps.exif_transpose(eight_bit(image)).convert("RGBA")))
        except EOFError:
            return
        except BROKEN as error:
            if number > 0:
                return
            raise MediaError(f"{name} is damaged and cannot be read ({error}).") from error
