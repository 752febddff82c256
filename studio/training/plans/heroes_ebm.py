"""Heroes by an energy-based model of 0.3 million weights: a study of a landscape that can be walked in."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-ebm",
    title="Heroes (energy)",
    family="ebm",
    data="heroes32",
    minutes=80,
    batch_size=32,
    makes="32×32 pixel-art heroes, walked to from noise",
    **TILES,
    config=lambda data: {
        "size": 32,
        "channels": 4,
        "widths": [32, 64, 96],
        "steps": 4,
        "rate": 0.5,
        "shake": 0.95,
        "kept": 512,
    },
    judge="judge-heroes",
    notes=("A study: watch the walk. Its heroes are bulkier and darker than those of the other families.",),
)
