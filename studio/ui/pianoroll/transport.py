"""The bars on top of the roll: playing and recording above, tools, grid and scale below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.media.score.maps import tempo_at
from studio.media.score.theory import CONTROLS, PITCHES, SCALES
from studio.ui import theme
from studio.ui.pianoroll.grid import TOOLS
from studio.ui.pianoroll.lanes import PITCH_BEND, VELOCITY
from studio.ui.pianoroll.snap import GRIDS
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.labels import IconButton, hairline, quiet
from studio.ui.widgets.number import NumberField

VIEWS = {"roll": ("Notes", "rows-3"), "falling": ("Falling notes", "arrow-down-narrow-wide"), "page": ("Engraved page", "book-open")}
SLOWEST, FASTEST = 10, 400
NARROW = 44


class Transport(QWidget):
    """Signals say what a person wants; `show_*` say how things stand."""

    play_wanted = Signal()
    start_wanted = Signal()
    record_wanted = Signal(bool)
    step_wanted = Signal(bool)
    loop_wanted = Signal()
    metronome_wanted = Signal(bool)
    tempo_wanted = Signal(float)
    view_wanted = Signal(str)
    sound_wanted = Signal()

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.play = IconButton("play", "Play (Space)", self.play_wanted.emit, "accent")
        self.record = self._toggle("circle-dot", "Record from a MIDI keyboard", self.record_wanted)
        self.step = self._toggle(
            "footprints", "Step by step: each key of the MIDI keyboard writes a note at the playhead", self.step_wanted
        )
        self.loop = IconButton("repeat", "Loop the chosen bars (L)", self.loop_wanted.emit)
        self.loop.setCheckable(True)
        self.metronome = self._toggle("metronome", "Metronome", self.metronome_wanted)
        self.place = QLabel("1 · 1")
        self.place.setProperty("role", "title")
        self.place.setAccessibleName("Playhead")
        self.place.setToolTip("Bar and beat of the playhead")
        self.time = quiet("0:00.0")
        self.time.setFixedWidth(46)
        self.tempo = NumberField("Tempo", 120, SLOWEST, FASTEST, 1, unit="bpm")
        self.tempo.setFixedWidth(88)
        self.tempo.setToolTip("Quarter notes a minute at the playhead")
        self.tempo.settled.connect(self.tempo_wanted)
        self.sound = QPushButton("Sound")
        self.sound.setProperty("role", "flat")
        self.sound.setToolTip("What makes the sound")
        self.sound.setMinimumWidth(1)  # the first to give way in a small window
        self.sound.clicked.connect(self.sound_wanted.emit)
        self._views: dict[str, IconButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        row.addWidget(IconButton("skip-back", "To the beginning (Home)", self.start_wanted.emit))
        for part in (self.play, self.record, self.step, self.loop, self.metronome):
            row.addWidget(part)
        row.addSpacing(4)
        self.place.setFixedWidth(68)
        for field in (self.place, self.time, self.tempo):
            row.addWidget(field)
        row.addSpacing(4)
        row.addWidget(self.sound)
        row.addStretch(1)
        self._add_views(row)
        state.sheet_changed.connect(self.show_place)
        state.playhead_moved.connect(lambda before, after: self.show_place())
        self.show_place()

    def _toggle(self, icon: str, tip: str, wanted: SignalInstance) -> IconButton:
        button = IconButton(icon, tip)
        button.setCheckable(True)
        button.toggled.connect(wanted)
        return button

    def _add_views(self, row: QHBoxLayout) -> None:
        group = QButtonGroup(self)
        for name, (label, icon) in VIEWS.items():
            button = IconButton(icon, label, partial(self.view_wanted.emit, name))
            button.setCheckable(True)
            group.addButton(button)
            self._views[name] = button
            row.addWidget(button)
        self._views["roll"].setChecked(True)

    def show_view(self, name: str) -> None:
        self._views[name].setChecked(True)

    def show_playing(self, playing: bool) -> None:
        self.play.set_icon("pause" if playing else "play")
        self.play.setToolTip("Pause (Space)" if playing else "Play (Space)")

    def show_sound(self, text: str, tip: str = "") -> None:
        """A few words on what makes the sound, the whole sentence in its tooltip."""
        self.sound.setText(text)
        self.sound.setToolTip(tip)
        self.sound.setAccessibleDescription(tip)

    def show_recording(self, live: bool, steps: bool) -> None:
        """Without asking for anything anew."""
        for button, on in ((self.record, live), (self.step, steps)):
            button.blockSignals(True)
            button.setChecked(on)
            button.blockSignals(False)

    def show_place(self) -> None:
        """Bar, beat and time of the playhead; the tempo there."""
        state = self.state
        tick = int(state.playhead)
        bar, beat = bar_and_beat(state, tick)
        self.place.setText(f"{bar} · {beat}")
        seconds = float(state.score.seconds_at(tick))
        self.time.setText(f"{int(seconds // 60)}:{seconds % 60:04.1f}")
        tempo = tempo_at(state.score, tick)
        if round(self.tempo.value()) != round(tempo):
            self.tempo.set_value(round(tempo))


def bar_and_beat(state: RollState, tick: int) -> tuple[int, int]:
    """The bar as it is called on paper (a pickup is 0), the beat counted from 1."""
    metre = next(each for each in reversed(state.score.metres) if each.tick <= tick)
    before = 0
    for index, each in enumerate(state.score.metres):
        if each.tick >= metre.tick:
            break
        stop = state.score.metres[index + 1].tick
        before += -(-(stop - each.tick) // state.score.bar_ticks(each))
    bar, rest = divmod(tick - metre.tick, state.score.bar_ticks(metre))
    return before + bar + state.score.first_number, rest * metre.unit // (4 * state.score.ticks_per_beat) + 1


class EditBar(QWidget):
    """Tools, the grid, the scale, and what the lane below shows."""

    tool_wanted = Signal(str)
    lane_wanted = Signal(int)
    fit_wanted = Signal()

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._tools: dict[str, IconButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 4)
        row.setSpacing(2)
        group = QButtonGroup(self)
        for name, (label, icon, key) in TOOLS.items():
            button = IconButton(icon, f"{label} ({key})", partial(self.tool_wanted.emit, name))
            button.setCheckable(True)
            group.addButton(button)
            self._tools[name] = button
            row.addWidget(button)
        row.addSpacing(6)
        self.snap = self._box("Grid", list(GRIDS), state.snap, self._snap_chosen)
        self.root = self._box("Key note of the scale", list(PITCHES), PITCHES[0], self._scale_chosen)
        self.scale = self._box("Scale", ["No scale", *SCALES], "No scale", self._scale_chosen)
        self.magnet = IconButton("magnet", "Hold new and moved notes to the scale")
        self.magnet.setCheckable(True)
        self.magnet.toggled.connect(self._magnet_toggled)
        lanes = {VELOCITY: "Velocity", **CONTROLS, PITCH_BEND: "Pitch bend"}
        self.lane: QComboBox = self._box(
            "Lane below", list(lanes.values()), "Velocity", lambda: self.lane_wanted.emit(self.lane.currentData())
        )
        for place, number in enumerate(lanes):
            self.lane.setItemData(place, number)
        for box, width in ((self.snap, 112), (self.root, 58), (self.scale, 124), (self.lane, 112)):
            box.setMinimumWidth(min(width, NARROW))  # a small window makes them narrow before it cuts anything off
            box.setMaximumWidth(width)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for box in (self.snap, self.root, self.scale):
            row.addWidget(box, 1)
        row.addWidget(self.magnet)
        ghosts = IconButton("layers", "Show the notes of the other tracks")
        ghosts.setCheckable(True)
        ghosts.setChecked(True)
        ghosts.toggled.connect(self._ghosts_toggled)
        row.addWidget(ghosts)
        row.addStretch(1)
        row.addWidget(self.lane, 1)
        row.addWidget(IconButton("maximize", "Show everything (F)", self.fit_wanted.emit))

    def show_tool(self, name: str) -> None:
        self._tools[name].setChecked(True)

    def _box(self, name: str, words: list[str], chosen: str, changed: object) -> QComboBox:
        box = QComboBox()
        box.addItems(words)
        box.setCurrentText(chosen)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setIconSize(QSize(theme.ICON, theme.ICON))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.activated.connect(lambda _: changed())  # type: ignore[operator]
        return box

    def _snap_chosen(self) -> None:
        self.state.snap = self.snap.currentText()
        self.state.length = 0
        self.state.settings_changed.emit()

    def _scale_chosen(self) -> None:
        self.state.root = self.root.currentIndex()
        self.state.scale = "" if self.scale.currentIndex() == 0 else self.scale.currentText()
        self.state.settings_changed.emit()

    def _magnet_toggled(self, on: bool) -> None:
        self.state.snap_to_scale = on

    def _ghosts_toggled(self, on: bool) -> None:
        self.state.ghosts = on
        self.state.settings_changed.emit()


class Bars(QWidget):
    """Both bars, one over the other."""

    def __init__(self, transport: Transport, edit: EditBar) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(transport)
        column.addWidget(edit)
        column.addWidget(hairline())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
