"""The figures of a model's card, measured on held-out data by its judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from studio.generators.capabilities import Call, Codec, Conditions, Inverts, ScoresDimensions, ScoresPictures
from studio.generators.description import Action
from studio.generators.events import Result
from studio.generators.parts.palette import Palette
from studio.generators.parts.pixels import as_pictures, opaque
from studio.media import Picture
from studio.training import metrics
from studio.training.data import PictureSet
from studio.training.errors import TrainingError

DRAWS = 5
PLAIN_COUNT = 200
COPY_COUNT = 1000
CONTROL_COUNT = 100
INVERTED = 256
PIXEL_ART = 100  # colours a picture; a set with more of them is drawn with soft edges, and is not judged for crispness

Told = Callable[[str], None]


def _quiet(_: str) -> None:
    """Tell nobody."""


def draw(model: Any, generate: Action, seed: int, indices: Sequence[int], values: Mapping[str, Any] | None = None) -> np.ndarray:
    """(n, h, w, 4) uint8 unpicked samples of the action `generate`, with its default settings or `values`."""
    call = Call(generate.id, generate.checked(values or {}), seed, tuple(indices))
    made = {event.index: event.media for event in model.perform(call) if isinstance(event, Result)}
    pictures = [made[index] for index in indices]
    if not pictures or not all(isinstance(picture, Picture) for picture in pictures):
        raise TrainingError("This model draws no pictures, so there is nothing to measure.")
    return np.stack([picture.pixels for picture in pictures if isinstance(picture, Picture)])


def evaluate(model: Any, generate: Action, judge: Any, data: PictureSet | None, palette: Palette, tell: Told = _quiet) -> dict[str, Any]:
    """The card's metrics. Without data, those that the judge's reference features allow."""
    reference_test = np.asarray(judge.reference["test"], np.float64)
    reference_train = np.asarray(judge.reference["train"], np.float64)
    n = len(reference_test)
    tell(f"drawing {DRAWS} × {n} pictures")
    draws = [draw(model, generate, seed, range(n)) for seed in range(DRAWS)]
    features = [judge.features(each).astype(np.float64) for each in draws]
    tell("measuring distances")
    chooser = np.random.default_rng(0)
    train_draws = [reference_train[chooser.permutation(len(reference_train))[:n]] for _ in range(DRAWS)]
    limit = float(np.mean([metrics.frechet(each, reference_test) for each in train_draws]))
    distance = float(np.mean([metrics.frechet(each, reference_test) for each in features]))
    density, coverage = metrics.density_and_coverage(reference_test, features[0])
    certainty = float(judge.read(features[0])[1].mean())
    certainty_test = float(judge.read(reference_test)[1].mean())
    found: dict[str, Any] = {
        "frechet": _round(distance),
        "frechet_limit": _round(limit),
        "frechet_over_limit": _round(distance / limit),
        "density": _round(density),
        "coverage": _round(coverage),
        "judge_certainty_over_test": _round(certainty / certainty_test),
        "crisp_alpha": _round(metrics.crisp_alpha(draws[0])),
        "median_colours": metrics.median_colours(draws[0]),
        "pictures_drawn": DRAWS * n,
    }
    if isinstance(model, Conditions) and model.conditions():
        tell("asking for attributes")
        found["control"] = _round(_control(model, generate, judge))
        if data is not None:
            found["control_test"] = evaluate_judge(judge, data)["accuracy"]
    if data is None:
        return found
    tell("the plain check")
    check = metrics.PlainCheck(data.train, data.test)
    gaussian = judge.features(check.gaussian(n)).astype(np.float64)
    found["gaussian_over_limit"] = _round(metrics.frechet(gaussian, reference_test) / limit)
    return found | _with_data(model, draws, data, palette, check, tell)


def _control(model: Any, generate: Action, judge: Any) -> float:
    """How often the judge reads back an attribute that was asked for, each value as often as it occurs; mean over attributes."""
    chance = np.random.default_rng(0)
    right = []
    for name, values in model.conditions().items():
        k = judge.config.names.index(name)
        asked = chance.choice(len(values), CONTROL_COUNT, p=model.attributes.shares[k] / model.attributes.shares[k].sum())
        read = np.full(CONTROL_COUNT, -1)
        for value in np.unique(asked):
            rows = np.flatnonzero(asked == value)
            pictures = draw(model, generate, 1, rows.tolist(), {name: values[value]})
            read[rows] = judge.read(judge.features(pictures))[0][:, k]
        right.append((read == asked).mean())
    return float(np.mean(right))


def _with_data(
    model: Any, draws: list[np.ndarray], data: PictureSet, palette: Palette, check: metrics.PlainCheck, tell: Told
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "plain_over_limit": _round(float(np.mean([check.over_limit(each[:PLAIN_COUNT]) for each in draws]))),
        "median_colours_test": metrics.median_colours(data.test),
    }
    tell("looking for copies")
    train = metrics.without_near_duplicates(palette.index(data.train))
    found["copied"] = _round(metrics.share_copied(palette.index(draws[0][:COPY_COUNT]), train))
    found["copied_test"] = _round(metrics.share_copied(palette.index(data.test[:COPY_COUNT]), train))
    if isinstance(model, ScoresPictures):
        tell("likelihood")
        found["bits_per_pixel"] = _round(float(np.mean(model.bits_per_pixel(data.test))))
    if isinstance(model, ScoresDimensions):
        tell("likelihood")
        found["bits_per_dimension"] = _round(float(np.mean(model.bits_per_dimension(data.test))))
    if isinstance(model, Inverts):
        found["inversion_error"] = _round(model.inversion_error(data.test[:INVERTED]))
    return found


def evaluate_judge(judge: Any, data: PictureSet) -> dict[str, Any]:
    """A judge's own figures: how often it reads each attribute right on test, and how sure it is."""
    answers, certainties = judge.read(judge.features(data.test))
    right = (answers == data.test_attributes).mean(0)
    by_name = {f"accuracy_{name}": _round(float(value)) for name, value in zip(judge.config.names, right, strict=True)}
    return {"accuracy": _round(float(right.mean())), "certainty": _round(float(certainties.mean())), **by_name}


