"""Dungeon tiles in two colours by a Boltzmann machine of half a million weights: a study of the oldest family."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="tiles-rbm",
    title="Dungeon tiles (RBM)",
    family="rbm",
    data="tiles32",
    minutes=20,
    batch_size=64,
    makes="32×32 dungeon tiles in two colours",
    **TILES,
    config=lambda data: {"size": 32, "hidden": 512, "threshold": 0.25, "steps": 5, "chains": 128},
    judge="judge-tiles",
    notes=("A study: it speaks of light and dark alone, so its distance to coloured tiles says little. Watch it dream.",),
)
