"""Scores and bands by one transformer that takes one step a note, told chords and form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.generators.band import config_for
from studio.generators.batches import Piece
from studio.training.plans.credits import BAND
from studio.training.plans.plan import Plan


def as_they_are(pieces: Sequence[Piece], chance: np.random.Generator) -> Sequence[Piece]:
    """The family transposes the pieces itself, which it analyses only once."""
    del chance
    return pieces


PLAN = Plan(
    name="musenet-band",
    title="MuseNet with a band",
    family="band",
    data="scores+band",
    minutes=900,
    batch_size=6,
    makes="scores and arrangements for a band, with drums",
    **BAND,
    config=config_for,
    notes=(
        "It has read songs, masses, chorales, fiddle tunes and string quartets, and 6,000 arrangements that a program played: its bands "
        "are tasteful, regular, a little stiff.",
        "Dynamics are engraved in its scores, not played: its notes all have the loudness of their part.",
    ),
    augmentation=as_they_are,
)
