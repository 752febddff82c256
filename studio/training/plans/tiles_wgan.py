"""Dungeon tiles by a Wasserstein GAN of 0.5 million weights: a study of a loss that can be read."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="tiles-wgan",
    title="Dungeon tiles (Wasserstein GAN)",
    family="wgan",
    data="tiles32",
    minutes=45,
    batch_size=16,
    makes="32×32 dungeon tiles of every kind, mixed",
    **TILES,
    config=lambda data: {
        "size": 32,
        "latent": 64,
        "widths": [128, 96, 48, 24],
        "channels": 4,
        "colours": 26,
        "penalty": 10.0,
        "hint": 20.0,
        "stays": 0.3,
    },
    judge="judge-tiles",
    watches="critic",
    notes=("A study: it shows a critic whose loss falls as pictures get better. Its tiles are shapes and colours more than things.",),
)
