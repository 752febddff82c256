"""One voice as a row of steps, 16 to a bar of four beats: silence, a note held, or a new note; and what is measured of it. No torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from studio.generators.parts.bars import GRID, LENGTHS, ROW, Bars, bars_of, nearest_length, ordered, score_of
from studio.media import Score

STEP = GRID // 4
SECTION = 32
REST, HOLD, FIRST = 0, 1, 2
LOWEST, HIGHEST = 33, 96
TOKENS = FIRST + HIGHEST - LOWEST + 1
FEWEST_NOTES = 3  # a section
MOST_DOUBLED = 0.05


def clips_of(bars: Bars, sections: int) -> np.ndarray:
    """(n, sections · 32) clips of every part that is one voice on the steps; they begin at bars, every two bars' length."""
    length = sections * SECTION
    found = [np.zeros((0, length), np.uint8)]
    for slot in range(len(bars.programs)):
        rows = bars.rows[bars.rows["slot"] == slot]
        if len(rows) < FEWEST_NOTES:
            continue
        line, clean = _line(rows, bars)
        first = bars.starts[:-1][bars.starts[:-1] % (STEP * SECTION) == bars.starts[0] % (STEP * SECTION)] // STEP
        for start in first[first + length <= len(line)]:
            clip = line[start : start + length].copy()
            if clip[0] == HOLD:
                clip[0 : int((clip != HOLD).argmax())] = REST
            notes = (clip >= FIRST).reshape(sections, SECTION).sum(1)
            if clean[start : start + length].all() and notes.mean() >= FEWEST_NOTES and (notes > 0).all():
                found.append(clip[None])
    return np.concatenate(found)


def _line(rows: np.ndarray, bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    """The highest voice of a part as steps, and at which steps it truly is one: on the grid, in range, nothing doubled."""
    begins = bars.starts[rows["bar"]] + rows["position"]
    count = int(bars.starts[-1]) // STEP
    line, clean = np.zeros(count, np.uint8), np.ones(count, bool)
    at = np.minimum(begins // STEP, count - 1)
    pitch = rows["pitch"].astype(int)
    clean[at[(begins % STEP != 0) | (pitch < LOWEST) | (pitch > HIGHEST)]] = False
    onsets, first, times = np.unique(at, return_index=True, return_counts=True)
    clean[onsets[times > 1]] = False  # rows are sorted, so that the first of a chord is its highest note
    ends = np.minimum(np.append(onsets[1:], count), onsets + np.maximum(1, -(-rows["length"][first].astype(int) // STEP)))
    for onset, end, high in zip(onsets, ends, pitch[first].clip(LOWEST, HIGHEST), strict=True):
        line[onset:end] = HOLD
        line[onset] = FIRST + high - LOWEST
    return line, clean


def transposed(clips: np.ndarray, chance: np.random.Generator, most: int = 6) -> np.ndarray:
    """Each clip moved by up to `most` semitones, as far as its range allows."""
    notes = clips >= FIRST
    low = np.where(notes, clips, TOKENS).min(1) - FIRST
    high = TOKENS - 1 - np.where(notes, clips, 0).max(1)
    moves = chance.integers(-most, most + 1, len(clips))
    moves = np.clip(moves, -low.astype(int), high.astype(int))
    return np.where(notes, clips + moves[:, None], clips).astype(np.uint8)


def clip_of(score: Score, sections: int) -> np.ndarray:
    """The top voice of a score's first bars, (sections · 32,): the highest note at each step, in range by octaves."""
    heard = [number for number, track in enumerate(score.tracks) if len(track.notes) and not track.drums]
    bars = bars_of(score, heard[:1])
    rows = bars.rows.copy()
    line = np.zeros(sections * SECTION, np.uint8)
    begins = bars.starts[rows["bar"]] + rows["position"]
    found, _ = _line(_octaves(rows), bars) if len(begins) else (line, line)
    line[: len(found)] = found[: len(line)]
    return line


def _octaves(rows: np.ndarray) -> np.ndarray:
    """ROWs in range, moved by whole octaves."""
    pitch = rows["pitch"].astype(int)
    up, down = -(-(LOWEST - pitch) // 12), -(-(pitch - HIGHEST) // 12)
    rows["pitch"] = pitch + 12 * np.maximum(0, up) - 12 * np.maximum(0, down)
    return rows


def notes_of(clip: np.ndarray) -> list[tuple[int, int, int]]:
    """(step, steps, pitch) of each note of a clip."""
    found = []
    for step in np.flatnonzero(clip >= FIRST):
        behind = np.flatnonzero(clip[step + 1 :] != HOLD)
        found.append((int(step), 1 + int(behind[0] if len(behind) else len(clip) - step - 1), int(clip[step]) - FIRST + LOWEST))
    return found


def score(clip: np.ndarray, tempo: int = 100, program: int = 0) -> Score:
    """A clip as a score of one track in 4/4."""
    count = -(-len(clip) // 16)
    notes = notes_of(clip)
    rows = np.zeros(len(notes), ROW)
    for row, (step, steps, pitch) in zip(rows, notes, strict=True):
        row["bar"], row["position"], row["pitch"], row["velocity"] = step // 16, step % 16 * STEP, pitch, 80
        row["length"] = LENGTHS[nearest_length(np.array([steps * STEP]))[0]]
    starts = np.arange(count + 1) * 16 * STEP
    bars = Bars(starts, np.tile([4, 4], (count, 1)), np.zeros(count, np.int64), ordered(rows), (program,), round(60e6 / tempo))
    return score_of(bars, 480, ("Tune",))


MEASURES = ("density", "register", "contour", "syncopation")


def measured(clips: np.ndarray) -> Mapping[str, np.ndarray]:
    """What the directions are named after, (n,) each.

    density: notes a step · register: mean pitch · contour: semitones that the tune rises from its first half to its second ·
    syncopation: the share of notes that begin off the beat and sound on over the next one.
    """
    onsets = clips >= FIRST
    pitch = np.where(onsets, clips.astype(float), np.nan)
    half = clips.shape[1] // 2
    with np.errstate(invalid="ignore"):
        mean = np.nansum(pitch, 1) / np.maximum(1, onsets.sum(1))
        parts = [np.nansum(part, 1) / np.maximum(1, seen.sum(1)) for part, seen in _halves(pitch, onsets, half)]
    some = onsets[:, :half].any(1) & onsets[:, half:].any(1)
    off = onsets.copy()
    off[:, ::4] = False
    over = np.zeros_like(off)
    for beat in range(4, clips.shape[1], 4):
        held = clips[:, beat] == HOLD
        for step in (beat - 3, beat - 2, beat - 1):
            between = (clips[:, step + 1 : beat + 1] == HOLD).all(1)
            over[:, step] = off[:, step] & held & between
    return {
        "density": onsets.mean(1), "register": mean, "contour": np.where(some, parts[1] - parts[0], 0.0),
        "syncopation": over.sum(1) / np.maximum(1, onsets.sum(1)),
    }  # fmt: skip


def _halves(pitch: np.ndarray, onsets: np.ndarray, half: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(pitch[:, :half], onsets[:, :half]), (pitch[:, half:], onsets[:, half:])]
