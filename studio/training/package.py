"""From a finished training to a model folder: fp16 weights, the family's further files, preview, card with measured figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from studio import generators
from studio.generators.parts.former_keys import renamed
from studio.media.files import write_atomically
from studio.media.tensors import save_arrays
from studio.shelf import Shelf
from studio.training.cards import hashes, write_card
from studio.training.data import TrainingSet
from studio.training.errors import TrainingError
from studio.training.measuring import measures_of
from studio.training.plans.plan import Plan


def package(plan: Plan, data: TrainingSet, trained: Path, folder: Path, shelf: Shelf, tell: Callable[[str], None]) -> Path:
    """Write `folder`/NAME from `trained` (trained.safetensors) and measure it. Returns the model folder."""
    for line in packaging(plan, data, trained, folder, shelf, tell):
        tell(line)
    return folder / plan.name


def packaging(
    plan: Plan, data: TrainingSet, trained: Path, folder: Path, shelf: Shelf, tell: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """The same, as a generator that says what it does before each part of the work, so that other jobs can come between."""
    try:
        with safe_open(trained, "pt") as file:
            metadata = file.metadata()
            weights = renamed({key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise TrainingError(
            f"The trained weights cannot be read ({error}). Resume the training for a moment, and pause it again."
        ) from error
    config = json.loads(metadata["config"])
    implementation = generators.implementation(plan.family)
    target = folder / plan.name
    files = {"weights.safetensors": save({key: _half(value) for key, value in weights.items()})}
    measures = measures_of(data.medium)
    palette = measures.palette(metadata, data)
    if hasattr(implementation, "export_artifacts"):
        yield "fitting what ships beside the weights"
        everything = data.feed(plan.augmentation).everything
        extras = implementation.export_artifacts(implementation.config_of(config), weights, palette, everything)
        for name, (arrays, notes) in extras.items():
            if arrays:
                files[f"{name}.safetensors"] = save_arrays(arrays, notes)
            else:  # a text, which the shelf reads back as this note
                files[f"{name}.json"] = notes["text"].encode()
    for name, content in files.items():
        write_atomically(target / name, content)
    training = {
        "data": plan.data,
        "pictures": int(metadata["pictures"]),
        "minutes": round(float(metadata["seconds"]) / 60, 1),
        "batch_size": plan.batch_size,
    }
    if accelerated := json.loads(metadata.get("accelerated", "{}")):  # how many of these minutes, on what
        training["accelerated"] = {name: round(seconds / 60, 1) for name, seconds in accelerated.items()}
    card = _card(plan, config, training, target)
    card["requires"] = {name: shelf.card(name).weights_sha256 for name in generators.family(plan.family).requires(config)}
    write_card(target, card)
    yield from measures.complete(plan, data, target, card, shelf, palette, tell)
    if plan.watches:
        yield "following the loss"
        measures.follow(plan, trained.parent, target, card, shelf)


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
        "notes": [*plan.notes, *([plan.objection] if plan.objection else [])],
        "config": dict(config),
        "sha256": hashes(target),
        "training": dict(training),
    }


def _draws(plan: Plan, config: Mapping[str, Any]) -> bool:
    return bool(plan.judge or generators.family(plan.family).actions(config))
