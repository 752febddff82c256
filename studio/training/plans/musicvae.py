"""Tunes of one voice by a MusicVAE: two bars, and sixteen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.generators.batches import Piece
from studio.training.plans.credits import SCORES
from studio.training.plans.plan import Plan


def as_they_are(pieces: Sequence[Piece], chance: np.random.Generator) -> Sequence[Piece]:
    """The family transposes the clips itself, which it cuts only once."""
    del chance
    return pieces


NOTES = ("One voice: melodies and basses of songs, masses, chorales, fiddle tunes and quartets, on a grid of semiquavers. No drums.",)

TWO_BARS = Plan(
    name="musicvae-2bar",
    title="MusicVAE, two bars",
    family="musicvae",
    data="scores",
    minutes=60,
    batch_size=16,
    makes="tunes of two bars",
    **SCORES,
    config=lambda data: {"sections": 1, "latent": 96, "width": 160, "layers": 2, "heads": 4, "beta": 0.03, "free": 0.0, "dropout": 0.8},
    notes=NOTES,
    augmentation=as_they_are,
)
SIXTEEN_BARS = Plan(
    name="musicvae-16bar",
    title="MusicVAE, sixteen bars",
    family="musicvae",
    data="scores",
    minutes=120,
    batch_size=16,
    makes="tunes of sixteen bars",
    **SCORES,
    config=lambda data: {"sections": 8, "latent": 384, "width": 160, "layers": 2, "heads": 4, "beta": 0.02, "free": 0.0, "dropout": 0.8},
    notes=(*NOTES, "Of its four directions syncopation is the weakest."),
    augmentation=as_they_are,
)
