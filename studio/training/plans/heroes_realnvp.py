"""Heroes by RealNVP at three scales."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-realnvp",
    title="Heroes (RealNVP)",
    family="realnvp",
    data="heroes32",
    minutes=30,
    batch_size=32,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "bits": 5,
        "widths": [32, 48, 96],
        "temperature": 1.0,
    },
    judge="judge-heroes",
    notes=("A study: likelihood and inversion are exact, small parts come out blurred.",),
)
