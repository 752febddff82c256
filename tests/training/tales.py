"""Texts and scores to train on, made in a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.media import Score
from studio.media.score import NOTE, Track, encode_midi

WORDS = [
    "the",
    "lamp",
    "was",
    "lit",
    "and",
    "a",
    "street",
    "old",
    "man",
    "came",
    "in",
    "wind",
    "down",
    "still",
    "lost",
    "door",
    "open",
    "light",
    "warm",
    "who",
    "of",
    "night",
    "under",
    "rain",
]


def tale(number: int, characters: int = 6000) -> str:
    """Sentences of chance, unlike those of every other number."""
    chance = np.random.default_rng(number)
    made = ""
    while len(made) < characters:
        sentence = " ".join(chance.choice(WORDS, int(chance.integers(4, 9)))).capitalize()
        made += sentence + (".\n\n" if chance.random() < 0.2 else ". ")
    return made


def tune(number: int, bars: int = 8) -> Score:
    """One voice in crotchets, unlike that of every other number."""
    chance = np.random.default_rng(number)
    notes = np.zeros(4 * bars, NOTE)
    notes["tick"], notes["length"], notes["velocity"] = np.arange(4 * bars) * 480, 480, 80
    notes["pitch"] = 60 + chance.integers(0, 12, 4 * bars)
    return Score((Track("Tune", 40, notes=notes),), 480)


def write_tales(folder: Path, count: int = 5) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(tale(number))
    return folder


def write_tunes(folder: Path, count: int = 6) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number}.mid").write_bytes(encode_midi(tune(number)))
    return folder
