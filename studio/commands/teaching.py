"""train and evaluate."""

from __future__ import annotations

import argparse
from typing import Any

from studio.commands.output import print_json, tell
from studio.shelf import Shelf, load
from studio.training.errors import TrainingError

TELL_EVERY_SECONDS = 10.0


def train(words: argparse.Namespace) -> int:
    """`train PLAN --data PATH -o FOLDER`: checkpoints in FOLDER/PLAN.training, the finished model in FOLDER/PLAN."""
    from studio.engine.device import choose
    from studio.training import loop, package, plans
    from studio.training.data import load_set

    plan = plans.plan(words.plan)
    data = load_set(words.data, plan.data)
    minutes = plan.minutes if words.minutes is None else words.minutes
    folder = words.output / f"{plan.name}.training"
    told = -TELL_EVERY_SECONDS
    for step in loop.train(plan, data, folder, minutes=minutes, device=choose(words.device).name, resume=words.resume):
        if step.seconds - told > TELL_EVERY_SECONDS:
            told = step.seconds
            losses = "  ".join(f"{name} {value:.3f}" for name, value in step.losses.items())
            tell(f"{step.seconds / 60:6.1f} of {minutes:g} min  {step.pictures:,} pictures  {step.pictures_a_second:.0f}/s  {losses}")
    target = package.package(plan, data, folder / "trained.safetensors", words.output, Shelf(), tell)
    print(target)
    return 0


def evaluate_model(words: argparse.Namespace) -> int:
    """`evaluate MODEL [--data PATH]`."""
    from studio.generators.capabilities import Squeezes
    from studio.generators.parts.palette import Palette
    from studio.training import evaluate
    from studio.training.data import load_set

    shelf = Shelf()
    card = shelf.card(words.model)
    data = load_set(words.data, card.training["data"]) if words.data is not None else None
    model = load(card)
    if not card.judged_by:
        if data is None:
            raise TrainingError(f"“{card.name}” is a judge: measuring it needs the pictures. Name their folder with --data.")
        measured: dict[str, Any] = evaluate.evaluate_judge(model, data)
    elif isinstance(model, Squeezes):
        if data is None:
            raise TrainingError(f"“{card.name}” draws nothing: measuring it needs pictures. Name their folder with --data.")
        measured = evaluate.evaluate_codec(model, load(shelf.card(next(iter(card.judged_by)))), data)
    else:
        judge = load(shelf.card(next(iter(card.judged_by))))
        palette = Palette.fitted(data.train) if data is not None else model.palette
        measured = evaluate.evaluate(model, card.action("generate"), judge, data, palette, tell)
    if words.json:
        print_json({"model": card.name, "measured": measured, "card": dict(card.metrics)})
    else:
        for name, value in measured.items():
            print(f"{name:28} {value!s:>10}   card: {card.metrics.get(name, '–')}")
    return 0
