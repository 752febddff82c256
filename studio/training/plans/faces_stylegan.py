"""Cartoon faces by a StyleGAN2 of 0.7 million weights on the autoencoder's maps of 16×16×4."""

from studio.training.plans.credits import FACES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-stylegan",
    title="Faces (StyleGAN2)",
    family="stylegan",
    data="faces64",
    minutes=70,
    batch_size=64,
    makes="64×64 cartoon faces",
    **FACES,
    config=lambda data: {
        "size": 64,
        "latent": 128,
        "widths": [128, 128, 96],
        "channels": 4,
        "penalty": 1.0,
        "hint": 10.0,
        "colours": 0,
        "codec": "faces-autoencoder",
        "attributes": data.conditions,
    },
    judge="judge-faces",
    notes=("Features (eyes, mouths, hair) are those of the training set; whole faces are new.",),
)
