"""Scores by a transformer that takes one step a note."""

from __future__ import annotations

from studio.generators.musenet import config_for
from studio.training.plans.credits import SCORES
from studio.training.plans.plan import Plan
from studio.training.scores import Transposition

PLAN = Plan(
    name="musenet",
    title="MuseNet",
    family="musenet",
    data="scores",
    minutes=240,
    batch_size=6,
    makes="scores for voice, piano, strings and choir",
    **SCORES,
    config=config_for,
    notes=(
        "It has read songs, masses, chorales, fiddle tunes and string quartets: no drums, no bands, no jazz, no film music.",
        "Dynamics are engraved in its scores, not played: its notes all have the loudness of their part.",
    ),
    augmentation=Transposition(down=5, up=6, tempo=0.15),
)
