"""Names for a model's principal directions: the attribute that the judge sees change most along each."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.generators.parts.listening import label
from studio.media import Latent

SAMPLES = 48
REACH = 2.0  # standard deviations to each side


def direction_names(model: Any, judge: Any) -> tuple[str, ...]:
    """One name a direction, such as “Cloak”; a second direction of the same attribute is “Cloak 2”.

    The share of samples whose reading changes is compared with that attribute's mean over all directions, since some
    attributes (a small belt) change at the least touch.
    """
    directions = model.directions()
    points = [model.sample(0, index) for index in range(SAMPLES)]
    changed = np.stack([_changed(model, judge, points, directions, k) for k in range(len(directions.names))])
    standing_out = changed - changed.mean(0)
    names: list[str] = []
    for row in standing_out:
        word = label(judge.config.names[int(row.argmax())])
        again = sum(name.rstrip(" 0123456789") == word for name in names)
        names.append(word if again == 0 else f"{word} {again + 1}")
    return tuple(names)


def _changed(model: Any, judge: Any, points: list[Latent], directions: Any, k: int) -> np.ndarray:
    """(attributes,) share of samples that are read differently at the two ends of direction k."""
    step = REACH * directions.scales[k] * directions.vectors[k]
    ends = []
    for sign in (-1, 1):
        moved = [Latent(each.space, {**each.arrays, each.space: each.values + sign * step}) for each in points]
        pictures = np.stack([picture.pixels for picture in model.decode(moved)])
        ends.append(judge.read(judge.features(pictures))[0])
    return (ends[0] != ends[1]).mean(0)
