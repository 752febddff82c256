"""A person's own scores as a set: what is in the files, what is left out and why, and the pieces to train on or to measure with."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from studio.generators.batches import Piece
from studio.generators.parts.bars import SLOTS, bars_of, score_of
from studio.media import MediaError, Picture, Score
from studio.media.score import decode, decode_all, encode_midi
from studio.media.score.drawing import drawn
from studio.training.errors import TrainingError
from studio.training.gathering import FILES_LIMIT, LARGEST, Entry, LeftOut, Looked, gathered, medium_of_ending, read_once
from studio.training.scores import FEWEST_NOTES, MANIFEST, ScoreSet

FEWEST, MOST = 5, 5000
SHOWN, SHOWN_BARS = 8, 4
ROLL = (128, 44)  # pixels of one clip in the preview


@dataclass(frozen=True)
class Scores:
    """Readable scores without doubles; `clips` are a few beginnings of them, drawn as rolls."""

    name: str
    pieces: tuple[Piece, ...]
    left_out: tuple[LeftOut, ...]
    clips: tuple[Picture, ...]
    medium: str = field(default="score", init=False)

    @property
    def count(self) -> int:
        return len(self.pieces)

    @property
    def notes(self) -> int:
        return sum(len(piece.bars.rows) for piece in self.pieces)

    def too_few(self) -> str:
        if self.count >= FEWEST:
            return ""
        return f"Training takes at least {FEWEST} scores; here {'is' if self.count == 1 else 'are'} {self.count or 'none'}. Add some."

    def trial(self, config: Mapping[str, Any]) -> ScoreSet:
        """The set itself: it is there already."""
        del config
        return self.whole()

    def whole(self) -> ScoreSet:
        """All pieces, every one to train on."""
        return ScoreSet(self.name, self.pieces, ("train",) * len(self.pieces))


def look(name: str, entries: Sequence[Entry]) -> Iterator[Looked | Scores]:
    """Read every score once; the last thing that comes is the Scores."""
    pieces: list[Piece] = []
    left_out: list[LeftOut] = []
    entries = tuple(tune for entry in entries for tune in _tunes(entry))
    read = read_once(entries, _piece, lambda piece: piece.bars.rows.tobytes(), "notes", left_out)
    for number, (entry, piece) in enumerate(read):
        if piece is not None and len(pieces) < MOST:
            pieces.append(piece)
        elif piece is not None:
            left_out.append(LeftOut(entry.name, f"there are {MOST:,} scores already, the most that are trained on"))
        yield Looked(number + 1, len(entries))
    step = max(1, len(pieces) // SHOWN)
    yield Scores(name, tuple(pieces), tuple(left_out), tuple(_clip(piece) for piece in pieces[::step][:SHOWN]))


def prepare(collection: Scores) -> Iterator[Looked | ScoreSet]:
    """The set; raises TrainingError when there are fewer than five scores."""
    if collection.too_few():
        raise TrainingError(collection.too_few())
    yield collection.whole()


def to_measure(path: Path) -> ScoreSet:
    """All scores of a folder, a zip or a file, to measure a model with; raises TrainingError where none can be read."""
    entries = _packed(path) if zipfile.is_zipfile(path) and path.suffix.lower() == ".zip" else gathered([path]).entries.get("score", ())
    *_, found = look(path.name, entries)
    if not isinstance(found, Scores) or not found.pieces:
        left = f" {found.left_out[0].name}: {found.left_out[0].reason}." if isinstance(found, Scores) and found.left_out else ""
        raise TrainingError(f"{path.name} holds no score that a model could be measured with.{left}")
    return ScoreSet(found.name, found.pieces, ("test",) * len(found.pieces))


def is_a_set(path: Path, name: str) -> bool:
    """Whether `path` is the set `name`, or holds it: a zip with a manifest that divides it into train and test."""
    file = path / f"{name}.zip" if path.is_dir() else path
    try:
        with zipfile.ZipFile(file) as packed:
            return MANIFEST in packed.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def _packed(path: Path) -> tuple[Entry, ...]:
    """The scores of a zip, each read when its turn comes."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = sorted(each for each in packed.namelist() if medium_of_ending(Path(each).suffix.lower()) == "score")[:FILES_LIMIT]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path.name} cannot be unpacked: {error}.") from error
    return tuple(Entry(name, partial(_member, path, name)) for name in names)


def _member(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as packed:
            if packed.getinfo(name).file_size > LARGEST:
                raise MediaError(f"it has more than {LARGEST // 2**20} MB")
            return packed.read(name)
    except Exception as error:  # what zipfile raises for damaged members has no common class
        raise error if isinstance(error, MediaError) else MediaError(f"it cannot be unpacked: {error}") from error


def _tunes(entry: Entry) -> list[Entry]:
    """The tunes of a book, each an entry of its own; any other file as it is."""
    if not entry.name.lower().endswith(".abc"):
        return [entry]
    try:
        tunes = decode_all(entry.read(), entry.name)
    except MediaError:
        return [entry]
    if len(tunes) == 1:
        return [entry]
    return [Entry(f"{entry.name}: {tune.title or number}", partial(encode_midi, tune)) for number, (tune, _) in enumerate(tunes, 1)]


def piece_of(score: Score) -> Piece:
    """What the models of music see of a score: its tracks without drums, on their grid; raises MediaError where that is too little."""
    heard = [number for number, track in enumerate(score.tracks) if len(track.notes) and not track.drums]
    bars = bars_of(score, heard[:SLOTS])
    if len(bars.rows) < FEWEST_NOTES:
        raise MediaError(f"it has {len(bars.rows) or 'no'} notes beside drums; at least {FEWEST_NOTES} are needed")
    return Piece(bars)


def _piece(entry: Entry) -> Piece:
    return piece_of(decode(entry.read(), entry.name)[0])


def _clip(piece: Piece) -> Picture:
    """The bars from the first note on."""
    first = int(piece.bars.rows["bar"][0])
    return drawn(score_of(piece.bars.between(first, min(len(piece.bars), first + SHOWN_BARS))), *ROLL)
