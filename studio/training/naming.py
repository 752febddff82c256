"""Names for a model's principal directions: the attribute that the judge sees change most along each, or what an eye sees change."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.generators.parts.conditioning import label
from studio.media import Latent

SAMPLES = 48
REACH = 2.0  # standard deviations to each side
SEEN = ("Brightness", "Warmth", "Green", "Colour", "Fullness", "Height", "Lean")
UNSEEN = "Shape"
SPECK = 0.05
LEAST = 0.5  # of a measure's deviation among samples: a direction that moves none by more changes shapes alone


def direction_names(model: Any, judge: Any) -> tuple[str, ...]:
    """One name a direction, such as “Cloak”; a second direction of the same attribute is “Cloak 2”.

    The share of samples whose reading changes is compared with that attribute's mean over all directions, since some
    attributes (a small belt) change at the least touch. A judge that reads one attribute only (the kind of a tile) tells no direction
    from another; they are then named after what is seen to change.
    """
    directions = model.directions()
    points = [model.sample(0, index) for index in range(SAMPLES)]
    ends = [_ends(model, points, directions, k) for k in range(len(directions.names))]
    if len(judge.config.names) > 1:
        changed = np.stack([_changed(judge, *pair) for pair in ends])
        words = [label(judge.config.names[int(row.argmax())]) for row in changed - changed.mean(0)]
    else:
        usual = looks(np.stack([picture.pixels for picture in model.decode(points)])).std(0) + 1e-6
        moved = np.stack([np.abs((looks(last) - looks(first)).mean(0)) / usual for first, last in ends])
        words = [SEEN[int(row.argmax())] if row.max() > LEAST else UNSEEN for row in moved]
    return _numbered(words)


def looks(pictures: np.ndarray) -> np.ndarray:
    """(n, h, w, 4) uint8 → (n, 7), as `SEEN` names them: how light, warm, green and colourful what is opaque is, how much of the picture

    that is, how high it lies, and how far to the right.
    """
    unit = pictures.astype(np.float32) / 255
    alpha = unit[..., 3]
    solid = alpha.sum((1, 2)) + 1e-6
    rows, columns = np.linspace(1, 0, alpha.shape[1]), np.linspace(0, 1, alpha.shape[2])
    red, green, blue = ((unit[..., channel] * alpha).sum((1, 2)) / solid for channel in range(3))
    spread = ((unit[..., :3].max(-1) - unit[..., :3].min(-1)) * alpha).sum((1, 2)) / solid
    some = SPECK * alpha[0].size  # a few specks lie nowhere in particular
    high = ((alpha.sum(2) * rows).sum(1) + some / 2) / (solid + some)
    right = ((alpha.sum(1) * columns).sum(1) + some / 2) / (solid + some)
    found = ((red + green + blue) / 3, red - blue, green - (red + blue) / 2, spread, alpha.mean((1, 2)), high, right)
    return np.stack(found, axis=1)


def _ends(model: Any, points: list[Latent], directions: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, h, w, 4) uint8: the samples at the two ends of direction k."""
    step = REACH * directions.scales[k] * directions.vectors[k]
    ends = []
    for sign in (-1, 1):
        moved = [Latent(each.space, {**each.arrays, each.space: each.values + sign * step}) for each in points]
        ends.append(np.stack([picture.pixels for picture in model.decode(moved)]))
    return ends[0], ends[1]


def _changed(judge: Any, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """(attributes,) share of pictures that are read differently."""
    share: np.ndarray = (judge.read(judge.features(first))[0] != judge.read(judge.features(last))[0]).mean(0)
    return share


def _numbered(words: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, word in enumerate(words):
        again = words[:number].count(word)
        names.append(f"{word} {again + 1}" if again else word)
    return tuple(names)
