"""Heroes by an energy-based model of 0.3 million weights: a study of a landscape that can be walked in."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-ebm",
    title="Heroes (energy)",
    family="ebm",
    data="heroes32",
    minutes=45,
    batch_size=32,
    makes="32×32 pixel-art heroes, walked to from noise",
    **TILES,
    config=lambda data: {
        "size": 32,
        "channels": 4,
        "widths": [48, 64, 96],
        "steps": 20,
        "rate": 10.0,
        "stride": 0.1,
        "shake": 0.01,
        "kept": 2048,
    },
    judge="judge-heroes",
    notes=("A study: watch the walk. Its heroes are rougher than those of the other families.",),
)
