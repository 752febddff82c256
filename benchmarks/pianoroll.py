"""A score of 100,000 notes in the roll: how long a frame takes while it is scrolled, zoomed and edited, and how soon it is open."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.common import percentile, report, temporary_project, window
from studio.media import Score
from studio.media.score import NOTE, Track, encode_midi
from studio.media.score.midi import decode_midi
from studio.ui.pianoroll import PianoRollWorkspace

NOTES, TRACKS, BEAT = 100_000, 8, 480
FRAMES = 240


def score(count: int = NOTES) -> Score:
    """Eight tracks of notes at random places of an hour and more, as a large orchestral score has them."""
    chance = np.random.default_rng(0)
    each = count // TRACKS
    tracks = []
    for number in range(TRACKS):
        notes = np.zeros(each, NOTE)
        notes["tick"] = np.sort(chance.integers(0, each * BEAT // 4, each))
        notes["length"] = chance.integers(BEAT // 8, BEAT, each)
        notes["pitch"] = chance.integers(36 + 4 * number, 60 + 4 * number, each)
        notes["velocity"] = chance.integers(30, 120, each)
        tracks.append(Track(f"Track {number + 1}", number * 8, notes=notes))
    return Score(tuple(tracks))


def main() -> None:
    figures: dict[str, float] = {"notes": NOTES}
    large = score()
    data = encode_midi(large)
    began = time.perf_counter()
    decode_midi(data)
    figures["read_midi"] = (time.perf_counter() - began) * 1000
    with temporary_project() as project, window(project) as shown:
        shown.go("pianoroll")
        roll = shown.workspaces["pianoroll"]
        began = time.perf_counter()
        roll.open_score(large)
        roll.grid.repaint()
        figures["open"] = (time.perf_counter() - began) * 1000
        for name, gesture in (("scroll", _scrolled), ("zoom", _zoomed), ("far", _far)):
            frames = _frames(roll, gesture)
            figures[f"{name}_median"], figures[f"{name}_p99"] = median(frames), percentile(frames, 0.99)
        figures["edit"] = _edit(roll)
    report(figures)


def _scrolled(roll: PianoRollWorkspace, frame: int) -> None:
    if frame == 0:
        roll.grid.fit(bars=16)
    roll.state.view.pan(-23, 3 if frame % 40 < 20 else -3)


def _zoomed(roll: PianoRollWorkspace, frame: int) -> None:
    """From sixteen bars to all of it and back, as fast as a wheel turns."""
    roll.state.view.zoom(0.93 if frame % 160 < 80 else 1 / 0.93, 300)


def _far(roll: PianoRollWorkspace, frame: int) -> None:
    """All of it in the window, and moved about."""
    if frame == 0:
        roll.grid.fit()
    roll.state.view.scale *= 1.001
    roll.state.view.pan(-1, 0)


def _frames(roll: PianoRollWorkspace, gesture: Callable[[PianoRollWorkspace, int], None]) -> list[float]:
    """Milliseconds from a turn of the wheel to the drawn frame, with everything in the window that follows it."""
    found = []
    for frame in range(FRAMES):
        began = time.perf_counter()
        gesture(roll, frame)
        roll.state.view_changed.emit()
        QApplication.processEvents()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _edit(roll: PianoRollWorkspace) -> float:
    """One note moved by hand, written and drawn."""
    mask = np.zeros(len(roll.state.notes), bool)
    mask[len(mask) // 2] = True
    roll.state.choose(mask)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        roll.notes.move(1, 1)
        QApplication.processEvents()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    main()
