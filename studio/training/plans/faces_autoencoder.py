"""Cartoon faces and line-drawn people as maps of 16×16×4 and back: what latent diffusion generates."""

from studio.training.plans.credits import FACES, PEEPS
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="faces-autoencoder",
    title="Faces (autoencoder)",
    family="autoencoder",
    data="faces64+peeps64",
    minutes=40,
    batch_size=16,
    makes="maps of 16×16×4 from 64×64 faces, and faces from maps",
    credit=f"{FACES['credit']}; {PEEPS['credit'][0].lower()}{PEEPS['credit'][1:]}",
    licence=FACES["licence"],
    config=lambda data: {"size": 64, "channels": 3, "latent": 4, "widths": [64, 96], "divergence": 1e-5},
    judge="judge-faces",
    notes=("A part of Faces (latent diffusion).",),
)