def evaluate_codec(model: Codec, judge: Any, data: PictureSet) -> dict[str, Any]:
    """What is lost on the way through the maps: noise of test in decibels, and the distance of rebuilt pictures of train to test.

    The distance is that of the judge's own set, so `data` begins with it.
    """
    reference_test = np.asarray(judge.reference["test"], np.float64)
    n = len(reference_test)
    chooser = np.random.default_rng(0)
    rows = chooser.permutation(len(judge.reference["train"]))[:n]
    limit = metrics.frechet(np.asarray(judge.reference["train"], np.float64)[rows], reference_test)
    distance = metrics.frechet(judge.features(reconstructed(model, data.train[rows])).astype(np.float64), reference_test)
    test = data.test[:: max(1, len(data.test) // n)]
    errors = (reconstructed(model, test)[..., :3].astype(np.float64) - test[..., :3]) / 255
    return {
        "rebuilt_over_limit": _round(distance / limit),
        "noise_decibels": _round(float(-10 * np.log10(np.square(errors).mean((1, 2, 3))).mean())),
        "pictures_rebuilt": n + len(test),
    }


def reconstructed(model: Codec, pictures: np.ndarray) -> np.ndarray:
    """(n, h, w, 4) uint8 → the same, through the maps and back."""
    parts = [pictures[first : first + CONTROL_COUNT] for first in range(0, len(pictures), CONTROL_COUNT)]
    return np.stack([each.pixels for part in parts for each in as_pictures(opaque(model.decode(model.encode(part)).clamp(-1, 1)))])


def grade(measured: Mapping[str, Any]) -> str:
    """`show` when distances and, for pixel art, crispness allow it; the eyes have the last word."""
    near = measured["frechet_over_limit"] <= 15 and measured.get("plain_over_limit", np.inf) <= 5
    colours_test = measured.get("median_colours_test", 0)
    crisp = colours_test > PIXEL_ART or (
        measured["crisp_alpha"] >= 0.97
        and measured["median_colours"] <= 1.5 * colours_test
        and measured["judge_certainty_over_test"] >= 0.9
    )
    return "show" if near and crisp else "study"


def _round(value: float) -> float:
    return float(f"{value:.4g}")
