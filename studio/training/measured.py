"""How near a person's own training has come, measured against the pictures that it learns from.

`figures` imports no torch; `measuring` runs on the worker.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.media import Picture
from studio.media.files import write_atomically
from studio.media.picture import sheet
from studio.training import metrics, own
from studio.training.errors import TrainingError

FIGURES, NEAREST = "figures.jsonl", "nearest.png"
DRAWN = 100
SHADE = 24  # of 255: pixels that differ by less look alike
FEWEST = 40  # pictures that a distance can be measured with
COPIED_WITHIN = 0.02


@dataclass(frozen=True)
class Figures:
    """What was measured at a step: `distance_over_limit`, `density`, `coverage`, `copied`, `bits_per_pixel`, `bits_per_dimension`."""

    step: int
    values: Mapping[str, float]


def figures(folder: Path) -> list[Figures]:
    """Every measurement of a training, oldest first; lines that cannot be read are left out."""
    try:
        lines = (folder / FIGURES).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        try:
            values = json.loads(line)
            found.append(Figures(int(values.pop("step")), {str(name): float(value) for name, value in values.items()}))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def measuring(training: own.Own, shelf: Any) -> Iterator[float | Figures | Picture]:
    """Draw, measure and keep: yields the share that is done, at the end the figures and the grid of nearest pictures.

    The grid has drawn pictures in its odd rows and under each the picture of the training that it is nearest to.
    Raises TrainingError when there is nothing trained yet.
    """
    from studio.shelf import load, read_card
    from studio.training.package import packaging

    if not training.can_be_shelved:
        raise TrainingError("There is nothing to measure yet: train for a moment first.")
    pictures, target = own.read_set(training).train, training.folder / "measured"
    trained = training.folder / "trained.safetensors"
    for _ in packaging(training.record.plan("model"), own.read_set(training), trained, target, shelf):
        yield 0.0
    card = read_card(target / "model")
    model, generate = load(card, shelf=shelf), card.action("generate")
    drawn: list[np.ndarray] = []
    for made in _drawing(model, generate):
        drawn += made
        yield len(drawn) / DRAWN
    found = Figures(_step_of(trained), distances(np.stack(drawn), pictures) | _bits(model, pictures[:DRAWN]))
    beside = nearest_grid(np.stack(drawn)[:20], pictures)
    before = [each for each in figures(training.folder) if each.step < found.step]
    lines = [json.dumps({"step": each.step, **each.values}) for each in (*before, found)]
    write_atomically(training.folder / FIGURES, ("\n".join(lines) + "\n").encode())
    write_atomically(training.folder / NEAREST, sheet.encode(beside))
    yield found
    yield beside


def _drawing(model: Any, generate: Any) -> Iterator[list[np.ndarray]]:
    """Pictures as they are finished; empty lists in between, so that other jobs can come."""
    from studio.generators.capabilities import Call
    from studio.generators.events import Result

    for event in model.perform(Call(generate.id, generate.checked({}), 0, tuple(range(DRAWN)))):
        yield [event.media.pixels] if isinstance(event, Result) and isinstance(event.media, Picture) else []


def _step_of(trained: Path) -> int:
    """The step that these weights are of."""
    from safetensors import safe_open

    with safe_open(trained, "np") as file:
        return int(file.metadata().get("number", 0))


def _bits(model: Any, pictures: np.ndarray) -> dict[str, float]:
    from studio.generators.capabilities import ScoresDimensions, ScoresPictures

    found = {}
    if isinstance(model, ScoresPictures):
        found["bits_per_pixel"] = float(np.mean(model.bits_per_pixel(pictures)))
    if isinstance(model, ScoresDimensions):
        found["bits_per_dimension"] = float(np.mean(model.bits_per_dimension(pictures)))
    return found


def distances(drawn: np.ndarray, pictures: np.ndarray) -> dict[str, float]:
    """Of (n, h, w, 4) drawn pictures to real ones: over the limit (one half of the real ones to the other), density, coverage, copies."""
    changed = np.abs(pictures[nearest(drawn, pictures)].astype(np.int16) - drawn).max(3) > SHADE
    found = {"copied": float((changed.mean((1, 2)) <= COPIED_WITHIN).mean())}
    if len(pictures) < FEWEST:
        return found
    n = min(len(drawn), len(pictures) // 2)
    check = metrics.PlainCheck(pictures[::2], pictures[1::2])
    found["distance_over_limit"] = check.over_limit(drawn[:n])
    real, made = check.project(pictures[: 4 * DRAWN]), check.project(drawn)
    found["density"], found["coverage"] = metrics.density_and_coverage(real, made)
    return found


def nearest(drawn: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """(n,) the row of `pictures` that each drawn one comes nearest to, seen at sixteen pixels a side or less."""
    real, made = _small(pictures), _small(drawn)
    squares = (real**2).sum(1)[None] - 2 * made @ real.T
    return np.asarray(squares.argmin(1))


def _small(pictures: np.ndarray) -> np.ndarray:
    """(n, h, w, 4) uint8 → (n, d) float32, premultiplied, shrunk by whole factors."""
    unit = pictures.astype(np.float32) / 255
    unit[..., :3] *= unit[..., 3:]
    factor = max(1, pictures.shape[1] // 16)
    side = pictures.shape[1] // factor
    cut = unit[:, : side * factor, : side * factor].reshape(len(unit), side, factor, side, factor, 4)
    return cut.mean((2, 4)).reshape(len(unit), -1)


def nearest_grid(drawn: np.ndarray, pictures: np.ndarray) -> Picture:
    """Drawn pictures, ten a row, and under each its nearest real one."""
    rows: list[Picture] = []
    for first in range(0, len(drawn), 10):
        some = drawn[first : first + 10]
        rows += [Picture(each) for each in some] + [Picture(each) for each in pictures[nearest(some, pictures)]]
    return sheet.arrange(rows, columns=min(10, len(drawn)), gap=1)


def shelving(training: own.Own, name: str, shelf: Any) -> Iterator[str]:
    """On the worker: the model folder beside the checkpoint, then a verified copy among the person's models. Says what it does."""
    from studio.training.package import packaging

    trained = training.folder / "trained.safetensors"
    yield from packaging(training.record.plan(name), own.read_set(training), trained, training.folder / "model", shelf)
    shelf.add(training.folder / "model" / name)
    yield "done"
