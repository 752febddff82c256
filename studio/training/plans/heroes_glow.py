"""Heroes by a Glow of 1.8 million weights, conditioned on attributes."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-glow",
    title="Heroes (Glow)",
    family="glow",
    data="heroes32",
    minutes=120,
    batch_size=32,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "bits": 5,
        "steps": [8, 8, 8],
        "widths": [64, 96, 128],
        "temperature": 1.0,
        "colours": 48,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=("Parts (robes, staffs, hair) are those of the training set; whole heroes are new.",),
)
