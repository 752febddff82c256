"""What key and which chords music is in, estimated from its notes; and chord symbols read. Knows no model and no torch.

Keys by Krumhansl's correlation of pitch-class profiles (1990) with the profiles of Albrecht & Shanahan (2013, Music Perception 31),
smoothed by dynamic programming as in Temperley (1999, Music Perception 17); chords by templates, smoothed the same way.
"""

from __future__ import annotations

import re

import numpy as np

from studio.generators.parts.bars import Bars

KEYS = 24  # tonic + 12 where it is minor
QUALITIES = ("major", "minor", "dominant 7", "major 7", "minor 7", "diminished", "augmented")
CHORDS = 12 * len(QUALITIES)  # root · 7 + quality
NO_CHORD = -1

_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
WINDOW = 4  # bars before and after
KEY_CHANGE = 0.9  # of correlation, summed over bars: what a change of key must gain
_INTERVALS = ((0, 4, 7), (0, 3, 7), (0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6), (0, 4, 8))
_LIKELY = (0.05, 0.05, 0.03, 0.0, 0.0, -0.02, -0.06)  # a plain chord where two fit equally well
BASS = 0.12  # for the root in the bass
CHORD_CHANGE, INSIDE = 0.12, 0.1  # for a change at a bar line, and more for one inside the bar
LONG_NOTE = 96  # grid steps: what sounds longer counts no more in a key

_SYMBOL = re.compile(r"([A-G])([b#♭♯]*)([^/]*)(?:/.*)?")
_SUFFIXES = {
    "": 0, "maj": 0, "6": 0, "69": 0, "6/9": 0, "add9": 0, "5": 0, "m": 1, "min": 1, "-": 1, "m6": 1, "madd9": 1,
    "7": 2, "9": 2, "11": 2, "13": 2, "7b9": 2, "7#9": 2, "7b5": 2, "7#5": 2, "7sus": 2, "7sus4": 2, "9sus": 2, "sus7": 2,
    "M7": 3, "maj7": 3, "Maj7": 3, "M9": 3, "maj9": 3, "Δ": 3, "m7": 4, "min7": 4, "-7": 4, "m9": 4, "m11": 4,
    "dim": 5, "dim7": 5, "o": 5, "°": 5, "o7": 5, "m7b5": 5, "ø": 5, "aug": 6, "+": 6, "sus4": 6, "sus": 6, "sus2": 6,
}  # fmt: skip
NONE_WORDS = ("N.C.", "NC", "z", "-")


def parse_chord(symbol: str) -> int:
    """The number of a chord by its symbol, NO_CHORD for `N.C.`; raises ValueError where it cannot be read. Extensions are left out."""
    if symbol in NONE_WORDS:
        return NO_CHORD
    found = _SYMBOL.fullmatch(symbol)
    if found is None or found[3] not in _SUFFIXES:
        raise ValueError(f"“{symbol[:20]}” is no chord symbol that Atelier knows. Write them as C, Am7, F#dim or Bb7.")
    root = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[found[1]]
    accidentals = sum(-1 if each in "b♭" else 1 for each in found[2])
    return (root + accidentals) % 12 * len(QUALITIES) + _SUFFIXES[found[3]]


def chords_of_symbols(symbols: tuple[str, ...]) -> np.ndarray:
    """(n, 2) chord numbers of the first and second half of each bar, from one or two symbols a bar."""
    found = np.full((len(symbols), 2), NO_CHORD, np.int64)
    for bar, text in enumerate(symbols):
        numbers = [parse_chord(each) for each in text.split()]
        if numbers:
            found[bar] = numbers[0], numbers[-1]
    return found


def transposed_chords(chords: np.ndarray, semitones: int) -> np.ndarray:
    """The same chords so many semitones higher; none stays none."""
    roots, qualities = np.divmod(chords, len(QUALITIES))
    return np.where(chords == NO_CHORD, NO_CHORD, (roots + semitones) % 12 * len(QUALITIES) + qualities)


