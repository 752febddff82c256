"""Completes and measures a model of words: bits a byte of text that it never read, poems in their forms, an unpicked passage as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.generators import Action, settings_of
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Text
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.media.text.drawing import drawn
from studio.shelf import Card, Shelf, load, read_card
from studio.training.cards import write_card
from studio.training.errors import TrainingError
from studio.training.measuring.verse import obeys, pronounced
from studio.training.plans.plan import Plan
from studio.training.texts import TextSet

CHARACTERS = 8000  # of the held text that a card's figure is measured on
WORDS = 60
PREVIEW_SCALE = 4
POEMS = {"haiku": 100, "limerick": 50, "sonnet": 50}
FREE = 20  # pieces of free verse that poems of a form are compared with
SUBJECTS = ("rain", "the sea", "a cat", "winter", "an old house", "the moon", "a mountain", "a train at night", "spring", "a lost key")

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
    """How far poems keep to their forms, and what keeping to them costs in likelihood, beside as much free verse about the same subject.

    A person's texts lie with their training alone.
    """
    del data
    model, action = load(card, shelf=shelf), card.action("generate")
    if not any(setting.name == "form" for setting in settings_of(action.settings)):
        raise TrainingError(f"“{card.name}” was measured on texts of its own training, which are not at hand here.")
    book, found = pronounced(), dict[str, float]()
    for form, count in POEMS.items():
        poems, free = [], []
        for seed in range(count):
            tell(f"{form} {seed + 1} of {count}")
            poems.append(_written(model, action, seed, {"form": form}))
            if seed < FREE:
                words = 2 * len(poems[-1].split())
                free.append(_written(model, action, seed, {"form": "free verse", "words": words})[: len(poems[-1])])
        found |= {
            f"{form}_obey": sum(obeys(poem, form, book) for poem in poems) / count,
            f"{form}_distinct": len(set(poems)) / count,
            f"{form}_bits_over_free": _bits_a_byte(model, poems) / _bits_a_byte(model, free),
        }
    return {name: float(f"{value:.4g}") for name, value in found.items()}


def _written(model: Any, action: Action, seed: int, values: Mapping[str, Any]) -> str:
    """What is written about the subject whose turn it is."""
    checked = action.checked({"subject": SUBJECTS[seed % len(SUBJECTS)], **values})
    events = model.perform(Call("generate", checked, seed, (0,)))
    return next(event.media.content for event in events if isinstance(event, Result) and isinstance(event.media, Text))


def _bits_a_byte(model: Any, texts: Sequence[str]) -> float:
    bits = sum(each.bits for text in texts for some in model.bits_of_text(text) for each in some)
    return float(bits / max(1, sum(len(text.encode()) for text in texts)))
