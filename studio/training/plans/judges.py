"""The judges: each reads its set's attributes, and its 64 features are what distances are measured in."""

from typing import Any

from studio.training.data import PictureSet
from studio.training.plans.credits import FACES, TILES
from studio.training.plans.plan import Plan


def _config(data: PictureSet) -> dict[str, Any]:
    answers = [len(values) for values in data.conditions.values()]
    return {"names": list(data.attribute_names), "answers": answers, "size": data.size, "features": 64}


HEROES = Plan(
    name="judge-heroes",
    title="Judge of heroes",
    family="judge",
    data="heroes32",
    minutes=8,
    batch_size=128,
    makes="readings of eleven attributes, and the features that distances are measured in",
    **TILES,
    config=_config,
)
TILE_CLASSES = Plan(
    name="judge-tiles",
    title="Judge of dungeon tiles",
    family="judge",
    data="tiles32",
    minutes=6,
    batch_size=128,
    makes="readings of 44 classes, and the features that distances are measured in",
    **TILES,
    config=_config,
)
CARTOON_FACES = Plan(
    name="judge-faces",
    title="Judge of faces",
    family="judge",
    data="faces64",
    minutes=12,
    batch_size=64,
    makes="readings of eleven attributes, and the features that distances are measured in",
    **FACES,
    config=_config,
)
