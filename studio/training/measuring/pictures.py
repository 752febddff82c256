"""Completes and measures a model of pictures: directions named, figures by the judge, a contact sheet of unpicked samples."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from studio import generators
from studio.generators.capabilities import Codec, Decodes
from studio.generators.parts import directions
from studio.generators.parts.palette import Palette
from studio.media import Picture
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.media.tensors import save_arrays
from studio.shelf import Card, Shelf, load, read_card
from studio.shelf.loading import read_files
from studio.training import evaluate, metrics, naming
from studio.training.cards import hashes, write_card
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan
from studio.training.snapshots import kept, losses_at

PREVIEW_COUNT = 100
PREVIEW_SIDE = 32

Told = Callable[[str], None]


def palette(metadata: Mapping[str, str], data: PictureSet) -> Palette:
    """The colours that the model was trained with, or those of its set."""
    return Palette(np.array(json.loads(metadata["palette"]))) if "palette" in metadata else Palette.fitted(data.train)


def complete(plan: Plan, data: PictureSet, target: Path, card: dict[str, Any], shelf: Shelf, colours: Palette, tell: Told) -> Iterator[str]:
    """Write preview and figures into the model folder `target`."""
    model = load(read_card(target), shelf=shelf)
    if isinstance(model, Codec):
        _measure_codec(plan, model, data, target, card, shelf)
    elif plan.judge:
        _measure_generator(plan, model, data, target, card, shelf, colours, tell)
    elif generators.family(plan.family).actions(card["config"]):
        yield "drawing its preview"
        _draw_preview(model, target)
    else:
        _measure_judge(data, target, card, tell)


def again(card: Card, data: PictureSet | None, shelf: Shelf, tell: Told) -> dict[str, Any]:
    """The card's figures measured anew; raises TrainingError where that needs data."""
    model = load(card, shelf=shelf)
    if not card.judged_by:
        if data is None:
            raise TrainingError(f"“{card.name}” is a judge: measuring it needs the pictures. Name their folder with --data.")
        return evaluate.evaluate_judge(model, data)
    judge = load(shelf.card(next(iter(card.judged_by))))
    if isinstance(model, Codec):
        if data is None:
            raise TrainingError(f"“{card.name}” draws nothing: measuring it needs pictures. Name their folder with --data.")
        return evaluate.evaluate_codec(model, judge, data)
    colours = Palette.fitted(data.train) if data is not None else model.palette
    return evaluate.evaluate(model, card.action("generate"), judge, data, colours, tell)


def follow(plan: Plan, folder: Path, target: Path, card: dict[str, Any], shelf: Shelf) -> None:
    """Put on the card how the loss that the plan watches ranks the snapshots in `folder`, beside their distance to test."""
    judge = load(shelf.card(plan.judge))
    reference = np.asarray(judge.reference["test"], np.float64)
    made, snapshots = read_card(target), kept(folder)
    distances = []
    for _, path in snapshots:
        implementation = generators.implementation(plan.family)
        model = implementation.load(made.config, load_file(path), read_files(made), torch.device("cpu"))
        drawn = evaluate.draw(model, made.action("generate"), 0, range(len(reference)))
        distances.append(metrics.frechet(judge.features(drawn).astype(np.float64), reference) / card["metrics"]["frechet_limit"])
    losses = losses_at(folder, [step for step, _ in snapshots], plan.watches)
    card["followed"] = {
        "loss": plan.watches,
        "steps": [step for step, _ in snapshots],
        "values": [float(f"{value:.4g}") for value in losses],
        "frechet_over_limit": [float(f"{value:.4g}") for value in distances],
    }
    card["metrics"]["rank_correlation"] = float(f"{metrics.rank_correlation(losses, np.array(distances)):.3g}")
    write_card(target, card)


def _draw_preview(model: Any, target: Path) -> None:
    """The preview of an unmeasured model; small pictures are enlarged, so that cards show as much of it as of others."""
    generate = read_card(target).action("generate")
    drawn = [Picture(pixels) for pixels in evaluate.draw(model, generate, 0, range(PREVIEW_COUNT))]
    scale = max(1, PREVIEW_SIDE // drawn[0].width)
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10, scale=scale)))


def _measure_codec(plan: Plan, model: Codec, data: PictureSet, target: Path, card: dict[str, Any], shelf: Shelf) -> None:
    judge_card = shelf.card(plan.judge)
    card["metrics"] = evaluate.evaluate_codec(model, load(judge_card), data)
    card["grade"], card["judged_by"] = "part", {judge_card.name: judge_card.weights_sha256}
    originals = data.test[: PREVIEW_COUNT // 2]
    drawn = [Picture(each) for pair in zip(originals, evaluate.reconstructed(model, originals), strict=True) for each in pair]
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10)))
    write_card(target, card)


def _measure_generator(
    plan: Plan, model: Any, data: PictureSet, target: Path, card: dict[str, Any], shelf: Shelf, colours: Palette, tell: Told
) -> None:
    judge_card = shelf.card(plan.judge)
    judge, generate = load(judge_card), read_card(target).action("generate")
    if isinstance(model, Decodes):
        tell("naming the directions")
        named = dataclasses.replace(model.directions(), names=naming.direction_names(model, judge))
        arrays, notes = directions.to_tensors(named)
        write_atomically(target / "directions.safetensors", save_arrays(arrays, notes))
        card["sha256"] = hashes(target)
    card["metrics"] = evaluate.evaluate(model, generate, judge, data, colours, tell)
    card["grade"] = "study" if plan.objection else evaluate.grade(card["metrics"])
    card["judged_by"] = {judge_card.name: judge_card.weights_sha256}
    drawn = [Picture(pixels) for pixels in evaluate.draw(model, generate, 0, range(PREVIEW_COUNT))]
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10)))
    write_card(target, card)


def _measure_judge(data: PictureSet, target: Path, card: dict[str, Any], tell: Told) -> None:
    tell("reading the reference pictures")
    judge = load(read_card(target))
    features = {"test": judge.features(data.test), "train": judge.features(data.train)}
    halves = {key: value.astype(np.float16) for key, value in features.items()}
    write_atomically(target / "reference.safetensors", save_arrays(halves))
    card["sha256"] = hashes(target)
    card["metrics"] = evaluate.evaluate_judge(judge, data)
    write_card(target, card)
