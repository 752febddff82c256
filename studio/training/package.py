"""From a finished training to a model folder: fp16 weights, the family's further files, preview, card with measured figures."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import tomli_w
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from studio import generators
from studio.generators.capabilities import Batch, Decodes, Squeezes
from studio.generators.parts import directions
from studio.generators.parts.palette import Palette
from studio.media import Picture
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.shelf import Shelf, load, read_card
from studio.training import evaluate, naming
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan

FILE_LIMIT = 16 * 2**20
PREVIEW_COUNT = 100
PREVIEW_SIDE = 32


def package(plan: Plan, data: PictureSet, trained: Path, folder: Path, shelf: Shelf, tell: Callable[[str], None]) -> Path:
    """Write `folder`/NAME from `trained` (trained.safetensors) and measure it. Returns the model folder."""
    for line in packaging(plan, data, trained, folder, shelf, tell):
        tell(line)
    return folder / plan.name


def packaging(
    plan: Plan, data: PictureSet, trained: Path, folder: Path, shelf: Shelf, tell: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """The same, as a generator that says what it does before each part of the work, so that other jobs can come between."""
    try:
        with safe_open(trained, "pt") as file:
            metadata = file.metadata()
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise TrainingError(
            f"The trained weights cannot be read ({error}). Resume the training for a moment, and pause it again."
        ) from error
    config = json.loads(metadata["config"])
    implementation = generators.implementation(plan.family)
    target = folder / plan.name
    files = {"weights.safetensors": save({key: _half(value) for key, value in weights.items()})}
    palette = Palette(np.array(json.loads(metadata["palette"]))) if "palette" in metadata else Palette.fitted(data.train)
    if hasattr(implementation, "finish"):
        yield "fitting what ships beside the weights"
        extras = implementation.finish(implementation.config_of(config), weights, palette, Batch(data.train, data.train_attributes))
        for name, (arrays, notes) in extras.items():
            files[f"{name}.safetensors"] = safetensors.numpy.save(arrays, notes or None)
    for name, content in files.items():
        write_atomically(target / name, content)
    training = {
        "data": plan.data,
        "pictures": int(metadata["pictures"]),
        "minutes": round(float(metadata["seconds"]) / 60, 1),
        "batch_size": plan.batch_size,
    }
    card = _card(plan, config, training, target)
    if plan.requires:
        card["requires"] = {plan.requires: shelf.card(plan.requires).weights_sha256}
    _write_card(target, card)
    model = load(read_card(target), shelf=shelf)
    if isinstance(model, Squeezes):
        _measure_codec(plan, model, data, target, card, shelf)
    elif plan.judge:
        _measure_generator(plan, model, data, target, card, shelf, palette, tell)
    elif _draws(plan, config):
        yield "drawing its preview"
        _draw_preview(target, shelf)
    else:
        _measure_judge(data, target, card, tell)


def _draw_preview(target: Path, shelf: Shelf) -> None:
    """An unmeasured model's sheet; small pictures are enlarged, so that cards show as much of it as of others."""
    made = read_card(target)
    drawn = [Picture(pixels) for pixels in evaluate.draw(load(made, shelf=shelf), made.action("generate"), 0, range(PREVIEW_COUNT))]
    scale = max(1, PREVIEW_SIDE // drawn[0].width)
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10, scale=scale)))


def _half(value: torch.Tensor) -> torch.Tensor:
    return value.half().contiguous() if value.is_floating_point() else value.contiguous()


def _card(plan: Plan, config: Mapping[str, Any], training: Mapping[str, Any], target: Path) -> dict[str, Any]:
    return {
        "name": plan.name,
        "title": plan.title,
        "family": plan.family,
        "makes": plan.makes,
        "grade": "study" if _draws(plan, config) else "part",
        "credit": plan.credit,
        "licence": plan.licence,
        "notes": list(plan.notes),
        "config": dict(config),
        "sha256": _hashes(target),
        "training": dict(training),
    }


def _draws(plan: Plan, config: Mapping[str, Any]) -> bool:
    return bool(plan.judge or generators.family(plan.family).actions(config))


def _hashes(target: Path) -> dict[str, str]:
    found = {}
    for path in sorted(target.glob("*.safetensors")):
        if path.stat().st_size > FILE_LIMIT:
            raise TrainingError(f"{path.name} has {path.stat().st_size / 2**20:.0f} MB; a shipped file has at most 16.")
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _write_card(target: Path, card: Mapping[str, Any]) -> None:
    write_atomically(target / "card.toml", tomli_w.dumps(card).encode())


def _measure_codec(plan: Plan, model: Squeezes, data: PictureSet, target: Path, card: dict[str, Any], shelf: Shelf) -> None:
    judge_card = shelf.card(plan.judge)
    card["metrics"] = evaluate.evaluate_codec(model, load(judge_card), data)
    card["grade"], card["judged_by"] = "part", {judge_card.name: judge_card.weights_sha256}
    originals = data.test[: PREVIEW_COUNT // 2]
    drawn = [Picture(each) for pair in zip(originals, evaluate.rebuilt(model, originals), strict=True) for each in pair]
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10)))
    _write_card(target, card)


def _measure_generator(
    plan: Plan,
    model: Any,
    data: PictureSet,
    target: Path,
    card: dict[str, Any],
    shelf: Shelf,
    palette: Palette,
    tell: Callable[[str], None],
) -> None:
    judge_card = shelf.card(plan.judge)
    made = read_card(target)
    judge, generate = load(judge_card), made.action("generate")
    if isinstance(model, Decodes):
        tell("naming the directions")
        named = dataclasses.replace(model.directions(), names=naming.direction_names(model, judge))
        arrays, notes = directions.to_tensors(named)
        write_atomically(target / "directions.safetensors", safetensors.numpy.save(arrays, notes))
        card["sha256"] = _hashes(target)
    card["metrics"] = evaluate.evaluate(model, generate, judge, data, palette, tell)
    card["grade"] = evaluate.grade(card["metrics"])
    card["judged_by"] = {judge_card.name: judge_card.weights_sha256}
    drawn = [Picture(pixels) for pixels in evaluate.draw(model, generate, 0, range(PREVIEW_COUNT))]
    write_atomically(target / "preview.png", sheet.encode(sheet.arrange(drawn, columns=10)))
    _write_card(target, card)


def _measure_judge(data: PictureSet, target: Path, card: dict[str, Any], tell: Callable[[str], None]) -> None:
    tell("reading the reference pictures")
    judge = load(read_card(target))
    features = {"test": judge.features(data.test), "train": judge.features(data.train)}
    halves = {key: value.astype(np.float16) for key, value in features.items()}
    write_atomically(target / "reference.safetensors", safetensors.numpy.save(halves))
    card["sha256"] = _hashes(target)
    card["metrics"] = evaluate.evaluate_judge(judge, data)
    _write_card(target, card)
