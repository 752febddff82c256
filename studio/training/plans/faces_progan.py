"""Cartoon faces by a progressive GAN of 0.9 million weights: a study of growing from 4 to 64 pixels."""

from studio.training.plans.credits import FACES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-progan",
    title="Faces (progressive GAN)",
    family="progan",
    data="faces64",
    minutes=326,
    batch_size=8,
    makes="64×64 cartoon faces",
    **FACES,
    config=lambda data: {
        "size": 64,
        "latent": 128,
        "widths": [128, 128, 96, 32, 16],
        "channels": 3,
        "penalty": 10.0,
        "grown": 0.5,
        "hint": 40.0,  # as loud beside the critic as 20 is at 32 pixels: 180 blurred
        "stays": 0.0,  # the encoder's pictures are soft: at the end the adversarial loss is alone
    },
    judge="judge-faces",
    notes=("A study: it shows a forger and a critic that grow together.",),
    objection="Its faces are soft, and the eyes and mouths of some are smudged.",
)
