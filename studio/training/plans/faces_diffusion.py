"""Cartoon faces by latent diffusion: a U-Net of 1.8 million weights on the autoencoder's maps of 16×16×4."""

from studio.training.plans.credits import FACES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-diffusion",
    title="Faces (latent diffusion)",
    family="diffusion",
    data="faces64",
    minutes=75,
    batch_size=64,
    makes="64×64 cartoon faces",
    **FACES,
    config=lambda data: {
        "size": 64,
        "channels": 4,
        "patch": 1,
        "widths": [48, 96, 144],
        "deviation": 1.0,
        "colours": 0,
        "codec": "faces-autoencoder",
        "guidance": 1.5,
        "attributes": data.conditions,
    },
    judge="judge-faces",
    notes=("Features (eyes, mouths, hair) are those of the training set; whole faces are new.",),
)
