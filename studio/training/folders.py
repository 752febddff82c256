"""A person's own pictures as a set: what is in a folder, what is left out and why, and the squares to train on.

Reading is a generator that tells how far it is, so that a file thread can do it and stop between two files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from studio.media import MediaError, Picture
from studio.media.picture.frames import frames
from studio.training import cutting
from studio.training.cutting import Choices
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.gathering import Entry, LeftOut, Looked

FEWEST, MOST = 20, 20_000
TRIAL = 128
SAMPLES = 24
SAMPLE_SIDE = 1024
THUMBNAIL = 16
FEW_BITS, LITTLE = 6, 1.5  # of 64 bits, and of 255 a channel on average: one drawing saved twice differs by less


@dataclass(frozen=True)
class Sample:
    """A picture of the set for the preview: `whole` made smaller where it is large, and its upper left `corner` at full size."""

    whole: Picture
    corner: Picture


@dataclass(frozen=True)
class Collection:
    """Readable pictures without doubles. `skipped` holds (entry, frame) of the doubles; `count` is how many pictures are left."""

    name: str
    entries: tuple[Entry, ...]
    skipped: frozenset[tuple[int, int]]
    left_out: tuple[LeftOut, ...]
    samples: tuple[Sample, ...]
    count: int
    medium: str = field(default="picture", init=False)

    def too_few(self) -> str:
        if self.count >= FEWEST:
            return ""
        return f"Training takes at least {FEWEST} pictures; here {'is' if self.count == 1 else 'are'} {self.count or 'none'}."

    def trial(self, config: Mapping[str, Any]) -> PictureSet:
        """Noise: a step takes as long as with real pictures."""
        side = int(config["size"])
        pictures = np.random.default_rng(0).integers(0, 256, (TRIAL, side, side, 4), dtype=np.uint8)
        return PictureSet(self.name, pictures, np.zeros((TRIAL, 0), np.int64), (), {}, holds_out=False)


def look(name: str, entries: Sequence[Entry]) -> Iterator[Looked | Collection]:
    """Read every picture once; the last thing that comes is the Collection."""
    known = _Known()
    kept: list[Entry] = []
    skipped: set[tuple[int, int]] = set()
    left_out: list[LeftOut] = []
    samples: list[Sample] = []
    every, count = 1, 0
    for number, entry in enumerate(entries):
        try:
            first = count
            for frame, picture in enumerate(frames(entry.read(), "This file")):
                called = entry.name if frame == 0 else f"{entry.name} ({frame + 1})"
                twin = known.twin_of(picture, called)
                if twin is not None:
                    skipped.add((len(kept), frame))
                    left_out.append(LeftOut(called, f"the same picture as {twin}"))
                    continue
                if count % every == 0:
                    samples.append(_sample(picture))
                    if len(samples) == 2 * SAMPLES:  # spread over the set, however many are to come
                        samples, every = samples[::2], every * 2
                count += 1
            if count > first:
                kept.append(entry)
            else:
                skipped = {(entry_number, frame) for entry_number, frame in skipped if entry_number != len(kept)}
        except MediaError as error:
            left_out.append(LeftOut(entry.name, str(error)))
        yield Looked(number + 1, len(entries))
    yield Collection(name, tuple(kept), frozenset(skipped), tuple(left_out), tuple(samples[:SAMPLES]), count)


def prepare(collection: Collection, choices: Choices) -> Iterator[Looked | PictureSet]:
    """Read again and cut; the last thing that comes is the set. Raises TrainingError when fewer than 20 pictures come of it."""
    found: list[np.ndarray] = []
    seen: set[bytes] = set()
    for number, entry in enumerate(collection.entries):
        for frame, picture in enumerate(frames(entry.read(), entry.name)):
            if (number, frame) in collection.skipped:
                continue
            for square in cutting.cut(picture, choices):
                fingerprint = square.tobytes()
                if fingerprint not in seen and len(found) < MOST:
                    seen.add(fingerprint)
                    found.append(square)
        yield Looked(number + 1, len(collection.entries))
    check_enough(len(found), choices)
    pictures = cutting.painted(np.stack(found), choices.colours)
    yield PictureSet(collection.name, pictures, np.zeros((len(pictures), 0), np.int64), (), {}, holds_out=False)


def check_enough(count: int, choices: Choices) -> None:
    """Raise TrainingError when there are fewer than 20."""
    if count >= FEWEST:
        return
    how = "smaller tiles, or more sheets" if choices.crop == "tiles" else "more pictures, or cut large ones into tiles"
    there = "no picture" if count == 0 else "1 picture" if count == 1 else f"{count} pictures"
    raise TrainingError(f"There is {there} here that differ{'s' if count < 2 else ''}; training takes at least {FEWEST}. Use {how}.")


def preview(collection: Collection, choices: Choices, count: int = SAMPLES) -> list[Picture]:
    """What the model will see of the samples: cut, scaled, painted, and changed as one turn of training would."""
    squares: list[np.ndarray] = []
    for sample in collection.samples:
        squares += cutting.cut(sample.corner if choices.crop == "tiles" else sample.whole, choices)
    if not squares:
        return []
    shown = np.stack([squares[index] for index in np.linspace(0, len(squares) - 1, min(count, len(squares))).astype(int)])
    shown = cutting.painted(shown, choices.colours)
    return [Picture(each) for each in choices.augmentation(shown, np.random.default_rng(0))]


def _sample(picture: Picture) -> Sample:
    height, width = picture.pixels.shape[:2]
    step = -(-max(height, width) // SAMPLE_SIDE)
    if step == 1:
        return Sample(picture, picture)
    whole = np.asarray(Image.fromarray(picture.pixels).convert("RGBa").reduce(step).convert("RGBA"))
    return Sample(Picture(whole), Picture(picture.pixels[:SAMPLE_SIDE, :SAMPLE_SIDE]))


@dataclass
class _Known:
    """Pictures seen so far, by a small thumbnail and by which of its neighbouring pixels are lighter."""

    names: list[str] = field(default_factory=list)
    patterns: np.ndarray = field(default_factory=lambda: np.zeros(1024, np.uint64))
    thumbnails: list[np.ndarray] = field(default_factory=list)

    def twin_of(self, picture: Picture, name: str) -> str | None:
        """The name of a picture that is the same or nearly the same; otherwise this one is remembered."""
        thumbnail = _thumbnail(picture)
        light = thumbnail.astype(np.int32).sum(2)
        grid = light.reshape(8, 2, 8, 2).sum((1, 3))
        pattern = int.from_bytes(np.packbits((grid > np.roll(grid, 1, axis=1)).ravel()).tobytes(), "big")
        count = len(self.names)
        apart = np.bitwise_count(self.patterns[:count] ^ np.uint64(pattern))
        for index in np.flatnonzero(apart <= FEW_BITS):
            if np.abs(self.thumbnails[index].astype(np.int16) - thumbnail).mean() <= LITTLE:
                return self.names[index]
        if count == len(self.patterns):
            self.patterns = np.concatenate([self.patterns, np.zeros_like(self.patterns)])
        self.patterns[count] = pattern
        self.names.append(name)
        self.thumbnails.append(thumbnail)
        return None


def _thumbnail(picture: Picture) -> np.ndarray:
    """(16, 16, 4) uint8, premultiplied."""
    small = Image.fromarray(picture.pixels).convert("RGBa").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    return np.frombuffer(small.tobytes(), np.uint8).reshape(THUMBNAIL, THUMBNAIL, 4)
