"""Sets of pictures with captions and styles: which are trained on, how often each is drawn, which may be mirrored."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from studio.generators.batches import CaptionBatch, CaptionLessons
from studio.training.augmentation import Augment
from studio.training.errors import TrainingError

TRAIN, VALIDATION, TEST = 0, 1, 2
LEAST, MOST, HELD = 8, 60, 300  # pictures of a word that may be held back, and how many such words there are
ONE_IN = 7  # such words is held back, at most
CHECKED = 512  # pictures of each check, and of test
SAMPLE = 1000  # pictures, about, in which a palette is found
MIRRORED = 0.3  # of the pictures that may be
HANDED = frozenset((
    "left", "right", "letter", "letters", "number", "numbers", "digit", "text", "align", "alignment", "font", "arrow", "arrows",
    "chevron", "caret", "rotate", "rotation", "clockwise", "counterclockwise", "undo", "redo", "back", "backward", "forward", "next",
    "previous", "east", "west", "start", "end", "indent", "outdent", "question", "dollar", "euro", "pound", "yen", "currency",
    "percent", "spell", "translate", "language", "alphabet", "sort", "list", "bold", "italic", "strikethrough", "underline",
    "heading", "paragraph", "quote", "quotes", "code", "hd", "sd", "fps", "gif", "png", "jpg", "svg", "pdf", "doc", "xls", "ppt",
    "csv", "zip", "html", "css", "js", "api", "ai", "wc", "atm", "vip", "sos", "ok", "am", "pm", "time", "clock", "hour", "login",
    "logout", "signin", "signout", "import", "export", "reply", "share", "send", "enter", "exit", "play", "skip", "rewind", "fast",
    "turn", "corner", "direction", "directions", "equal", "greater", "less", "dice", "keyboard", "math", "function", "sigma", "pi",
    "alpha", "beta", "gamma", "omega", "lambda", "infinity", "section", "at", "copyright", "trademark", "registered", "parking",
    "hospital", "medical",
))  # fmt: skip  # words of drawings that mean something else, or nothing, when mirrored


@dataclass(frozen=True)
class CaptionSet:
    """`pictures` (n, h, w, c) uint8, `captions` (n,) of plain words, `styles` (n,) indices into `style_names`, `split` (n,) 0 to 2.

    Some words are held back: no picture that has one in its caption is trained on.
    """

    name: str
    pictures: np.ndarray
    captions: np.ndarray
    styles: np.ndarray
    style_names: tuple[str, ...]
    split: np.ndarray
    medium: str = field(default="captioned", init=False)
    unit: str = field(default="pictures", init=False)

    @cached_property
    def held_words(self) -> tuple[str, ...]:
        """Words in 8 to 60 pictures of train that are never trained on, so that what a model makes of new words can be measured."""
        counts = word_counts(self.captions[self.split == TRAIN])
        usual = [word for word, count in counts.items() if LEAST <= count <= MOST and word.isalpha() and len(word) > 2]
        by_chance = sorted(usual, key=lambda word: hashlib.sha256(word.encode()).hexdigest())  # the same whoever asks
        return tuple(sorted(by_chance[: min(HELD, len(usual) // ONE_IN)]))

    @cached_property
    def _has_held(self) -> np.ndarray:
        held = set(self.held_words)
        return np.array([not held.isdisjoint(caption.split()) for caption in self.captions])

    @property
    def train(self) -> np.ndarray:
        """The rows that are trained on."""
        return np.flatnonzero((self.split == TRAIN) & ~self._has_held)

    def vocabulary(self, least: int) -> int:
        """How many words stand in the captions of `least` pictures of train or more."""
        return sum(count >= least for count in word_counts(self.captions[self.train]).values())

    def feed(self, augmentation: Augment) -> CaptionFeed:
        del augmentation  # what may be mirrored, the captions say
        return CaptionFeed(self)

    @cached_property
    def test(self) -> CaptionBatch:
        return self._spread(np.flatnonzero((self.split == TEST) & ~self._has_held))

    def checks(self) -> dict[str, CaptionBatch]:
        validation = np.flatnonzero((self.split == VALIDATION) & ~self._has_held)
        unseen = np.flatnonzero((self.split != TEST) & self._has_held)
        return {"validation": self._spread(validation), "unseen": self._spread(unseen)}

    def _spread(self, rows: np.ndarray) -> CaptionBatch:
        """At most so many of the rows, evenly over the set."""
        chosen = rows[:: max(1, len(rows) // CHECKED)][:CHECKED]
        return self.batch_of(chosen, np.zeros(len(chosen), bool))

    def batch_of(self, rows: np.ndarray, mirrored: np.ndarray) -> CaptionBatch:
        pictures = self.pictures[rows]
        pictures[mirrored] = pictures[mirrored][:, :, ::-1]
        return CaptionBatch(pictures, self.captions[rows], self.styles[rows].astype(np.int64), rows, mirrored)


class CaptionFeed:
    """Draws a caption as often as the square root of how many pictures have it, so that what stands once is not drowned."""

    def __init__(self, data: CaptionSet) -> None:
        self._data, self._rows = data, data.train
        if not len(self._rows):
            raise TrainingError(f"The set {data.name} has no pictures with captions to train on.")
        captions = data.captions[self._rows]
        same = Counter(captions.tolist())
        weights = np.array([same[caption] ** -0.5 for caption in captions.tolist()])
        self._until = np.cumsum(weights) / weights.sum()
        self._turns = np.array([HANDED.isdisjoint(caption.split()) and not any(map(str.isdigit, caption)) for caption in captions.tolist()])

    @property
    def everything(self) -> CaptionLessons:
        data = self._data
        return CaptionLessons(data.captions, data.train, data.pictures[self._rows[:: max(1, len(self._rows) // SAMPLE)]], data.checks())

    def batch(self, count: int, chance: np.random.Generator) -> CaptionBatch:
        found = np.minimum(np.searchsorted(self._until, chance.random(count), side="right"), len(self._rows) - 1)
        mirrored = (chance.random(count) < MIRRORED) & self._turns[found]
        return self._data.batch_of(self._rows[found], mirrored)


def word_counts(captions: np.ndarray) -> Counter[str]:
    """In how many captions each word stands."""
    return Counter(word for caption in captions.tolist() for word in set(caption.split()))


def load_captions(file: Path, name: str) -> CaptionSet:
    """The pictures of an .npz with their captions, styles and split; raises TrainingError. No pickle is ever read."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            pictures, captions, styles, split = (arrays[key] for key in ("x", "words", "style", "split"))
        names = json.loads(file.with_suffix(".json").read_text("utf-8"))["styles"]
    except FileNotFoundError as error:
        raise TrainingError(
            f"There is no {Path(error.filename).name} in {file.parent}. Name the folder of the data with --data."
        ) from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{file.name} is no set of pictures with captions that can be trained on: {error}.") from error
    pictures = pictures[..., None] if pictures.ndim == 3 else pictures
    if pictures.ndim != 4 or pictures.dtype != np.uint8 or captions.dtype.kind != "U":
        raise TrainingError(f"{file.name} holds no pictures with captions: its “x” is {pictures.dtype} {pictures.shape}.")
    if {len(pictures), len(captions), len(styles), len(split)} != {len(pictures)} or styles.max(initial=0) >= len(names):
        raise TrainingError(f"{file.name} is damaged: its pictures, captions, styles and parts do not belong together.")
    return CaptionSet(name, pictures, plain(captions), styles, tuple(str(each) for each in names), split)


SAYS_LITTLE = frozenset({"alt", "variant"})


def plain(captions: np.ndarray) -> np.ndarray:
    """Captions without the words that say little, unless nothing else stands there."""
    return np.array([" ".join([word for word in each.split() if word not in SAYS_LITTLE]) or each for each in captions.tolist()])
