"""Completes and measures a model of words: bits a byte of text that it never read, and an unpicked passage as a small page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Text
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.media.text.drawing import drawn
from studio.shelf import Card, Shelf, load, read_card
from studio.training.cards import write_card
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan
from studio.training.texts import TextSet

CHARACTERS = 8000  # of the held text that a card's figure is measured on
WORDS = 60
PREVIEW_SCALE = 4

Told = Callable[[str], None]


def palette(metadata: Mapping[str, str], data: TextSet) -> None:
    """Words have no colours."""
    del metadata, data


def complete(plan: Plan, data: TextSet, target: Path, card: dict[str, Any], shelf: Shelf, colours: None, tell: Told) -> Iterator[str]:
    """Write preview and figures into the model folder `target`."""
    del plan, colours, tell
    made = read_card(target)
    model = load(made, shelf=shelf)
    yield "writing its preview"
    action = made.action("generate")
    for event in model.perform(Call("generate", action.checked({"words": WORDS}), 0, (0,))):
        if isinstance(event, Result) and isinstance(event.media, Text):
            write_atomically(target / "preview.txt", event.media.content.encode())
            write_atomically(target / "preview.png", sheet.encode(drawn(event.media, PREVIEW_SCALE)))
        yield "writing its preview"
    bits = 0.0
    shown = data.held_text[:CHARACTERS]
    for some in model.bits_of_text(shown):
        bits += sum(each.bits for each in some)
        yield "measuring"
    card["metrics"] = {"bits_per_byte": float(f"{bits / max(1, len(shown.encode())):.4g}")}
    write_card(target, card)


def again(card: Card, data: TextSet | None, shelf: Shelf, tell: Told) -> dict[str, Any]:
    """A person's texts lie with their training alone."""
    del data, shelf, tell
    raise TrainingError(f"“{card.name}” was measured on texts of its own training, which are not at hand here.")
