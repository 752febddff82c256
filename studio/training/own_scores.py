"""A person's own scores as a set: what is in the files, what is left out and why, and the pieces to train on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.generators.capabilities import Piece
from studio.generators.parts.bars import SLOTS, bars_of, score_of
from studio.media import MediaError, Picture, Score
from studio.media.score import decode
from studio.media.score.drawing import drawn
from studio.training.errors import TrainingError
from studio.training.gathering import Entry, LeftOut, Looked, read_once
from studio.training.scores import FEWEST_NOTES, ScoreSet

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
