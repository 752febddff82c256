"""Sets of scores: a zip of MIDI files and their manifest, which says of each piece whether it is train, validation or test."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from studio.generators.batches import Piece, ScoreBatch
from studio.generators.parts.bars import COARSE, GRID, SLOTS, bars_of
from studio.media import MediaError
from studio.media.score import decode
from studio.training.augmentation import Augment
from studio.training.errors import TrainingError

MANIFEST = "manifest.csv"
COLUMNS = ("path", "composer", "collection", "split")
STYLE = "style"  # what a set of bands has in the place of composers and collections
FEWEST_NOTES = 16
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Transposition:
    """Moves a piece by a random interval each time it is seen, and its tempo by up to the share `tempo`."""

    down: int = 5
    up: int = 6
    tempo: float = 0.15

    def __call__(self, pieces: Sequence[Piece], chance: np.random.Generator) -> list[Piece]:
        return [self._moved(piece, chance) for piece in pieces]

    def _moved(self, piece: Piece, chance: np.random.Generator) -> Piece:
        bars = piece.bars.transposed(int(chance.integers(-self.down, self.up + 1)))
        pace = float(np.exp(chance.uniform(-self.tempo, self.tempo)))
        return replace(piece, bars=replace(bars, microseconds=max(1, int(bars.microseconds * pace))))


@dataclass(frozen=True)
class ScoreSet:
    """`pieces` and, beside each, its part of the set: train, validation or test. `name` has a + between several sets."""

    name: str
    pieces: tuple[Piece, ...]
    splits: tuple[str, ...]
    medium: str = field(default="score", init=False)
    unit: str = field(default="passages", init=False)

    def part(self, split: str) -> list[Piece]:
        return [piece for piece, part in zip(self.pieces, self.splits, strict=True) if part == split]

    @property
    def train(self) -> list[Piece]:
        return self.part("train")

    @property
    def validation(self) -> list[Piece]:
        return self.part("validation")

    @property
    def test(self) -> list[Piece]:
        return self.part("test")

    def composers(self, most: int) -> list[str]:
        """Those with most pieces in train, the busiest first."""
        return [name for name, _ in Counter(piece.composer for piece in self.train if piece.composer).most_common(most)]

    def collections(self) -> list[str]:
        return sorted({piece.collection for piece in self.train if piece.collection})

    def programs(self) -> list[int]:
        """The instruments that occur in train."""
        return sorted({program for piece in self.train for program in piece.bars.programs})

    def ensembles(self, most: int) -> list[list[int]]:
        """The commonest ways of putting instruments together in train."""
        return [list(each) for each, _ in Counter(piece.bars.programs for piece in self.train).most_common(most)]

    def feed(self, augmentation: Augment) -> ScoreFeed:
        return ScoreFeed(self.train, self.validation, augmentation, several="+" in self.name)


class ScoreFeed:
    """Draws batches from train. A piece comes as often as the root of its length: a mass is heard more than a jig, not forty times.

    Of `several` sets each is drawn from equally often, and within a set a collection as often as the root of its notes.
    """

    def __init__(self, pieces: Sequence[Piece], held: Sequence[Piece], augmentation: Augment, several: bool = False) -> None:
        self.everything, self.augmentation = ScoreBatch(pieces, held), augmentation
        self.shares = shares(pieces, several)

    def batch(self, count: int, chance: np.random.Generator) -> ScoreBatch:
        chosen = chance.choice(len(self.shares), count, p=self.shares)
        return ScoreBatch(self.augmentation([self.everything.pieces[index] for index in chosen], chance))


def shares(pieces: Sequence[Piece], several: bool) -> np.ndarray:
    """(n,) how often each piece is drawn; they add up to one."""
    lengths = np.array([len(piece.bars.rows) for piece in pieces], float)
    found = np.sqrt(lengths)
    if several:
        _, source = np.unique([piece.source for piece in pieces], return_inverse=True)
        _, kind = np.unique([f"{piece.source}/{piece.collection}" for piece in pieces], return_inverse=True)
        found *= np.sqrt(np.bincount(kind, lengths))[kind] / np.bincount(kind, found)[kind]
        found /= np.bincount(source, found)[source]
    return found / found.sum()


def joined(name: str, sets: Sequence[ScoreSet]) -> ScoreSet:
    """Several sets as one."""
    return ScoreSet(name, tuple(piece for each in sets for piece in each.pieces), tuple(split for each in sets for split in each.splits))


def load_scores(file: Path, name: str, collections: Collection[str] = ()) -> ScoreSet:
    """The set in a zip; of the given collections only, where some are named. Pieces that cannot be read are left out."""
    try:
        with zipfile.ZipFile(file) as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read(MANIFEST).decode())))
            columns = set(rows[0]) if rows else set()
            if STYLE in columns:
                columns |= {"composer", "collection"}
                rows = [{"composer": "", "collection": row[STYLE], **row} for row in rows]
            missing = [column for column in COLUMNS if column not in columns]
            if missing:
                raise TrainingError(f"The manifest of {file.name} has no column “{missing[0]}”.")
            kept = [row for row in rows if (not collections or row["collection"] in collections) and row["split"] in SPLITS]
            found = [(piece, row["split"]) for row in kept if (piece := _piece(archive, row, name)) is not None]
    except FileNotFoundError as error:
        raise TrainingError(f"There is no {file.name} in {file.parent}. Name the folder of the data with --data.") from error
    except (OSError, KeyError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile) as error:
        raise TrainingError(f"{file.name} is not a set of scores that can be trained on: {error}.") from error
    if not any(split == "train" for _, split in found):
        raise TrainingError(f"{file.name} holds no pieces to train on in these collections.")
    return ScoreSet(name, tuple(piece for piece, _ in found), tuple(split for _, split in found))


def _piece(archive: zipfile.ZipFile, row: dict[str, str], source: str) -> Piece | None:
    """With drums, and to a grid of 12 a beat, where a set names styles: bands play, and their timing wanders; composers' scores do not."""
    try:
        score, _ = decode(archive.read(row["path"]), row["path"])
    except MediaError:
        return None
    heard = [number for number, track in enumerate(score.tracks) if len(track.notes) and (STYLE in row or not track.drums)][:SLOTS]
    bars, names = bars_of(score, heard, grid=COARSE if STYLE in row else GRID), tuple(score.tracks[number].name for number in heard)
    if len(bars.rows) < FEWEST_NOTES:
        return None
    chords = tuple(row["chords"].split(" | ")) if row.get("chords") else ()
    return Piece(bars, row["composer"], row["collection"], source, names, chords)
