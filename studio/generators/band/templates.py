"""Plans of form that real pieces have: for each style some pieces' rows of (bars ago, likeness), to write a new piece after. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.generators.band.lessons import Lessons
from studio.generators.capabilities import Piece

EACH = 24  # plans a style
SHORTEST, LONGEST = 8, 128  # bars of a piece whose form is taken


@dataclass(frozen=True)
class FormTemplates:
    """`like` and `likeness` (bars of all plans on end) as `form.form` gives them; plan i has the bars `starts[i]` to `starts[i + 1]`.

    `styles` (plans,) says whose each is, by its number in the config from 1.
    """

    like: np.ndarray
    likeness: np.ndarray
    starts: np.ndarray
    styles: np.ndarray

    def plans(self, style: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
        """(like, likeness) of the pieces of a style; of all styles for 0."""
        chosen = np.flatnonzero(self.styles == style) if style else np.arange(len(self.styles))
        return [
            (self.like[self.starts[each] : self.starts[each + 1]], self.likeness[self.starts[each] : self.starts[each + 1]])
            for each in chosen.tolist()
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """What is written beside the weights."""
        return {"like": self.like, "likeness": self.likeness, "starts": self.starts, "styles": self.styles}

    @classmethod
    def read(cls, arrays: Mapping[str, np.ndarray]) -> FormTemplates:
        """Raises KeyError or ValueError where the arrays are not those of `arrays`."""
        like, likeness, starts, styles = (np.asarray(arrays[name], np.int64) for name in ("like", "likeness", "starts", "styles"))
        ends = len(like) if len(starts) else -1
        if (
            like.shape != likeness.shape
            or len(starts) != len(styles) + 1
            or starts[0] != 0
            or starts[-1] != ends
            or (np.diff(starts) < 0).any()
        ):
            raise ValueError("The templates of form do not fit together; the model's file is damaged.")
        return cls(like, likeness, starts, styles)


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
    )


def _spread(pieces: Sequence[Piece], most: int) -> list[Piece]:
    return [pieces[number] for number in np.unique(np.linspace(0, len(pieces) - 1, most).astype(int)).tolist()]
