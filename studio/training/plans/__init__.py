"""One plan a shipped model: what is trained, on which data, for how long."""

from __future__ import annotations

from studio.training.errors import TrainingError
from studio.training.plans import (
    faces_autoencoder,
    faces_diffusion,
    faces_progan,
    faces_stylegan,
    faces_vae,
    heroes_diffusion,
    heroes_ebm,
    heroes_glow,
    heroes_nice,
    heroes_pixelcnn,
    heroes_pixelrnn,
    heroes_realnvp,
    heroes_stylegan,
    heroes_vae,
    icons_dalle,
    judges,
    musenet,
    musenet_band,
    musicvae,
    tiles_biggan,
    tiles_diffusion,
    tiles_pixelcnn,
    tiles_rbm,
    tiles_wgan,
)
from studio.training.plans.plan import Plan

PLANS = {
    plan.name: plan
    for plan in (
        judges.HEROES,
        judges.TILE_CLASSES,
        judges.CARTOON_FACES,
        heroes_vae.PLAN,
        heroes_stylegan.PLAN,
        heroes_diffusion.PLAN,
        tiles_diffusion.PLAN,
        tiles_biggan.PLAN,
        tiles_wgan.PLAN,
        faces_autoencoder.PLAN,
        faces_diffusion.PLAN,
        faces_stylegan.PLAN,
        faces_vae.PLAN,
        faces_progan.PLAN,
        tiles_rbm.PLAN,
        heroes_nice.PLAN,
        heroes_realnvp.PLAN,
        heroes_glow.PLAN,
        heroes_pixelcnn.PLAN,
        tiles_pixelcnn.PLAN,
        heroes_pixelrnn.PLAN,
        heroes_ebm.PLAN,
        icons_dalle.PLAN,
        musenet.PLAN,
        musenet_band.PLAN,
        musicvae.TWO_BARS,
        musicvae.SIXTEEN_BARS,
    )
}

__all__ = ["PLANS", "Plan", "plan"]


def plan(name: str) -> Plan:
    """The plan called `name`; raises TrainingError when there is none."""
    if name not in PLANS:
        raise TrainingError(f"There is no plan “{name[:60]}”. The plans are {', '.join(PLANS)}.")
    return PLANS[name]
