"""Dungeon tiles of 44 kinds by diffusion: a U-Net of 1.9 million weights on pixels folded by two."""

from studio.training.augmentation import Augmentation
from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="tiles-diffusion",
    title="Dungeon tiles (diffusion)",
    family="diffusion",
    data="tiles32",
    minutes=180,
    batch_size=64,
    makes="32×32 dungeon tiles: monsters, items, walls, floors",
    **TILES,
    config=lambda data: {
        "size": 32,
        "channels": 4,
        "patch": 2,
        "widths": [48, 96, 144],
        "deviation": 0.78,
        "colours": 26,
        "attributes": data.conditions,
    },
    judge="judge-tiles",
    augmentation=Augmentation(mirror=True),
    notes=("Learnt from 3,800 tiles: some drawings stay near one of them.",),
)
