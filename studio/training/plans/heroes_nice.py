"""Heroes by NICE: four additive couplings of 3.3 million weights."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-nice",
    title="Heroes (NICE)",
    family="nice",
    data="heroes32",
    minutes=30,
    batch_size=64,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "bits": 5,
        "couplings": 4,
        "width": 192,
        "temperature": 0.85,
    },
    judge="judge-heroes",
    notes=("A study: the first flow for pictures. Its likelihood is exact, its heroes are ghosts.",),
)
