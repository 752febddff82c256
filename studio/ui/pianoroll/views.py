"""The ways to look at a score: notes as a roll, falling notes, the engraved page; and the keys that work in all of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from studio.media import ScoreSelection
from studio.ui.context import AppContext
from studio.ui.pianoroll.commands import OCTAVE, NoteCommands
from studio.ui.pianoroll.grid import TOOLS, NoteGrid
from studio.ui.pianoroll.keys import Keyboard
from studio.ui.pianoroll.lanes import Lane, LaneLabel
from studio.ui.pianoroll.playing import Playing
from studio.ui.pianoroll.ruler import Ruler, RulerLabels
from studio.ui.pianoroll.state import RollState

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
PAN = 60  # pixels that an arrow moves the view


class Views(QStackedWidget):
    """The roll is there from the beginning; the others are made when they are first looked at."""

    def __init__(self, context: AppContext, state: RollState, notes: NoteCommands, playing: Playing) -> None:
        super().__init__()
        self._context, self.state, self._notes, self._playing = context, state, notes, playing
        self.grid, self.keys, self.ruler, self.lane = NoteGrid(state), Keyboard(state), Ruler(state), Lane(state)
        self.others: dict[str, QWidget] = {}
        self.addWidget(self._roll())
        sounding = playing.sounding
        self.grid.pointer_moved.connect(self.keys.point_at)
        self.keys.pressed.connect(lambda pitch, velocity: sounding.audition(pitch, velocity, held=True))
        self.keys.released.connect(lambda _: sounding.end_audition())
        self.ruler.seeked.connect(sounding.seek)
        self.ruler.change_wanted.connect(self._change_maps)
        sounding.lit.connect(self.keys.light)
        self.grid.installEventFilter(self)

    def _roll(self) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(RulerLabels(), 0, 0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.keys, 1, 0)
        grid.addWidget(self.grid, 1, 1)
        grid.addWidget(LaneLabel(self.lane), 2, 0)
        grid.addWidget(self.lane, 2, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        return inside

    def look(self, name: str) -> None:
        """The notes, the falling notes or the engraved page."""
        if name == "page" and name not in self.others:
            from studio.ui.pianoroll.page import PageView

            self._add(name, PageView(self._context, self.state))
        elif name == "falling" and name not in self.others:
            from studio.ui.pianoroll.falling import FallingNotes

            falling = FallingNotes(self.state)
            falling.seeked.connect(self._playing.sounding.seek)
            falling.pressed.connect(lambda pitch, velocity: self._playing.sounding.audition(pitch, velocity, held=True))
            falling.released.connect(lambda _: self._playing.sounding.end_audition())
            falling.installEventFilter(self)
            self._add(name, falling)
        self.setCurrentIndex(self.indexOf(self.others[name]) if name in self.others else 0)

    def _add(self, name: str, view: QWidget) -> None:
        self.others[name] = view
        self.addWidget(view)

    def show_bars(self, first: int, last: int, chosen: tuple[int, int] | None = None) -> None:
        """Show bars `first` up to but without `last`, counted from 0, with the playhead at the first of them, and choose some."""
        self.state.settings_changed.emit()
        self.grid.fit()
        view, score = self.state.view, self.state.score
        start, stop = score.span(ScoreSelection(first, last))
        view.left, view.scale = start, view.width / (stop - start)
        if chosen is not None:
            self.state.choose_bars(score.span(ScoreSelection(*chosen)))
        self.state.move_playhead(start)
        self.state.view_changed.emit()

    def zoom(self, factor: float) -> None:
        self.state.view.zoom(factor, self.state.view.width / 2)
        self.state.view_changed.emit()

    def zoom_rows(self, steps: int) -> None:
        self.state.view.zoom_rows(steps, self.state.view.height / 2)
        self.state.view_changed.emit()

    def _change_maps(self, tick: int) -> None:
        from studio.ui.pianoroll.maps_dialog import MapsDialog

        MapsDialog(self.state, tick, self).show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the grid: tools, arrows, Space and Home."""
        if watched is not self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        keys = event.modifiers()
        tool = next((name for name, (_, _, key) in TOOLS.items() if event.text().upper() == key), None)
        if tool is not None and not keys & ~Qt.KeyboardModifier.ShiftModifier:
            self.grid.set_tool(tool)
        elif event.key() == Qt.Key.Key_Space:
            self._playing.sounding.toggle()
        elif event.key() == Qt.Key.Key_Home:
            self._playing.to_start()
        elif event.key() in ARROWS and self.state.chosen():
            steps, pitches = ARROWS[Qt.Key(event.key())]
            if keys & Qt.KeyboardModifier.ShiftModifier:
                pitches *= OCTAVE
            self._notes.move(steps, pitches)
        elif event.key() in ARROWS:
            steps, pitches = ARROWS[Qt.Key(event.key())]
            self.state.view.pan(-steps * PAN, pitches * PAN)
            self.state.view_changed.emit()
        else:
            return False
        return True
