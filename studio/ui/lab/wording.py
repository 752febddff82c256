"""What the lab calls things, medium by medium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """`work` is one of a person's works, `seen` what is counted while training, `makes` what a model does with what it learnt."""

    title: str
    work: str
    seen: str
    makes: str
    holds_together: str
    where_to: str
    at_once: str
    base_help: str

    def works(self, count: int) -> str:
        return f"{count:,} {self.work}{'s' * (count != 1)}"


WORDING: Mapping[str, Wording] = {
    "picture": Wording(
        "Pictures", "picture", "pictures", "draws", "Drawings",
        "Draw with it on the canvas, or walk through it in the explorer.", "Pictures at once",
        "A finished model of the same family and size knows how to draw already, and only learns what is new",
    ),
    "text": Wording(
        "Texts", "text", "passages", "writes", "Sentences",
        "Choose it on the writing page: it writes on, in grey, as you do.", "Passages at once",
        "A model that was trained here before goes on with the vocabulary that it has",
    ),
    "score": Wording(
        "Scores", "score", "passages", "composes", "Bars",
        "Compose with it in the piano roll.", "Passages at once",
        "A finished model of the same family knows music already, and only learns what is new",
    ),
}  # fmt: skip
