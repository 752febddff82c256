"""How the lab shows what a person trains on: one row a medium, the mini-view with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.training import folders
from studio.training.cutting import Choices
from studio.training.own_scores import Scores
from studio.training.own_texts import Texts
from studio.ui.lab.seen import ROLLS_HEIGHT, SeenPictures, SeenText


@dataclass(frozen=True)
class MaterialLook:
    """`view` makes the widget that shows what the model will see, under the words `label`. `drawn` gives, on a file thread, what
    `show` puts into it. `adds` is what is said of a collection beside how many works it has, and `about` what a family's config
    depends on."""

    view: Callable[[], SeenPictures | SeenText]
    label: str
    drawn: Callable[[Any, Choices], Any]
    show: Callable[[Any, Any], None]
    adds: Callable[[Any], str]
    about: Callable[[Any, Choices], Any]


def _of_texts(there: Texts) -> str:
    pieces = there.characters * len(there.cut.spans) / max(1, len(there.cut.passage))  # about, from those of the passage shown
    said = f", {there.characters:,} characters. The vocabulary learnt from them has {there.pieces:,} pieces"
    return said + (f", about {there.characters / max(1, pieces):.1f} letters each" if there.cut.spans else "")


def _of_scores(there: Scores) -> str:
    return f", {there.notes:,} notes without drums"


MATERIAL_LOOKS: Mapping[str, MaterialLook] = {
    "picture": MaterialLook(
        SeenPictures, "What the model will see",
        lambda there, choices: folders.preview(there, choices, SeenPictures.COUNT), SeenPictures.show_pictures,
        lambda there: "", lambda there, choices: choices.size,
    ),
    "text": MaterialLook(
        SeenText, "How the model will read, piece by piece",
        lambda there, choices: there.cut, SeenText.show_cut,
        _of_texts, lambda there, choices: there.pieces,
    ),
    "score": MaterialLook(
        lambda: SeenPictures(2, 4, ROLLS_HEIGHT), "What the model will see, without drums",
        lambda there, choices: there.clips, SeenPictures.show_pictures,
        _of_scores, lambda there, choices: there.whole(),
    ),
}  # fmt: skip
