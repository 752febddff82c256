"""Dungeon tiles of 44 kinds by a BigGAN of half a million weights."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="tiles-biggan",
    title="Dungeon tiles (BigGAN)",
    family="biggan",
    data="tiles32",
    minutes=110,
    batch_size=16,
    makes="32×32 dungeon tiles: monsters, items, and walls and floors that tile",
    **TILES,
    config=lambda data: {
        "size": 32,
        "latent": 128,
        "embedding": 64,
        "widths": [128, 96, 48, 24],
        "channels": 4,
        "colours": 26,
        "penalty": 10.0,
        "hint": 20.0,
        "stays": 0.3,
        "orthogonal": 1e-4,
        "augmentation": 0.0,
        "circular": 0.25,
        "attributes": data.conditions,
    },
    judge="judge-tiles",
    notes=("Kinds show by outline and colour; walls are dark and alike, and some drawings are speckled.",),
)
