"""What is read, prepared and kept of each medium that a person can train on: one row a medium. Imports no torch."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.generators.parts.bars import score_of
from studio.media.errors import MediaError
from studio.media.files import write_atomically
from studio.media.score import encode_midi
from studio.training import folders, own_scores, own_texts
from studio.training.cutting import Choices
from studio.training.data import PictureSet, TrainingSet
from studio.training.errors import TrainingError
from studio.training.gathering import Collection, Gathered, Looked
from studio.training.scores import COLUMNS, MANIFEST, ScoreSet, Transposition, load_scores
from studio.training.texts import TextSet

UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, MediaError, TrainingError)


def as_they_are(works: Any, chance: Any) -> Any:
    """Every work as it is, each time that it is seen."""
    del chance
    return works


@dataclass(frozen=True)
class Material:
    """`look` reads entries into a Collection, `prepare` makes a set of one; `write` keeps a set in a file, `read` takes it back.

    `prepare` takes the choices for pictures, and the tokenizer of the model to begin from, empty for none. `makes` and `measured` are
    what the card of a model says that learnt from such a set, `sheet` the rows and columns of what it is shown to make on the way, and
    `altered` is what is done to a work each time that it is seen, so that a small set goes further.
    """

    look: Callable[..., Iterator[Any]]
    prepare: Callable[[Any, Choices, str], Iterator[Any]]
    file: str
    write: Callable[[Path, Any], None]
    read: Callable[[Path, str], TrainingSet]
    makes: str
    sheet: tuple[int, int]
    measured: str = "Trained in the lab; not measured."
    altered: Callable[[Choices], Any] = lambda choices: as_they_are


def look(found: Gathered, medium: str) -> Iterator[Looked | Collection]:
    """Read the entries of one medium; the last thing that comes is the Collection."""
    return MATERIAL[medium].look(found.name, found.entries[medium])


def prepare(collection: Collection, choices: Choices, tokenizer: str = "") -> Iterator[Looked | TrainingSet]:
    """The set of a collection, which comes last. Raises TrainingError when it is too small."""
    return MATERIAL[collection.medium].prepare(collection, choices, tokenizer)


def write(folder: Path, data: TrainingSet) -> None:
    """Keep a set in a training's folder. Raises MediaError or OSError when the disk is full."""
    MATERIAL[data.medium].write(folder / MATERIAL[data.medium].file, data)


def read(folder: Path, medium: str, name: str) -> TrainingSet:
    """The set that was kept there; raises TrainingError when it is gone or damaged."""
    row = MATERIAL.get(medium)
    if row is None:
        raise TrainingError(f"This studio trains on no medium “{medium[:40]}”.")
    try:
        return row.read(folder / row.file, name)
    except UNREADABLE as error:
        raise TrainingError(f"What “{name}” is trained on cannot be read any more: {error}. Start a new training.") from error


def _write_pictures(path: Path, data: PictureSet) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, x=data.pictures)


def _read_pictures(path: Path, name: str) -> PictureSet:
    with np.load(path, allow_pickle=False) as arrays:
        pictures = arrays["x"]
    return PictureSet(name, pictures, np.zeros((len(pictures), 0), np.int64), (), {}, holds_out=False)


def _write_texts(path: Path, data: TextSet) -> None:
    held_text, tokenizer = (np.frombuffer(text.encode(), np.uint8) for text in (data.held_text, data.tokenizer))
    with path.open("wb") as file:
        np.savez_compressed(file, stream=data.stream, held=data.held, held_text=held_text, tokenizer=tokenizer)


def _read_texts(path: Path, name: str) -> TextSet:
    with np.load(path, allow_pickle=False) as arrays:
        held_text, tokenizer = (arrays[each].tobytes().decode() for each in ("held_text", "tokenizer"))
        return TextSet(name, arrays["stream"], arrays["held"], held_text, tokenizer)


def _write_scores(path: Path, data: ScoreSet) -> None:
    """As the shared sets of scores are: MIDI files and their manifest."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [",".join(COLUMNS)]
        for number, (piece, split) in enumerate(zip(data.pieces, data.splits, strict=True)):
            archive.writestr(f"{number:05}.mid", encode_midi(score_of(piece.bars)))
            lines.append(f"{number:05}.mid,,,{split}")
        archive.writestr(MANIFEST, "\n".join(lines) + "\n")
    write_atomically(path, buffer.getvalue())


MATERIAL = {
    "picture": Material(
        folders.look, lambda found, choices, _: folders.prepare(found, choices), "pictures.npz", _write_pictures, _read_pictures,
        "{size}×{size} pictures like those in “{source}”", (7, 5), altered=lambda choices: choices.augmentation,
    ),
    "text": Material(
        own_texts.look, lambda found, _, tokenizer: own_texts.prepare(found, tokenizer), "texts.npz", _write_texts, _read_texts,
        "prose and verse like that in “{source}”", (3, 1), "Trained in the lab; measured on a part of its texts that it never read.",
    ),
    "score": Material(
        own_scores.look, lambda found, *_: own_scores.prepare(found), "scores.zip", _write_scores, load_scores,
        "scores like those in “{source}”", (3, 2), altered=lambda choices: Transposition(),
    ),
}  # fmt: skip
