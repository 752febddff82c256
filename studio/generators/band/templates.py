"""Plans that real pieces have: for each style who plays, in which metre and tempo, and each bar's (bars ago, likeness). No torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from studio.generators.band.lessons import Lessons
from studio.generators.band.steps import SLOTS
from studio.generators.batches import Piece
from studio.generators.parts.bars import DRUMS

EACH = 24  # plans a style
SHORTEST, LONGEST = 8, 128  # bars of a piece whose form is taken


@dataclass(frozen=True)
class FormPlan:
    """`like` and `likeness` (bars,) of one piece as `form.form` gives them; its programs, its metre (beats, unit), microseconds a beat."""

    like: np.ndarray
    likeness: np.ndarray
    programs: tuple[int, ...]
    metre: tuple[int, int]
    microseconds: int


@dataclass(frozen=True)
class FormTemplates:
    """`like` and `likeness` (bars of all plans on end) as `form.form` gives them; plan i has the bars `starts[i]` to `starts[i + 1]`.

    `styles` (plans,) says whose each is, by its number in the config from 1; `programs` (plans, 12) has −1 behind the last part,
    `metres` (plans, 3) beats, unit and microseconds a beat.
    """

    like: np.ndarray
    likeness: np.ndarray
    starts: np.ndarray
    styles: np.ndarray
    programs: np.ndarray
    metres: np.ndarray

    def plans(self, style: int = 0) -> list[FormPlan]:
        """Those of the pieces of a style; of all styles for 0."""
        chosen = np.flatnonzero(self.styles == style) if style else np.arange(len(self.styles))
        return [self._plan(each) for each in chosen.tolist()]

    def _plan(self, number: int) -> FormPlan:
        bars = slice(self.starts[number], self.starts[number + 1])
        beats, unit, microseconds = self.metres[number].tolist()
        programs = tuple(program for program in self.programs[number].tolist() if program >= 0)
        return FormPlan(self.like[bars], self.likeness[bars], programs, (beats, unit), microseconds)

    def arrays(self) -> dict[str, np.ndarray]:
        """What is written beside the weights."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray]) -> FormTemplates:
        """Raises KeyError or ValueError where the arrays are not those of `arrays`."""
        found = {each.name: np.asarray(arrays[each.name], np.int64) for each in fields(cls)}
        like, likeness, starts, styles = (found[name] for name in ("like", "likeness", "starts", "styles"))
        ends = len(like) if len(starts) else -1
        if (
            like.shape != likeness.shape
            or len(starts) != len(styles) + 1
            or starts[0] != 0
            or starts[-1] != ends
            or (np.diff(starts) < 0).any()
            or found["programs"].shape != (len(styles), SLOTS)
            or not ((found["programs"] >= -1) & (found["programs"] <= DRUMS)).all()
            or found["metres"].shape != (len(styles), 3)
            or (found["metres"] < 1).any()
        ):
            raise ValueError("The templates of form do not fit together; the model's file is damaged.")
        return cls(**found)


def form_templates(pieces: Iterable[Piece], lessons: Lessons, each: int = EACH) -> FormTemplates:
    """The plans of at most `each` pieces of every style that `lessons` knows by number, spread over the set."""
    by_style: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.collection in lessons.styles and SHORTEST <= len(piece.bars) <= LONGEST:
            by_style.setdefault(lessons.styles[piece.collection], []).append(piece)
    found = [(style, piece) for style, own in sorted(by_style.items()) for piece in _spread(own, each)]
    known = [lessons.analysis(piece) for _, piece in found]
    starts = np.cumsum([0, *(len(each.bars) for each in known)])
    nothing = np.zeros(0, np.int64)
    return FormTemplates(
        np.concatenate([nothing, *(each.like for each in known)]).astype(np.uint8),
        np.concatenate([nothing, *(each.likeness for each in known)]).astype(np.uint8),
        starts.astype(np.int64),
        np.array([style for style, _ in found], np.uint8),
        np.array([_padded(each.bars.programs) for each in known], np.int16).reshape(-1, SLOTS),
        np.array([(*each.bars.metres[0].tolist(), each.bars.microseconds) for each in known], np.int32).reshape(-1, 3),
    )


def _padded(programs: Sequence[int]) -> list[int]:
    return [*programs[:SLOTS], *[-1] * (SLOTS - len(programs))]


def _spread(pieces: Sequence[Piece], most: int) -> list[Piece]:
    return [pieces[number] for number in np.unique(np.linspace(0, len(pieces) - 1, most).astype(int)).tolist()]
