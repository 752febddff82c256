"""What one step of a training learns from: pictures, pictures with captions, scores, texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from studio.generators.parts.bars import Bars


@dataclass(frozen=True)
class Batch:
    """Training data for one step: `pictures` (B, h, w, 4) uint8, `attributes` (B, k) int64, empty where the set has none."""

    pictures: np.ndarray
    attributes: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class CaptionBatch:
    """Training data for one step where pictures are learnt by words: `pictures` (B, h, w, c) uint8, `captions` and `styles` (B,).

    `rows` (B,) are their places in the set, and `mirrored` (B,) says which are turned left to right.
    """

    pictures: np.ndarray
    captions: np.ndarray
    styles: np.ndarray
    rows: np.ndarray
    mirrored: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class CaptionLessons:
    """All that there is to learn by words, without the pictures: `captions` (n,) of the set, and the `rows` that are trained on.

    `sample` (m, h, w, c) uint8 are some of its pictures, where a palette is to be found.

    `checks` are only measured with: `validation` has new captions of known words, `unseen` those with words that training never has.
    """

    captions: np.ndarray
    rows: np.ndarray
    sample: np.ndarray
    checks: Mapping[str, CaptionBatch]


@dataclass(frozen=True)
class Piece:
    """One work of a set of scores, on the grid of the models of music; `composer` and `collection` (or style) as the set calls them.

    `source` is the set's name, `names` those of the parts, `chords` the symbols of each bar, one or two with a space between; empty where
    the set does not say.
    """

    bars: Bars
    composer: str = ""
    collection: str = ""
    source: str = ""
    names: tuple[str, ...] = ()
    chords: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoreBatch:
    """Training data for one step where scores are learnt: whole pieces; what is cut from them, the family decides.

    `held` are pieces that are only measured with.
    """

    pieces: Sequence[Piece]
    held: Sequence[Piece] = ()

    def __len__(self) -> int:
        return len(self.pieces)


@dataclass(frozen=True)
class TextBatch:
    """Training data for one step where texts are learnt: `places` (B,) in [0, 1) say where in `stream` each passage begins.

    `stream` (n,) and `held` (m,) are the tokens to learn from and those that are only measured with, of the vocabulary that `tokenizer`
    (a tokenizer.json) describes. How long a passage is, the family decides.
    """

    stream: np.ndarray
    held: np.ndarray
    tokenizer: str
    places: np.ndarray

    def __len__(self) -> int:
        return len(self.places)
