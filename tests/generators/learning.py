"""What a family of pictures is tried to learn from, wherever it runs."""

from typing import Any

import numpy as np

from studio import generators
from studio.generators.batches import Batch

LEARNS = [name for name in generators.FAMILIES if (trains := generators.family(name).trains) and trains.medium == "picture"]


def lesson(family: str) -> tuple[dict[str, Any], Batch]:
    """A config at the family's smallest size, and eight pictures of noise for it."""
    trains = generators.family(family).trains
    assert trains is not None
    size = trains.sizes[0]
    noise = np.random.default_rng(0).integers(0, 255, (8, size, size, 4), dtype=np.uint8)
    return dict(trains.config(size)), Batch(noise, np.zeros((8, 0), np.int64))
