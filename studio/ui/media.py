"""The one table of media in the window: where each is at home, its icon, its words, its cell in the history. One row a medium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from studio.ui.images import draw_fitted

Painting = Callable[[QPainter, QRect, QPixmap], None]
NOTHING = "No model on the shelf does that. Add one on the Shelf page."


@dataclass(frozen=True)
class Learning:
    """What the lab calls things. `work` is one of a person's works, `seen` what is counted while training, `makes` what a model does with
    what it learnt. `sized` says that works are pixels and a size is chosen for them, `read` that they are read as words."""

    title: str
    work: str
    seen: str
    makes: str
    holds_together: str
    where_to: str
    at_once: str
    base_help: str
    sized: bool = False
    read: bool = False

    def works(self, count: int) -> str:
        return f"{count:,} {self.work}{'s' * (count != 1)}"


@dataclass(frozen=True)
class Look:
    """One medium in the window.

    `home` is the workspace that opens it, empty where none does; `icon` and `open_icon`, `open_words` are its sign and how a menu opens
    it; `plural` is what many are called. `slot` is what an empty place for one says; `fills_slot` that what is picked in the history
    fills it, else the document does, and `shows_seen` that it shows how the document looks meanwhile. `on_selection` and `on_place`
    tell what an action works on, with a selection that it needs and one that may be left out. `usual_count` is how many are made at
    once, remembered under `remembered`. `offers` are the commands of its menu in the history, by name. `paint` draws its cell there.
    `sheets` says that the previews of its models are sheets of pictures, `moves` that its cell moves under the pointer.
    """

    medium: str
    icon: str
    plural: str
    home: str = ""
    open_icon: str = "folder-open"
    open_words: str = "Open"
    slot: str = "drop one here"
    fills_slot: bool = True
    shows_seen: bool = False
    on_selection: str = "Works on what is selected."
    on_place: str = ""
    usual_count: int = 1
    remembered: str = "count"
    nothing_makes: str = NOTHING
    offers: tuple[str, ...] = ("open", "write", "export", "making")
    paint: Painting = draw_fitted
    sheets: bool = False
    moves: bool = False
    learning: Learning | None = None


LOOKS: tuple[Look, ...] = (
    Look(
        "picture", "image", "pictures", "canvas", "layers", "Place on the canvas", shows_seen=True,
        on_selection="Works on what is selected on the board: M for a rectangle, L for a lasso.",
        usual_count=16,
        nothing_makes="The shelf is empty: add a model on the Shelf page.",
        offers=("open", "vary", "explore", "write", "export", "making"), sheets=True,
        learning=Learning(
            "Pictures", "picture", "pictures", "draws", "Drawings",
            "Draw with it on the canvas, or walk through it in the explorer.", "Pictures at once",
            "A finished model of the same family and size knows how to draw already, and only learns what is new", sized=True,
        ),
    ),
    Look(
        "score", "music", "scores", "pianoroll", "piano", "Open in the piano roll", "the one in the roll", fills_slot=False,
        on_selection="Works on the bars that are chosen: drag over the bar numbers (Shift: of all tracks), "
        "or Ctrl+B around the chosen notes.",
        remembered="count.score",
        nothing_makes="No model on the shelf makes scores. Add one on the Shelf page; until then everything here is drawn by hand.",
        learning=Learning(
            "Scores", "score", "passages", "composes", "Bars",
            "Compose with it in the piano roll.", "Passages at once",
            "A finished model of the same family knows music already, and only learns what is new",
        ),
    ),
    Look(
        "text", "type", "texts", "writing", "pen-line", "Open on a page", "the page", fills_slot=False,
        on_selection="Works on the words that are selected on the page.",
        on_place="Goes on at the cursor.",
        remembered="count.text",
        nothing_makes="No model on the shelf writes. Add one on the Shelf page; until then everything here is written by hand.",
        offers=("open", "export", "making"),
        learning=Learning(
            "Texts", "text", "passages", "writes", "Sentences",
            "Choose it on the writing page: it writes on, in grey, as you do.", "Passages at once",
            "A model that was trained here before goes on with the vocabulary that it has", read=True,
        ),
    ),
    Look(
        "animation", "film", "animations", "canvas", "layers", "Open as frames on the canvas", "drop an animation here",
        remembered="count.animation", offers=("open", "write", "export"), moves=True,
    ),
    Look(
        "sound", "audio-lines", "sounds", open_icon="headphones", open_words="Listen", slot="drop a sound here",
        on_selection="Works on the part of the sound that is selected.",
        remembered="count.sound", offers=("play", "open", "write", "export"),
    ),
)  # fmt: skip


def look_of(medium: str) -> Look:
    """The row of a medium, or of that which a selection belongs to; a plain one for media that are never seen by themselves."""
    medium = medium.removesuffix(" selection")
    return next((each for each in LOOKS if each.medium == medium), Look(medium, "package", "works"))


def learning(medium: str) -> Learning:
    """What the lab calls things of a medium that can be learnt from; raises KeyError for another."""
    words = look_of(medium).learning
    if words is None:
        raise KeyError(medium)
    return words
