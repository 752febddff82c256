"""Completes and measures a model of music: figures by what it can do, and unpicked samples as rolls and as MIDI."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.generators import settings_of
from studio.generators.capabilities import Call, Decodes, ScoresNotes
from studio.generators.events import Result
from studio.media import Score
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.media.score import encode_midi
from studio.media.score.drawing import drawn
from studio.shelf import Card, Shelf, ShelfError, load, read_card
from studio.training.cards import write_card
from studio.training.errors import TrainingError
from studio.training.measuring import notes, tunes
from studio.training.plans.plan import Plan
from studio.training.scores import ScoreSet

PREVIEWS, PREVIEW_BARS, WIDTH, HEIGHT = 12, 8, 160, 96
LISTENER = "musenet"

Told = Callable[[str], None]


def palette(metadata: Mapping[str, str], data: ScoreSet) -> None:
    """Music has no colours."""
    del metadata, data


def complete(plan: Plan, data: ScoreSet, target: Path, card: dict[str, Any], shelf: Shelf, colours: None, tell: Told) -> Iterator[str]:
    """Write previews and figures into the model folder `target`."""
    del plan, colours
    yield "drawing its preview"
    yield from _draw_preview(target)
    if not data.test:  # a person's own scores are all learnt from: nothing is left to measure with
        return
    yield "measuring"
    card["metrics"] = again(read_card(target), data, shelf, tell)
    card["grade"] = grade(card["metrics"])
    write_card(target, card)


def again(card: Card, data: ScoreSet | None, shelf: Shelf, tell: Told) -> dict[str, Any]:
    """The card's figures measured anew; raises TrainingError without data."""
    if data is None:
        raise TrainingError(f"Measuring “{card.name}” needs the scores. Name a folder or a zip of scores with --data.")
    model = load(card)
    found: dict[str, Any] = {}
    if isinstance(model, ScoresNotes):
        found |= notes.measure(model, card, data, tell)
    if isinstance(model, Decodes):
        found |= tunes.measure(model, data, _listener(shelf), tell)
    return found


def grade(measured: Mapping[str, Any]) -> str:
    """`show` where the figures that were set as aims are reached; the ears have the last word."""
    if "bits_per_note" in measured:
        controls = [value for name, value in measured.items() if name.startswith("control_")]
        return "show" if measured["bits_per_note"] <= 5.2 and min(controls, default=0) >= 0.8 else "study"
    return "show" if measured.get("onset_pitch_f1", 0) >= 0.85 else "study"


def _listener(shelf: Shelf) -> Any:
    """The model that says how likely a tune is, where the shelf has it."""
    try:
        return load(shelf.card(LISTENER))
    except ShelfError:
        return None


def _draw_preview(target: Path) -> Iterator[str]:
    card = read_card(target)
    model, action = load(card), card.action("generate")
    settings = action.checked({"bars": PREVIEW_BARS} if any(each.name == "bars" for each in settings_of(action.settings)) else {})
    made: list[Score] = []
    for event in model.perform(Call("generate", settings, 0, tuple(range(PREVIEWS)))):
        made += [event.media] if isinstance(event, Result) and isinstance(event.media, Score) else []
        yield "drawing its preview"
    drawings = [drawn(each, WIDTH, HEIGHT) for each in made]
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawings, columns=4, gap=True)))
    write_atomically(target / "preview.mid", encode_midi(made[0]))
