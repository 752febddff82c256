"""Cartoon faces by a StyleGAN2 of 0.8 million weights."""

from studio.training.plans.credits import FACES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-stylegan",
    title="Faces (StyleGAN2)",
    family="stylegan",
    data="faces64",
    minutes=110,
    batch_size=16,
    makes="64×64 cartoon faces",
    **FACES,
    config=lambda data: {
        "size": 64,
        "latent": 128,
        "widths": [128, 128, 96, 32, 16],
        "channels": 3,
        "penalty": 1.0,
        "guided": 20.0,
        "colours": 0,
        "attributes": data.listened,
    },
    judge="judge-faces",
    notes=("Features (eyes, mouths, hair) are those of the training set; whole faces are new.",),
)
