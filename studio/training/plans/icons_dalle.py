"""Icons from words: a codec of ink, then a transformer over words, style and codes."""

from __future__ import annotations

from typing import Any

from studio.training.captions import CaptionSet
from studio.training.plans.credits import ICONS
from studio.training.plans.plan import Plan

LEAST = 4  # pictures of a word that gets an embedding of its own
SHOWN = (
    "cat", "sword", "heart", "cloud", "arrow up", "camera", "house", "tree", "star", "lock",
    "umbrella rain", "gear", "music note", "calendar", "trash", "fish", "bicycle", "crown", "skull", "castle",
    "cloud lock", "heart arrow", "house music", "cat crown", "tree star", "fish clock", "calendar star", "sword heart", "folder skull",
    "camera gear", "bell off", "dragon", "battery charging", "coffee cup", "rocket", "mountain", "eye", "flag", "key", "moon cloud",
)  # fmt: skip


def _config(data: CaptionSet) -> dict[str, Any]:
    return {
        "size": data.pictures.shape[1],
        "channels": data.pictures.shape[3],
        "styles": data.style_names,
        "vocabulary": data.vocabulary(LEAST),
        "shown": SHOWN,
        "never_seen": data.held_words,
    }


PLAN = Plan(
    name="icons-dalle",
    title="Icons (DALL·E)",
    family="dalle",
    data="icons64",
    minutes=900,
    batch_size=64,
    makes="64×64 icons in ink, by words",
    **ICONS,
    config=_config,
    notes=("It knows things and signs by the names that designers give them: a few nouns do better than a sentence.",),
)
