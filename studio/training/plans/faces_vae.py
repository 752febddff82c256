"""Cartoon faces by a variational autoencoder that paints with 255 colours."""

from studio.training.plans.credits import FACES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-vae",
    title="Faces (VAE)",
    family="vae",
    data="faces64",
    minutes=90,
    batch_size=32,
    makes="64×64 cartoon faces",
    **FACES,
    config=lambda data: {"size": 64, "latent": 64, "colours": 255, "beta": 1.0, "attributes": data.conditions},
    judge="judge-faces",
    notes=("Features (eyes, mouths, hair) are those of the training set; whole faces are new.",),
)
