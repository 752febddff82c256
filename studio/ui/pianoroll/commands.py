"""What the commands of the piano roll do to the chosen notes, or to all of the track where none is chosen."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData

from studio.media.score import NOTE, editing
from studio.media.score.model import EVENTS_LIMIT
from studio.ui import clipboard
from studio.ui.actions import Command, several
from studio.ui.context import roll_seed
from studio.ui.pianoroll.state import RollState

NOTES_MIME = "application/x-atelier-notes"
OCTAVE, NUDGE = 12, 32  # semitones; of a quarter note


class NoteCommands:
    """`strength`, `swing`, `ends` and the two of humanise are what the panel of notes shows."""

    def __init__(self, state: RollState) -> None:
        self.state = state
        self.strength, self.swing, self.ends = 1.0, 0.0, False
        self.loose_ticks, self.loose_velocity = 0.04, 8  # a share of a quarter note, and steps of velocity

    def commands(self) -> list[Command]:
        state = self.state
        return [
            *several(
                cut=self.cut, copy=self.copy, paste=self.paste, delete=partial(state.edit, "Delete notes", editing.removed),
                duplicate=self.duplicate, select_all=lambda: state.choose(np.ones(len(state.notes), bool)), deselect=self.deselect,
                invert_selection=lambda: state.choose(~state.mask),
            ),
            Command("quantise", "Quantise", "Notes", self.quantise, "magnet", "Q", "Draw the chosen notes to the grid"),
            Command("humanise", "Humanise", "Notes", self.humanise, "shuffle", "H", "Let timing and velocity be a little off"),
            Command("legato", "Legato", "Notes", self.legato, "arrow-down-to-line", "", "Each note lasts until the next one"),
            Command("join_notes", "Join", "Notes", self.join, "fold-vertical", "J", "Chosen notes of one pitch become one"),
            Command("split_notes", "Split at the playhead", "Notes", self.split, "scissors", "Ctrl+T"),
            Command("octave_up", "Octave up", "Notes", partial(self.transpose, OCTAVE), "arrow-up", "Ctrl+Up"),
            Command("octave_down", "Octave down", "Notes", partial(self.transpose, -OCTAVE), "arrow-down", "Ctrl+Down"),
            Command("to_scale", "Hold to the scale", "Notes", self.to_scale, "music", "", "Chosen notes to the nearest pitch of the scale"),
            Command("double_time", "Twice as long", "Notes", partial(self.stretch, "Twice as long", 2, 1), "plus"),
            Command("half_time", "Half as long", "Notes", partial(self.stretch, "Half as long", 1, 2), "minus"),
            Command("nudge_left", "A little earlier", "Notes", partial(self.nudge, -1), "chevron-up", "Alt+Left"),
            Command("nudge_right", "A little later", "Notes", partial(self.nudge, 1), "chevron-down", "Alt+Right"),
            Command(
                "choose_bars", "Choose the bars of the notes", "Notes", self.choose_bars, "square-dashed", "Ctrl+B",
                "For a model to rewrite",
            ),
            Command("loop_bars", "Loop the chosen bars", "Play", self.loop, "repeat", "L"),
        ]  # fmt: skip

    def legato(self) -> None:
        self.state.edit("Legato", editing.legato, whole=True)

    def join(self) -> None:
        self.state.edit("Join notes", editing.joined)

    def split(self) -> None:
        self.state.edit("Split notes", lambda notes, mask: editing.split(notes, mask, round(self.state.playhead)), whole=True)

    def stretch(self, label: str, over: int, under: int) -> None:
        self.state.edit(label, lambda notes, mask: _stretched(notes, mask, over, under), whole=True)

    def quantise(self) -> None:
        grid = self.state.step() if self.state.snap != "Off" else self.state.score.ticks_per_beat // 4

        def work(notes: np.ndarray, mask: np.ndarray) -> editing.Edited:
            return editing.quantised(notes, mask, grid, self.strength, self.swing, self.ends)

        self.state.edit("Quantise", work, whole=True)

    def humanise(self) -> None:
        ticks, seed = round(self.loose_ticks * self.state.score.ticks_per_beat), roll_seed()
        self.state.edit("Humanise", lambda notes, mask: editing.humanised(notes, mask, ticks, self.loose_velocity, seed), whole=True)

    def transpose(self, semitones: int) -> None:
        self.state.edit("Transpose", lambda notes, mask: editing.moved(notes, mask, 0, semitones), whole=True)

    def nudge(self, steps: int) -> None:
        """Later by so many 32nds of a quarter note."""
        ticks = steps * self.state.score.ticks_per_beat // NUDGE
        self.state.edit("Nudge", lambda notes, mask: editing.moved(notes, mask, ticks, 0))

    def move(self, steps: int, pitches: int) -> None:
        """Chosen notes by steps of the grid and by semitones; within the scale where notes are held to it."""
        if self.state.snap_to_scale and self.state.scale and abs(pitches) == 1:
            self._move_in_scale(pitches)
            return
        ticks = steps * self.state.step()
        self.state.edit("Move notes", lambda notes, mask: editing.moved(notes, mask, ticks, pitches))

    def _move_in_scale(self, step: int) -> None:
        allowed = np.array([pitch for pitch in range(128) if pitch % 12 in self.state.classes()])

        def work(notes: np.ndarray, mask: np.ndarray) -> editing.Edited:
            found = notes.copy()
            places = np.searchsorted(allowed, notes["pitch"][mask], side="left" if step < 0 else "right") + (step if step < 0 else 0)
            found["pitch"][mask] = allowed[np.clip(places, 0, len(allowed) - 1)]
            return editing.in_order(found, mask)

        self.state.edit("Move notes", work)

    def to_scale(self) -> None:
        if not self.state.scale:
            self.state.problem.emit("No scale is chosen. Choose one above the notes first.")
            return
        self.state.edit("Hold to the scale", lambda notes, mask: editing.snapped_to_scale(notes, mask, self.state.classes()), whole=True)

    def duplicate(self) -> None:
        """Copies right behind the chosen notes, on the next line of the grid."""
        columns, mask = self.state.own_columns(), self.state.mask
        if not mask.any():
            return
        start, stop = int(columns.tick[mask].min()), int(columns.end[mask].max())
        step = self.state.step(start)
        self.state.edit("Duplicate notes", lambda notes, chosen: editing.duplicated(notes, chosen, -(-(stop - start) // step) * step))

    # Choosing.

    def deselect(self) -> None:
        self.state.choose(np.zeros(len(self.state.notes), bool))
        self.state.choose_bars(None)

    def choose_bars(self) -> None:
        """The bars around the chosen notes; the bar under the playhead where none is."""
        score, found = self.state.score, self.state.selection()
        lines = score.bar_starts(max(score.end, int(self.state.playhead) + 1))
        if found is not None:
            self.state.choose_bars(score.span(found))
        else:
            place = max(0, int(np.searchsorted(lines, self.state.playhead, side="right")) - 1)
            self.state.choose_bars((int(lines[place]), int(lines[place + 1])))

    def loop(self) -> None:
        """Loop the chosen bars, or the whole score; once more lets go of the loop."""
        sheet = self.state.document.sheet
        wanted = self.state.bars or (0, int(sheet.score.bar_starts()[-1]))
        same = sheet.loop == wanted or (sheet.loop is not None and self.state.bars is None)
        self.state.document.apply("Let go of the loop" if same else "Set the loop", replace(sheet, loop=None if same else wanted))

    # The clipboard.

    def cut(self) -> None:
        self.copy()
        self.state.edit("Cut notes", editing.removed)

    def copy(self) -> None:
        """The chosen notes, as rows of plain numbers on a beat of so many ticks."""
        mask = self.state.mask
        if mask.any():
            rows = [list(row) for row in self.state.notes[mask].tolist()]
            data = QMimeData()
            data.setData(NOTES_MIME, QByteArray(json.dumps({"beat": self.state.score.ticks_per_beat, "notes": rows}).encode()))
            clipboard.copy(data)

    def paste(self) -> None:
        """What was copied, at the playhead."""
        held = clipboard.copied()
        found = _read(held.data(NOTES_MIME).data()) if held.hasFormat(NOTES_MIME) else None
        if found is None or not len(found[1]):
            self.state.problem.emit("There are no notes on the clipboard. Copy some with Ctrl+C first.")
            return
        beat, notes = found
        scale = self.state.score.ticks_per_beat / beat
        at = self.state.snapped(self.state.playhead)
        notes["tick"] = at + np.round((notes["tick"] - notes["tick"].min()) * scale)
        notes["length"] = np.maximum(1, np.round(notes["length"] * scale))
        self.state.edit("Paste notes", lambda old, mask: editing.added(old, mask, notes))
        columns = self.state.own_columns()
        self.state.move_playhead(self.state.snapped(float(columns.end[self.state.mask].max())))


def _stretched(notes: np.ndarray, mask: np.ndarray, over: int, under: int) -> editing.Edited:
    """Chosen notes' times and lengths from the first one on, `over` / `under` times as long."""
    found = notes.copy()
    if mask.any():
        start = int(notes["tick"][mask].min())
        found["tick"][mask] = start + (notes["tick"][mask].astype(np.int64) - start) * over // under
        found["length"][mask] = np.maximum(1, notes["length"][mask].astype(np.int64) * over // under)
    return editing.in_order(found, mask)


def _read(data: bytes | bytearray | memoryview) -> tuple[int, np.ndarray] | None:
    """What another window copied; None where it is not ours."""
    try:
        plain = json.loads(bytes(data))
        rows = plain["notes"]
        if not 1 <= plain["beat"] <= 32767 or len(rows) > EVENTS_LIMIT:
            return None
        notes = np.array([tuple(row) for row in rows], NOTE)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    fine = len(notes) == 0 or bool((notes["tick"].min() >= 0) & (notes["length"].min() >= 1) & (notes["pitch"].max() < 128))
    return (plain["beat"], notes) if fine and (notes["velocity"] - 1 < 127).all() else None