def transposed_keys(keys: np.ndarray, semitones: int) -> np.ndarray:
    """The same keys so many semitones higher; −1 stays."""
    return np.where(keys < 0, keys, (keys % 12 + semitones) % 12 + keys // 12 * 12)


def halves(bars: Bars) -> np.ndarray:
    """(n,) grid steps from each bar line at which its second half begins: in three the third beat, in five the fourth."""
    beats, lengths = bars.metres[:, 0].astype(np.int64), bars.lengths
    first = np.where(beats % 2 == 0, beats // 2, np.where(beats == 9, 6, (beats + 2) // 2))
    return np.where(beats == 1, lengths, lengths * first // np.maximum(1, beats))


def estimated_keys(bars: Bars) -> np.ndarray:
    """(n,) the key of each bar, 0 … 11 major and 12 … 23 minor; −1 everywhere in music without pitches."""
    rows = bars.rows[~bars.drums]
    if not len(rows):
        return np.full(len(bars), -1, np.int64)
    profile = np.zeros((len(bars), 12))
    np.add.at(profile, (rows["bar"], rows["pitch"] % 12), np.minimum(rows["length"], LONG_NOTE))
    total = np.concatenate([np.zeros((1, 12)), np.cumsum(profile, axis=0)])
    at = np.arange(len(bars))
    window = total[np.minimum(len(bars), at + WINDOW + 1)] - total[np.maximum(0, at - WINDOW)]
    return _best_path(_correlations(window), np.full(len(bars), KEY_CHANGE))


def _correlations(profile: np.ndarray) -> np.ndarray:
    """(n, 24) correlation of each of (n, 12) pitch-class profiles with those of the keys; 0 where nothing sounds."""
    keys = np.array([np.roll(each, tonic) for each in (_MAJOR, _MINOR) for tonic in range(12)])
    keys = keys - keys.mean(1, keepdims=True)
    keys /= np.linalg.norm(keys, axis=1, keepdims=True)
    centred = profile - profile.mean(1, keepdims=True)
    found: np.ndarray = centred / np.maximum(1e-9, np.linalg.norm(centred, axis=1, keepdims=True)) @ keys.T
    return found


def estimated_chords(bars: Bars) -> np.ndarray:
    """(n, 2) the chord of each half of each bar; NO_CHORD where nothing with a pitch sounds."""
    sounding, bass = _sounding(bars)
    heard = sounding.sum(1) > 0
    if not heard.any():
        return np.full((len(bars), 2), NO_CHORD, np.int64)
    unit = sounding / np.maximum(1e-9, np.linalg.norm(sounding, axis=1, keepdims=True))
    score = unit @ _TEMPLATES.T + np.tile(_LIKELY, 12)
    roots = np.arange(CHORDS) // len(QUALITIES)
    score += BASS * (roots == bass[:, None])
    score[~heard] = 0
    change = np.where(np.arange(len(score)) % 2, CHORD_CHANGE + INSIDE, CHORD_CHANGE)
    found = np.where(heard, _best_path(score, change), NO_CHORD).reshape(-1, 2)
    whole = bars.lengths <= halves(bars)
    found[whole, 1] = found[whole, 0]
    return found


def _templates() -> np.ndarray:
    """(84, 12) unit vectors; the root weighs a little more, a seventh less."""
    found = np.zeros((12, len(QUALITIES), 12))
    for quality, intervals in enumerate(_INTERVALS):
        for interval, weight in zip(intervals, (1.1, 1.0, 1.0, 0.6), strict=False):
            for root in range(12):
                found[root, quality, (root + interval) % 12] = weight
    flat: np.ndarray = found.reshape(CHORDS, 12)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


_TEMPLATES = _templates()


def _sounding(bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    """(2n, 12) how long each pitch class sounds in each half bar, and (2n,) the lowest one's class, −1 for silence."""
    rows = bars.rows[~bars.drums]
    edges = np.stack([bars.starts[:-1], bars.starts[:-1] + halves(bars)], axis=1).reshape(-1)
    edges = np.append(edges, bars.starts[-1])
    begin = bars.starts[rows["bar"]] + rows["position"]
    end = np.minimum(begin + rows["length"], edges[-1])
    first = np.searchsorted(edges, begin, side="right") - 1
    count = np.maximum(1, np.searchsorted(edges, end, side="left") - first)
    note = np.repeat(np.arange(len(rows)), count)
    half = np.repeat(first, count) + np.arange(len(note)) - np.repeat(np.cumsum(count) - count, count)
    half = np.minimum(half, len(edges) - 2)
    span = np.minimum(end[note], edges[half + 1]) - np.maximum(begin[note], edges[half])
    pitch = rows["pitch"][note].astype(np.int64)
    sounding = np.zeros((len(edges) - 1, 12))
    np.add.at(sounding, (half, pitch % 12), np.maximum(0, span))
    lowest = np.full(len(edges) - 1, 999)
    np.minimum.at(lowest, half, pitch)
    return sounding, np.where(lowest == 999, -1, lowest % 12)


def _best_path(score: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(n,) the states of (n, S) scores whose sum is greatest when each change of state at row i costs `change[i]` (Viterbi)."""
    count, states = score.shape
    back = np.zeros((count, states), np.int64)
    stay = np.arange(states)
    total = score[0].copy()
    for row in range(1, count):
        best = int(total.argmax())
        moves = total[best] - change[row] > total
        back[row] = np.where(moves, best, stay)
        total = np.where(moves, total[best] - change[row], total) + score[row]
    path = np.zeros(count, np.int64)
    path[-1] = int(total.argmax())
    for row in range(count - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path
