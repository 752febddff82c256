"""Heroes by a variational autoencoder that paints with 255 colours."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="heroes-vae",
    title="Heroes (VAE)",
    family="vae",
    data="heroes32",
    minutes=40,
    batch_size=64,
    makes="32×32 pixel-art heroes",
    **TILES,
    config=lambda data: {
        "size": 32,
        "latent": 64,
        "colours": 255,
        "beta": 1.0,
        "attributes": data.conditions,
    },
    judge="judge-heroes",
    notes=(
        "Parts (robes, staffs, hair) are those of the training set; whole heroes are new.",
        "Small things such as faces and hands may go dark where the model is unsure.",
    ),
)
