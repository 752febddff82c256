"""The one table of media: how each becomes bytes, a file and a small picture, and comes back. A new medium is a row here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from studio.media.errors import MediaError
from studio.media.files import write_atomically
from studio.media.journey import Journey
from studio.media.latent import Latent
from studio.media.picture import Picture, PictureSelection
from studio.media.picture import files as picture_files
from studio.media.score import Score, ScoreSelection
from studio.media.score import files as score_files
from studio.media.score.drawing import drawn
from studio.media.score.joining import appended
from studio.media.score.midi import encode_midi
from studio.media.sound import Sound
from studio.media.sound import files as sound_files
from studio.media.sound.model import drawn as wave_drawn
from studio.media.text import Text, TextSelection
from studio.media.text import files as text_files
from studio.media.text.code import LANGUAGES
from studio.media.text.drawing import drawn as page

Media = Picture | Latent | Journey | PictureSelection | Score | ScoreSelection | Sound | Text | TextSelection
THUMBNAIL = 128


@dataclass(frozen=True)
class Medium:
    """One kind of thing that is made.

    `encode` takes the thing, a note (a recipe) and a text for other programs; `decode` takes bytes and a name for errors and gives
    thing and note. `stored_as` is what a project calls it, empty where it is never kept. `drawing` is how it looks, small.
    `append` puts what a `Delta` brings to what is there. `endings` are the files it is read from, the first the one it is written to.
    """

    name: str
    kind: type
    encode: Callable[[Any, str, str], bytes]
    decode: Callable[[bytes, str], tuple[Any, str]]
    stored_as: str = ""
    endings: tuple[str, ...] = ()
    drawing: Callable[[Any], Picture] | None = None
    append: Callable[[Any, Any], Any] | None = None
    scaled: Callable[[Any, int], Any] | None = None

    @property
    def ending(self) -> str:
        return self.endings[0] if self.endings else ""

    def save(self, media: Any, path: Path, note: str = "", parameters: str = "") -> None:
        """Write a file, whole or not at all."""
        write_atomically(path, self.encode(media, note, parameters))

    def same(self, first: Any, second: Any) -> bool:
        """Whether two are alike once they have been through a file; a picture may be the other enlarged."""
        one, other = (self.decode(self.encode(each, "", ""), self.name)[0] for each in (first, second))
        if isinstance(one, Picture) and isinstance(other, Picture):
            return bool(one.scaled(max(1, other.width // one.width)) == other)
        return bool(one == other)


MEDIA: tuple[Medium, ...] = (
    Medium(
        "picture", Picture, picture_files.encode_png, picture_files.decode, "picture",
        (".png", ".gif", ".bmp", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".svg", ".svgz"), drawing=lambda picture: picture,
        scaled=lambda picture, factor: picture.scaled(factor),
    ),
    Medium(
        "score", Score, lambda score, note, _: encode_midi(score, note), score_files.decode, "score",
        (".mid", ".midi", ".kar", ".rmi", ".musicxml", ".xml", ".mxl", ".abc"), drawing=drawn, append=appended,
    ),
    Medium(
        "sound", Sound, lambda sound, note, _: sound_files.encode_flac(sound, note), sound_files.decode, "sound",
        (".flac", ".wav", ".ogg", ".aiff", ".mp3"), drawing=wave_drawn,
    ),
    Medium(
        "text", Text, lambda text, note, _: text_files.encode(text, note), text_files.decode, "text",
        (".md", ".txt", ".markdown", ".docx", *LANGUAGES), drawing=page, append=lambda before, more: Text(before.content + more.content),
    ),
    Medium("latent", Latent, lambda latent, *_: latent.to_bytes(), lambda data, _: (Latent.from_bytes(data), "")),
    Medium(
        "journey", Journey, lambda journey, *_: journey.to_bytes(), lambda data, _: (Journey.from_bytes(data), ""), "journey",
    ),
    Medium(
        "picture selection", PictureSelection, lambda chosen, *_: picture_files.encode_png(chosen.to_picture()),
        lambda data, name: (PictureSelection.of_picture(picture_files.decode(data, name)[0]), ""), "picture",
    ),
    Medium(
        "score selection", ScoreSelection, lambda chosen, *_: chosen.to_bytes(),
        lambda data, _: (ScoreSelection.from_bytes(data), ""), "score selection",
    ),
    Medium(
        "text selection", TextSelection, lambda chosen, *_: chosen.to_bytes(),
        lambda data, _: (TextSelection.from_bytes(data), ""), "text selection",
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Medium] = {each.name: each for each in MEDIA}
KEPT: tuple[Medium, ...] = tuple(each for each in MEDIA if each.endings)
"""Those that are works of their own: assets, files, cells of the history."""


def medium_of(media: Any) -> Medium:
    """The row of a thing; raises MediaError for one that is no medium."""
    for each in MEDIA:
        if isinstance(media, each.kind):
            return each
    raise MediaError(f"A {type(media).__name__} is no medium.")


def named(name: str) -> Medium:
    """The row of that name; raises MediaError where this studio knows none."""
    if name not in BY_NAME:
        raise MediaError(f"This studio knows no medium “{name[:40]}”. It knows {', '.join(each.name for each in KEPT)}.")
    return BY_NAME[name]


def medium_of_file(path: Path) -> Medium:
    """The row that reads files of that ending; a picture where no other claims it."""
    return next((each for each in KEPT if path.suffix.lower() in each.endings), BY_NAME["picture"])


def load_file(path: Path) -> tuple[Any, str]:
    """Thing and note of a file of any medium; raises MediaError with the reason."""
    medium = medium_of_file(path)
    loads: dict[type, Callable[[Path], tuple[Any, str]]] = {Score: score_files.load, Text: text_files.load}
    return loads[medium.kind](path) if medium.kind in loads else medium.decode(picture_files.read_bytes(path), path.name)


def remark(path: Path) -> str:
    """What a person hears of how `load_file` read a file, such as that it is one frame of many; empty where there is nothing to say."""
    said: dict[type, Callable[[Path], str]] = {Picture: picture_files.remark, Text: text_files.remark}
    kind = medium_of_file(path).kind
    try:
        return said[kind](path) if kind in said else ""
    except OSError:
        return ""


def thumbnail(media: Any) -> bytes | None:
    """A PNG of at most 128 pixels a side; None where the thing is a picture that small itself, or cannot be drawn."""
    medium = medium_of(media)
    if medium.drawing is None:
        return None
    picture = medium.drawing(media)
    if picture is media and max(picture.width, picture.height) <= THUMBNAIL:
        return None
    image = Image.fromarray(picture.pixels)
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
