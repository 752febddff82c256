"""train and evaluate."""

from __future__ import annotations

import argparse
from typing import Any

from studio.commands.output import print_json, tell
from studio.shelf import Shelf

TELL_EVERY_SECONDS = 10.0


def train(words: argparse.Namespace) -> int:
    """`train PLAN --data PATH -o FOLDER`: checkpoints in FOLDER/PLAN.training, the finished model in FOLDER/PLAN."""
    from studio.engine.device import choose
    from studio.training import loop, package, plans
    from studio.training.data import load_set

    plan = plans.plan(words.plan)
    data = load_set(words.data, plan.data, words.only)
    minutes = plan.minutes if words.minutes is None else words.minutes
    folder = words.output / f"{plan.name}.training"
    told = -TELL_EVERY_SECONDS
    for step in loop.train(plan, data, folder, minutes=minutes, device=choose(words.device).name, resume=words.resume):
        if step.seconds - told > TELL_EVERY_SECONDS:
            told = step.seconds
            losses = "  ".join(f"{name} {value:.3f}" for name, value in step.losses.items())
            tell(f"{step.seconds / 60:6.1f} of {minutes:g} min  {step.pictures:,} {data.unit}  {step.pictures_a_second:.0f}/s  {losses}")
    target = package.package(plan, data, folder / "trained.safetensors", words.output, Shelf(), tell)
    print(target)
    return 0


def evaluate_model(words: argparse.Namespace) -> int:
    """`evaluate MODEL [--data PATH]`."""
    from studio.training.data import load_set
    from studio.training.measuring import measures_of
    from studio.training.own_scores import is_a_set, to_measure

    shelf = Shelf()
    card = shelf.card(words.model)
    medium = next((action.output for action in card.actions()), "picture")
    data = None
    if words.data is not None:
        name = str(card.training.get("data", ""))
        own = medium == "score" and not is_a_set(words.data, name)
        data = to_measure(words.data) if own else load_set(words.data, name)
    measured: dict[str, Any] = measures_of(medium).again(card, data, shelf, tell)
    if words.json:
        print_json({"model": card.name, "measured": measured, "card": dict(card.metrics)})
    else:
        for name, value in measured.items():
            print(f"{name:28} {value!s:>10}   card: {card.metrics.get(name, '–')}")
    return 0
