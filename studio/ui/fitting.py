"""Which model fits where the one in hand cannot do what is asked: one of the same set, or whose set looks most alike. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from studio.media import MediaError, Picture
from studio.media.picture import load
from studio.shelf import Card

COLOURS = 6  # steps a channel that pictures are compared in
DOUBLING = 0.5  # what a picture twice or half the model's size counts, where no colour in common counts 1


def same_set(cards: Sequence[Card], hand: Card | None) -> Card | None:
    """The first of `cards` that learnt from the set of the model in hand."""
    wanted = hand.training.get("data") if hand is not None else None
    return next((card for card in cards if wanted and card.training.get("data") == wanted), None)


def nearest(cards: Sequence[Card], picture: Picture) -> Card:
    """Of some `cards`, the one whose unpicked sheet has most colours in common with `picture`, a difference in size held against it.

    The first of several that learnt from one set stands for all of them. Reads one preview a set: for the file threads.
    """
    sets: dict[str, Card] = {}
    for card in cards:
        sets.setdefault(str(card.training.get("data") or card.name), card)
    shares = colours(picture)
    return min(sets.values(), key=lambda card: _distance(card, picture, shares))


def _distance(card: Card, picture: Picture, shares: np.ndarray) -> float:
    size = card.config.get("size")
    apart = abs(math.log2(max(picture.width, picture.height) / size)) if isinstance(size, int) and size > 0 else 1.0
    return 1 - overlap(shares, _of_sheet(card.preview)) + DOUBLING * apart


def _of_sheet(path: Path | None) -> np.ndarray:
    """(COLOURS³ + 1,) shares of a model's sheet; nothing in common with any picture where it cannot be read."""
    try:
        return colours(load(path)[0]) if path is not None else np.zeros(COLOURS**3 + 1)
    except MediaError:
        return np.zeros(COLOURS**3 + 1)


def colours(picture: Picture) -> np.ndarray:
    """(COLOURS³ + 1,) shares of coarse colours among what is opaque, and last the share of the picture that is not."""
    pixels = picture.pixels.reshape(-1, 4)
    solid = pixels[pixels[:, 3] >= 128][:, :3].astype(np.int64) * COLOURS // 256
    places = (solid[:, 0] * COLOURS + solid[:, 1]) * COLOURS + solid[:, 2]
    counts = np.bincount(places, minlength=COLOURS**3) / max(1, len(solid))
    return np.append(counts, 1 - len(solid) / len(pixels))


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """How much two sets of shares have in common, 0 to 1: of the colours, and of how much is transparent."""
    common = float(np.sqrt(a[:-1] * b[:-1]).sum())  # Bhattacharyya's coefficient
    return common * (1 - abs(float(a[-1] - b[-1])))
