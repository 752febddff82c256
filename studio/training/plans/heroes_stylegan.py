"""Heroes by a StyleGAN2 of 0.75 million weights."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-stylegan",
    title="Heroes (StyleGAN2)",
    family="stylegan",
    data="heroes32",
    minutes=260,
    batch_size=64,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "latent": 128,
        "widths": [128, 128, 64, 32],
        "channels": 4,
        "penalty": 1.0,
        "hint": 20.0,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=("Parts (robes, staffs, hair) are those of the training set; whole heroes are new.",),
)
