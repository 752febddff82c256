"""Completes and measures a model that draws by words: how well its codes keep a picture, how much words tell it, an unpicked sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.generators.capabilities import Call, ScoresCaptions
from studio.generators.events import Result
from studio.media import Picture
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.shelf import Card, Shelf, load, read_card
from studio.training.captions import CaptionSet
from studio.training.cards import write_card
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan

PREVIEWS = 100

Told = Callable[[str], None]


def palette(metadata: Mapping[str, str], data: CaptionSet) -> None:
    """Ink has no colours."""
    del metadata, data


def complete(plan: Plan, data: CaptionSet, target: Path, card: dict[str, Any], shelf: Shelf, colours: None, tell: Told) -> Iterator[str]:
    """Write preview and figures into the model folder `target`."""
    del plan, colours
    yield "drawing its preview"
    yield from _draw_preview(data, target, shelf)
    yield "measuring"
    card["metrics"] = again(read_card(target), data, shelf, tell)
    write_card(target, card)


def again(card: Card, data: CaptionSet | None, shelf: Shelf, tell: Told) -> dict[str, Any]:
    """The card's figures measured anew on test; raises TrainingError without data, or for a model that cannot say how likely codes are."""
    if data is None:
        raise TrainingError(f"Measuring “{card.name}” needs the pictures with their captions. Name their folder with --data.")
    model = load(card, shelf=shelf)
    if not isinstance(model, ScoresCaptions):
        raise TrainingError(f"“{card.name}” does not say how likely a picture is, so that there is nothing to measure.")
    tell("reading test")
    test, unseen = data.test, data.checks()["unseen"]
    dark, real = model.reconstructed(test.pictures) > 127, test.pictures > 127
    figures = {"ink_overlap": (dark & real).sum() / max(1, (dark | real).sum())}
    for name, batch in (("", test), ("unseen_", unseen)):
        for ending, conditional in (("", True), ("_without_words", False)):
            figures[f"{name}nats_per_code{ending}"] = (
                float(np.mean(model.nats_per_code(batch, conditional=conditional))) if len(batch) else np.nan
            )
    return {name: float(f"{value:.4g}") for name, value in figures.items() if np.isfinite(value)}


def _draw_preview(data: CaptionSet, target: Path, shelf: Shelf) -> Iterator[str]:
    """One icon for each of a hundred captions of test, none of them picked."""
    card = read_card(target)
    model, action = load(card, shelf=shelf), card.action("generate")
    made: list[Picture] = []
    for number, caption in enumerate(data.test.captions[:PREVIEWS].tolist()):
        for event in model.perform(Call("generate", action.checked({"prompt": caption}), 0, (number,))):
            made += [event.media] if isinstance(event, Result) and isinstance(event.media, Picture) else []
        yield "drawing its preview"
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(made, columns=10)))
