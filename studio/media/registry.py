"""The one table of media: how each becomes bytes, a file and a small picture, and comes back. A new medium is a row here."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from studio.media import formats as reading
from studio.media.animation import Animation
from studio.media.animation import files as animation_files
from studio.media.animation.apng import encode_apng
from studio.media.animation.formats import FORMATS as ANIMATION_FORMATS
from studio.media.animation.model import joined
from studio.media.errors import MediaError
from studio.media.formats import Format
from studio.media.journey import Journey
from studio.media.latent import Latent
from studio.media.picture import Picture, PictureSelection
from studio.media.picture import files as picture_files
from studio.media.picture.formats import FORMATS as PICTURE_FORMATS
from studio.media.score import Score, ScoreSelection
from studio.media.score import files as score_files
from studio.media.score.drawing import drawn
from studio.media.score.formats import FORMATS as SCORE_FORMATS
from studio.media.score.joining import appended
from studio.media.score.midi import encode_midi
from studio.media.sound import Sound, SoundSelection
from studio.media.sound import files as sound_files
from studio.media.sound.formats import FORMATS as SOUND_FORMATS
from studio.media.sound.model import appended as sound_appended
from studio.media.sound.model import drawn as wave_drawn
from studio.media.text import Text, TextSelection
from studio.media.text import files as text_files
from studio.media.text.drawing import drawn as page
from studio.media.text.formats import FORMATS as TEXT_FORMATS

Media = Picture | Animation | Latent | Journey | PictureSelection | Score | ScoreSelection | Sound | SoundSelection | Text | TextSelection
THUMBNAIL = 128


@dataclass(frozen=True)
class Medium:
    """One kind of thing that is made.

    `encode` takes the thing, a note (a recipe) and a text for other programs; `decode` takes bytes and a name for errors and gives
    thing and note: how a project keeps it. `stored_as` is what a project calls it, empty where it is never kept. `noun` is how a
    sentence calls one. `formats` are the files that it is read from and written to, the usual one first. `drawing` is how it looks,
    small. `append` puts what a `Delta` brings to what is there.
    """

    name: str
    kind: type
    encode: Callable[[Any, str, str], bytes]
    decode: Callable[[bytes, str], tuple[Any, str]]
    stored_as: str = ""
    noun: str = "a work"
    formats: tuple[Format, ...] = ()
    drawing: Callable[[Any], Picture] | None = None
    append: Callable[[Any, Any], Any] | None = None
    scaled: Callable[[Any, int], Any] | None = None

    @property
    def endings(self) -> tuple[str, ...]:
        """Of the files that it is read from."""
        return tuple(ending for each in self.formats if each.load is not None for ending in each.endings)

    @property
    def ending(self) -> str:
        """Of the file that it is usually written to; empty where it is no file of its own."""
        return self.formats[0].ending if self.formats else ""

    @property
    def offered(self) -> tuple[Format, ...]:
        """The formats that save dialogs offer, the usual one first."""
        return tuple(each for each in self.formats if each.save is not None and each.offered)

    def writes(self, path: Path, note: str) -> list[Path]:
        """The files that saving to `path` brings."""
        found = reading.writer(path, self.formats)
        return [path, *(found.beside(path, note) if found is not None else ())]

    def reads(self, path: Path) -> bool:
        """Whether a file is one of this medium."""
        return reading.recognised(path, self.formats) is not None

    def load(self, path: Path) -> tuple[Any, str]:
        """Thing and note of a file; raises MediaError naming the file where it is missing, damaged or of another medium."""
        return reading.load_with(self.formats, path)

    def save(self, media: Any, path: Path, note: str = "", parameters: str = "") -> None:
        """Write a file, whole or not at all, as its ending says; in the usual format where that says nothing."""
        found = reading.writer(path, self.formats)
        if found is None or found.save is None:
            raise MediaError(f"{self.noun.capitalize()} is no file of its own, so {path.name} cannot be written.")
        found.save(media, path, note, parameters)

    def same(self, first: Any, second: Any) -> bool:
        """Whether two are alike once they have been through a file; a picture may be the other enlarged."""
        one, other = (self.decode(self.encode(each, "", ""), self.name)[0] for each in (first, second))
        if isinstance(one, Picture) and isinstance(other, Picture):
            return bool(one.scaled(max(1, other.width // one.width)) == other)
        return bool(one == other)


MEDIA: tuple[Medium, ...] = (
    Medium(  # before pictures: what moves is told from what stands still
        "animation", Animation, encode_apng, animation_files.decode, "animation", "an animation", ANIMATION_FORMATS,
        drawing=lambda animation: animation.picture(0), append=joined,
    ),
    Medium(
        "picture", Picture, picture_files.encode_png, picture_files.decode, "picture", "a picture", PICTURE_FORMATS,
        drawing=lambda picture: picture, scaled=lambda picture, factor: picture.scaled(factor),
    ),
    Medium(
        "score", Score, lambda score, note, _: encode_midi(score, note), score_files.decode, "score", "a piece of music", SCORE_FORMATS,
        drawing=drawn, append=appended,
    ),
    Medium(
        "sound", Sound, lambda sound, note, _: sound_files.encode_flac(sound, note), sound_files.decode, "sound", "a sound", SOUND_FORMATS,
        drawing=wave_drawn, append=sound_appended,
    ),
    Medium(
        "text", Text, lambda text, note, _: text_files.encode(text, note), text_files.decode, "text", "a text", TEXT_FORMATS,
        drawing=page, append=lambda before, more: Text(before.content + more.content),
    ),
    Medium("latent", Latent, lambda latent, *_: latent.to_bytes(), lambda data, _: (Latent.from_bytes(data), "")),
    Medium(
        "journey", Journey, lambda journey, *_: journey.to_bytes(), lambda data, _: (Journey.from_bytes(data), ""), "journey", "a journey",
    ),
    Medium(
        "picture selection", PictureSelection, lambda chosen, *_: picture_files.encode_png(chosen.to_picture()),
        lambda data, name: (PictureSelection.of_picture(picture_files.decode(data, name)[0]), ""), "picture", "a selection",
    ),
    Medium(
        "score selection", ScoreSelection, lambda chosen, *_: chosen.to_bytes(),
        lambda data, _: (ScoreSelection.from_bytes(data), ""), "score selection", "a selection",
    ),
    Medium(
        "sound selection", SoundSelection, lambda chosen, *_: chosen.to_bytes(),
        lambda data, _: (SoundSelection.from_bytes(data), ""), "sound selection", "a selection",
    ),
    Medium(
        "text selection", TextSelection, lambda chosen, *_: chosen.to_bytes(),
        lambda data, _: (TextSelection.from_bytes(data), ""), "text selection", "a selection",
    ),
)  # fmt: skip


def kept() -> tuple[Medium, ...]:
    """The rows of those that are works of their own: assets, files, cells of the history."""
    return tuple(each for each in MEDIA if each.formats)


def known(name: str) -> Medium | None:
    """The row of that name, None where this studio knows none."""
    return next((each for each in MEDIA if each.name == name), None)


def medium_of(media: Any) -> Medium:
    """The row of a thing; raises MediaError for one that is no medium."""
    for each in MEDIA:
        if isinstance(media, each.kind):
            return each
    raise MediaError(f"A {type(media).__name__} is no medium.")


def named(name: str) -> Medium:
    """The row of that name; raises MediaError where this studio knows none."""
    found = known(name)
    if found is None:
        raise MediaError(f"This studio knows no medium “{name[:40]}”. It knows {', '.join(each.name for each in kept())}.")
    return found


def with_article(name: str) -> str:
    """A medium's name as a sentence takes it: a picture, an animation."""
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def format_of_file(path: Path) -> tuple[Medium, Format] | None:
    """Which row reads a file, and as what: told by its content where that is sure, else by its ending; None where none does."""
    found = reading.recognised(path, [each for medium in kept() for each in medium.formats])
    return next(((medium, found) for medium in kept() if found in medium.formats), None) if found is not None else None


def medium_of_file(path: Path) -> Medium:
    """The row that reads a file; a picture where no other claims it, whose reader says what is wrong."""
    found = format_of_file(path)
    return found[0] if found is not None else named("picture")


def load_file(path: Path) -> tuple[Any, str]:
    """Thing and note of a file of any medium; raises MediaError with the reason."""
    found = format_of_file(path)
    return found[1].load(path) if found is not None and found[1].load is not None else picture_files.load(path)


def remark(path: Path) -> str:
    """What a person hears of how `load_file` read a file, such as that it is one frame of many; empty where there is nothing to say."""
    found = format_of_file(path)
    try:
        return found[1].remark(path) if found is not None else ""
    except (OSError, MediaError):  # whoever loads it says why it cannot be read
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
