"""Heroes by diffusion: a U-Net of 1.9 million weights on pixels folded by two."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-diffusion",
    title="Heroes (diffusion)",
    family="diffusion",
    data="heroes32",
    minutes=95,
    batch_size=128,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "channels": 4,
        "patch": 2,
        "widths": [48, 96, 144],
        "deviation": 0.73,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=("Parts (robes, staffs, hair) are those of the training set; whole heroes are new.",),
)
