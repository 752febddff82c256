"""Picture files of other programs as what they show: turned as the camera says, in sRGB, with 8 bits a channel. Sizes are looked at first.

Colour spaces by their ICC profile (ISO 15076-1, through LittleCMS), rotation by EXIF. How bright a number is, its kind decides: 16 bits run
from 0 to 65,535 and floats from 0 to 1, whether a picture uses all of that or is dark.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from studio.media.errors import MediaError
from studio.media.picture import svg
from studio.media.picture.model import PIXELS_LIMIT

NOTE_LIMIT = 256 * 1024
FILE_LIMIT = 512 * 2**20
PROFILE_LIMIT = 8 * 2**20
READ_FORMATS = ("PNG", "GIF", "BMP", "JPEG", "WEBP", "TIFF")
KINDS = "PNG, GIF, BMP, JPEG, WebP, TIFF or SVG"
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, zlib.error, OverflowError, TypeError, IndexError, KeyError, MemoryError, RuntimeError,
    AttributeError, ArithmeticError, struct.error,
)  # fmt: skip
PNG, TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_OWN_TEXTS = (b"atelier\0", b"parameters\0")

# Sizes are checked here, with a sentence of our own, before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = NOTE_LIMIT
PngImagePlugin.MAX_TEXT_MEMORY = 4 * NOTE_LIMIT


def opened(data: bytes, name: str) -> Image.Image:
    """The picture, not decoded yet; raises MediaError naming `name` for whatever is broken, huge or not a picture."""
    if len(data) > FILE_LIMIT:
        raise MediaError(f"{name} has {len(data) // 2**20} MB, more than the {FILE_LIMIT // 2**20} MB that Atelier reads.")
    if svg.is_svg(data):
        return Image.fromarray(svg.drawn(data, name))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what it can do without
            image = Image.open(io.BytesIO(_without_bulk(data)), formats=READ_FORMATS)
    except UnidentifiedImageError as error:
        if data[:4] in TIFF:
            return _float_tiff(data, name)
        raise MediaError(f"{name} is not a picture that Atelier can read ({KINDS}).") from error
    except BROKEN as error:
        raise damaged(name, error) from error
    check_size(*image.size, name)
    return image


def check_size(width: int, height: int, name: str) -> None:
    if width * height > PIXELS_LIMIT:
        raise MediaError(f"{name} is {width}×{height} pixels; Atelier takes pictures up to 64 megapixels.")


def damaged(name: str, error: BaseException) -> MediaError:
    """What is said of a picture that a reader gave up on."""
    return error if isinstance(error, MediaError) else MediaError(f"{name} is damaged and cannot be read ({str(error)[:200]}).")


def count_of(image: Image.Image) -> int:
    """How many frames a picture has. What a telephone puts behind a photograph (a depth map, brightness for bright screens) is none."""
    if image.format == "MPO":
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except BROKEN:
        return 1  # a broken one behind the first ends the animation


def shown(image: Image.Image) -> np.ndarray:
    """(h, w, 4) uint8 of a picture as it is meant to be seen: upright and in sRGB. Raises what Pillow raises, see BROKEN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.load()
        profile = image.info.get("icc_profile")
        plain = eight_bit(_upright(image))
        if isinstance(profile, bytes) and 128 < len(profile) <= PROFILE_LIMIT:
            plain = _in_srgb(plain, profile)
        return np.asarray(plain.convert("RGBA"))


def eight_bit(image: Image.Image) -> Image.Image:
    """The same picture with 8 bits a channel. The kind of number says how bright it is, not the brightest one that occurs."""
    if image.mode.startswith("I;16"):
        return Image.fromarray(_divided(np.asarray(image).astype(np.uint32), 65535))
    if image.mode == "F":
        return Image.fromarray(unit_bytes(np.asarray(image)))
    if image.mode != "I":
        return image
    values, bits = np.asarray(image), _bits(image)
    if bits == 32 and _sample_format(image) == 1:
        return Image.fromarray((values.view(np.uint32) >> 24).astype(np.uint8))
    if bits == 32:
        return Image.fromarray((values.clip(0) >> 23).astype(np.uint8))
    return Image.fromarray(_divided(values.clip(0), 32767 if _sample_format(image) == 2 else 65535))


