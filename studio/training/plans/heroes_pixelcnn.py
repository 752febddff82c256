"""Heroes by a gated PixelCNN, one pixel after another."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-pixelcnn",
    title="Heroes (PixelCNN)",
    family="pixelcnn",
    data="heroes32",
    minutes=195,
    batch_size=32,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "colours": 255,
        "width": 48,
        "layers": 8,
        "dropout": 0.1,
        "mirrored": 0.0,
        "temperature": 0.8,  # of six pairs the nearest to some of the training pictures
        "top_p": 0.9,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=("Parts (robes, staffs, hair) are those of the training set; whole heroes are new.",),
)
