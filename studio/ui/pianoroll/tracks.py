"""The list of tracks: colour, name, instrument, mute, solo, and for the one in hand volume and pan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from studio.documents.score.model import Strip
from studio.media.score import Track
from studio.media.score.maps import PAN, VOLUME, setting_of, with_instrument, with_setting
from studio.media.score.model import TRACKS_LIMIT
from studio.media.score.theory import INSTRUMENTS
from studio.ui import theme
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.labels import IconButton, title
from studio.ui.widgets.number import NumberField

FAMILIES = (
    "Pianos", "Bells", "Organs", "Guitars", "Basses", "Strings", "Ensembles", "Brass",
    "Reeds", "Pipes", "Leads", "Pads", "Effects", "World", "Percussion", "Noises",
)  # fmt: skip
SWATCH = 14


class TrackRow(QFrame):
    """One track. It reads the sheet anew with `show_sheet`, and edits through the list."""

    def __init__(self, owner: TracksPanel, index: int) -> None:
        super().__init__()
        self._owner, self.index = owner, index
        self.setProperty("role", "track")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Press to take this track in hand, with Ctrl to choose it beside the one in hand for models")
        self._colour = QToolButton()
        self._colour.setIconSize(QSize(SWATCH, SWATCH))
        self._colour.setFixedSize(20, 24)
        self._colour.setToolTip("Colour of this track")
        self._colour.clicked.connect(self._choose_colour)
        self._name = QLineEdit()
        self._name.setFrame(False)
        self._name.setProperty("role", "bare")
        self._name.editingFinished.connect(self._renamed)
        self._mute, self._solo = self._toggle("M", "Mute"), self._toggle("S", "Solo")
        self._mute.clicked.connect(lambda on: owner.change_strip(index, "Mute a track", muted=on))
        self._solo.clicked.connect(lambda on: owner.change_strip(index, "Solo a track", soloed=on))
        self._instrument = QPushButton()
        self._instrument.setProperty("role", "flat")
        self._instrument.clicked.connect(self._choose_instrument)
        self._volume = NumberField("Volume", 100, 0, 127, 1, whole=True)
        self._pan = NumberField("Pan", 0, -64, 63, 1, whole=True)
        self._volume.settled.connect(lambda value: owner.change_setting(index, "Set the volume", VOLUME, int(value)))
        self._pan.settled.connect(lambda value: owner.change_setting(index, "Set the pan", PAN, int(value) + 64))
        self._volume.setToolTip("Volume of this track")
        self._pan.setToolTip("Pan: left of 0, right of 0")
        self._mixer = QWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 6, 4)
        column.setSpacing(2)
        first, mixer = QHBoxLayout(), QHBoxLayout(self._mixer)
        first.setSpacing(2)
        mixer.setContentsMargins(22, 0, 0, 2)
        mixer.setSpacing(4)
        for part, stretch in ((self._colour, 0), (self._name, 1), (self._mute, 0), (self._solo, 0)):
            first.addWidget(part, stretch)
        mixer.addWidget(self._volume, 1)
        mixer.addWidget(self._pan, 1)
        column.addLayout(first)
        second = QHBoxLayout()
        second.setContentsMargins(14, 0, 0, 0)
        second.addWidget(self._instrument)
        second.addStretch(1)
        column.addLayout(second)
        column.addWidget(self._mixer)

    def _toggle(self, letter: str, label: str) -> QToolButton:
        button = QToolButton()
        button.setText(letter)
        button.setCheckable(True)
        button.setFixedSize(24, 24)
        button.setToolTip(f"{label} this track")
        button.setProperty("role", "letter")
        return button

    def show_sheet(self) -> None:
        """Show what the sheet says."""
        state = self._owner.state
        track, strip = state.sheet.score.tracks[self.index], state.sheet.strips[self.index]
        name = track.name or f"Track {self.index + 1}"
        if not self._name.hasFocus():
            self._name.setText(name)
            self._name.setCursorPosition(0)
            self._name.setToolTip(name)
        self._mute.setChecked(strip.muted)
        self._solo.setChecked(strip.soloed)
        self._instrument.setText(instruments_of(track))
        self._volume.set_value(float(setting_of(track, VOLUME)))
        self._pan.set_value(float(setting_of(track, PAN) - 64))
        active, beside = self.index == state.active, self.index in state.beside
        self._mixer.setVisible(active)
        if (self.property("active"), self.property("beside")) != (active, beside):
            self.setProperty("active", active)
            self.setProperty("beside", beside)
            self.style().polish(self)
        self._colour.setIcon(_swatch(theme.tokens().tracks()[state.sheet.colour(self.index)]))
        for part, what in (
            (self._colour, "Colour"), (self._name, "Name"), (self._mute, "Mute"), (self._solo, "Solo"), (self._instrument, "Instrument"),
            (self._volume, "Volume"), (self._pan, "Pan"),
        ):  # fmt: skip
            part.setAccessibleName(f"{what} of {name}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._owner.state.choose_beside(self.index)
        else:
            self._owner.state.choose_track(self.index)

    def _renamed(self) -> None:
        track = self._owner.state.document.sheet.score.tracks[self.index]
        text = self._name.text().strip()[:120]
        if text != (track.name or f"Track {self.index + 1}"):
            self._owner.change_track(self.index, "Rename a track", replace(track, name=text))

    def _choose_instrument(self) -> None:
        menu = QMenu(self)
        for family, label in enumerate(FAMILIES):
            inner = menu.addMenu(label)
            for program in range(family * 8, family * 8 + 8):
                inner.addAction(INSTRUMENTS[program]).triggered.connect(partial(self._instrument_chosen, program, False))
        menu.addSeparator()
        menu.addAction("Drums").triggered.connect(partial(self._instrument_chosen, 0, True))
        menu.exec(self._instrument.mapToGlobal(self._instrument.rect().bottomLeft()))

    def _instrument_chosen(self, program: int, drums: bool, checked: bool = False) -> None:
        del checked
        track = self._owner.state.document.sheet.score.tracks[self.index]
        old = "Drums" if track.drums else INSTRUMENTS[track.program]
        new = "Drums" if drums else INSTRUMENTS[program]
        name = new if track.name in ("", old, "Piano") else track.name  # a name of one's own stays
        self._owner.change_track(self.index, "Choose an instrument", replace(with_instrument(track, program, drums), name=name))

    def _choose_colour(self) -> None:
        menu = QMenu(self)
        for number, colour in enumerate(theme.tokens().tracks()):
            action = menu.addAction(QIcon(_swatch(colour)), f"Colour {number + 1}")
            action.triggered.connect(partial(self._colour_chosen, number))
        menu.exec(self._colour.mapToGlobal(self._colour.rect().bottomLeft()))

    def _colour_chosen(self, number: int, checked: bool = False) -> None:
        del checked
        self._owner.change_strip(self.index, "Colour a track", colour=number)


def _swatch(colour: QColor) -> QPixmap:
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(colour)
    return pixmap


class TracksPanel(QWidget):
    """All tracks, and buttons to add and take away."""

    changed = Signal()

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._rows: list[TrackRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 0, 4)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 4, 0)
        head.setSpacing(0)
        head.addWidget(title("Tracks"), 1)
        for button in (
            IconButton("plus", "Add a track", self.add), IconButton("copy-plus", "Duplicate the track", self.duplicate),
            IconButton("trash-2", "Remove the track", self.remove),
        ):  # fmt: skip
            head.addWidget(button)
        column.addLayout(head)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(scroll, 1)
        self._shown: object = None
        state.sheet_changed.connect(self.refresh)
        state.settings_changed.connect(self._refresh_all)
        theme.current().changed.connect(self._refresh_all)
        self.refresh()

    def _refresh_all(self) -> None:
        self.refresh(anyway=True)

    def refresh(self, anyway: bool = False) -> None:
        """Show the sheet; nothing is done where only notes have changed."""
        sheet = self.state.sheet
        told = [_told(track) for track in sheet.score.tracks], sheet.strips, self.state.active
        if told == self._shown and not anyway:
            return
        self._shown = told
        count = len(sheet.score.tracks)
        while len(self._rows) < count:
            row = TrackRow(self, len(self._rows))
            self._rows.append(row)
            self._column.insertWidget(self._column.count() - 1, row)
        while len(self._rows) > count:
            row = self._rows.pop()
            row.hide()
            row.deleteLater()
        for row in self._rows:
            row.show_sheet()

    # Edits.

    def change_track(self, index: int, label: str, track: Track) -> None:
        self.state.document.apply(label, self.state.document.sheet.with_track(index, track))

    def change_strip(self, index: int, label: str, **changes: int | bool) -> None:
        sheet = self.state.document.sheet
        strip: Strip = replace(sheet.strips[index], **changes)  # type: ignore[arg-type]
        self.state.document.apply(label, sheet.with_strip(index, strip))

    def change_setting(self, index: int, label: str, number: int, value: int) -> None:
        track = self.state.document.sheet.score.tracks[index]
        if value != setting_of(track, number):
            self.change_track(index, label, with_setting(track, number, value))

    def add(self) -> None:
        """A piano track at the end, in hand."""
        self._with_tracks("Add a track", (*self.state.document.sheet.score.tracks, Track("Piano")), len(self.state.document.sheet.strips))

    def duplicate(self) -> None:
        tracks = list(self.state.document.sheet.score.tracks)
        if tracks:
            index = self.state.active
            tracks.insert(index + 1, replace(tracks[index], name=f"{tracks[index].name} 2".strip()))
            self._with_tracks("Duplicate a track", tuple(tracks), index + 1, inserted=index + 1)

    def remove(self) -> None:
        sheet = self.state.document.sheet
        if not sheet.score.tracks:
            return
        index = self.state.active
        tracks = sheet.score.tracks[:index] + sheet.score.tracks[index + 1 :]
        strips = sheet.strips[:index] + sheet.strips[index + 1 :]
        self.state.document.apply("Remove a track", replace(sheet, score=replace(sheet.score, tracks=tracks), strips=strips))
        self.state.settings_changed.emit()

    def _with_tracks(self, label: str, tracks: tuple[Track, ...], active: int, inserted: int | None = None) -> None:
        if len(tracks) > TRACKS_LIMIT:
            self.state.problem.emit(f"A score has at most {TRACKS_LIMIT} tracks. Remove one first.")
            return
        sheet = self.state.document.sheet
        strips = list(sheet.strips)
        strips.insert(len(strips) if inserted is None else inserted, Strip())
        self.state.document.apply(label, replace(sheet, score=replace(sheet.score, tracks=tracks), strips=tuple(strips)))
        self.state.choose_track(active)


def instruments_of(track: Track) -> str:
    """The instrument of a track, and how many others it changes to."""
    others = len({track.program, *track.programs["program"].tolist()}) - 1
    return "Drums" if track.drums else INSTRUMENTS[track.program] + (f" +{others}" if others else "")


def _told(track: Track) -> tuple[object, ...]:
    """What a strip shows of its track, quick to compare."""
    controls = track.controls.tobytes() if len(track.controls) < 4096 else id(track.controls)
    return track.name, track.program, track.drums, len(track.programs), controls