def unit_bytes(values: np.ndarray) -> np.ndarray:
    """Floats of which 0 is black and 1 white → bytes."""
    return (np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _divided(values: np.ndarray, top: int) -> np.ndarray:
    """Whole numbers up to `top` → bytes."""
    found: np.ndarray = (values.clip(0, top).astype(np.uint32) * 255 + top // 2) // top
    return found.astype(np.uint8)


def _bits(image: Image.Image) -> int:
    found = getattr(image, "tag_v2", {}).get(258, 16)
    return int(found[0] if isinstance(found, tuple) else found)


def _sample_format(image: Image.Image) -> int:
    """1 for whole numbers, 2 for those with a sign, 3 for floats."""
    found = getattr(image, "tag_v2", {}).get(339, 1)
    return int(found[0] if isinstance(found, tuple) else found)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF says; a damaged EXIF says nothing."""
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9):
            return ImageOps.exif_transpose(image)
    except BROKEN:
        return image
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the profile means them. What has no sensible profile stays as it is."""
    alpha = image.convert("RGBA").getchannel("A") if image.mode in ("P", "PA", "LA", "RGBA", "RGBa") else None
    colours = image.convert("RGB") if image.mode in ("P", "PA", "RGBA", "RGBa") else image.convert("L") if image.mode == "LA" else image
    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK", "LAB": "Lab "}.get(colours.mode)
        if space is None or known.profile.xcolor_space != space:
            return image
        turn = ImageCms.buildTransform(
            known, ImageCms.createProfile("sRGB"), colours.mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
        if colours.mode == "RGB" and _changes_nothing(turn):
            return image
        made = ImageCms.applyTransform(colours, turn)
    except (ImageCms.PyCMSError, *BROKEN):
        return image
    if made is None:
        return image
    if alpha is not None:
        made.putalpha(alpha)
    return made


def _changes_nothing(turn: ImageCms.ImageCmsTransform) -> bool:
    """Whether colours stay what they are but for rounding, as those of the many sRGB profiles do: then not even that is done to them."""
    steps = np.arange(0, 256, 51, dtype=np.uint8)
    probe = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    turned = ImageCms.applyTransform(Image.fromarray(probe), turn)
    return turned is not None and int(np.abs(np.asarray(turned).astype(int) - probe).max()) <= 2


def _without_bulk(data: bytes) -> bytes:
    """A PNG without what others write into it besides pixels: long texts, XMP, and profiles beyond reason."""
    if not data.startswith(PNG):
        return data
    kept, first, at = [], 0, len(PNG)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            break
        own = length <= 2 * NOTE_LIMIT and data[at + 8 : at + 24].startswith(_OWN_TEXTS)
        if (kind in _TEXTS and not own) or (kind == b"iCCP" and not _profile_fits(data[at + 8 : end - 4])):
            kept.append(data[first:at])
            first = end
        at = end
    return b"".join([*kept, data[first:]]) if kept else data


def _profile_fits(chunk: bytes) -> bool:
    """Whether the profile of an iCCP chunk is one, and no larger than Pillow takes."""
    try:
        reader = zlib.decompressobj()
        found = reader.decompress(chunk[chunk.index(b"\0") + 2 :], NOTE_LIMIT)
    except (ValueError, zlib.error):
        return False
    return bool(found) and not reader.unconsumed_tail


def _float_tiff(data: bytes, name: str) -> Image.Image:
    """What Pillow cannot read of TIFF: several channels of floats."""
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what is wrong with a file is said to who opens it
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page = file.pages[0]
            if len(page.shape) != 3 or page.shape[2] not in (2, 3, 4) or page.dtype is None or page.dtype.kind not in "fu":
                raise MediaError(f"{name} is a TIFF of a kind that Atelier does not read. Save it as PNG.")
            check_size(page.shape[1], page.shape[0], name)
            found = _bytes_of(page.asarray().reshape(page.shape))
        if found.shape[2] == 2:
            found = np.dstack([np.repeat(found[..., :1], 3, axis=2), found[..., 1:]])
        return Image.fromarray(np.ascontiguousarray(found))
    except MediaError:
        raise
    except Exception as error:  # tifffile raises what it comes upon
        raise damaged(name, error) from error


def _bytes_of(values: np.ndarray) -> np.ndarray:
    """Floats up to 1, or whole numbers of any size up to the largest of it, as bytes."""
    bits = 8 * values.dtype.itemsize
    return unit_bytes(values) if values.dtype.kind == "f" else _divided(values >> max(0, bits - 16), 2 ** min(16, bits) - 1)
