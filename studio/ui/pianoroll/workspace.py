"""The piano roll workspace: transport on top, keys and notes in the middle, the lane below, tracks at the left."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.documents.score.document import SheetKind
from studio.documents.score.model import Origin, Sheet
from studio.documents.seen import Seen
from studio.engine import Job, Request
from studio.generators import Action, Input
from studio.media import MediaError, Score, ScoreSelection
from studio.media.score import load_all
from studio.media.score.maps import with_tempo
from studio.player.synth import drivers
from studio.project import Asset
from studio.ui.actions import Command, several
from studio.ui.desk import Desk, readable_recipe
from studio.ui.journal import Keeper
from studio.ui.pianoroll.beats import find_beats
from studio.ui.pianoroll.candidates import Candidates
from studio.ui.pianoroll.commands import NoteCommands
from studio.ui.pianoroll.export import ask_and_export
from studio.ui.pianoroll.grid import TOOLS, NoteGrid
from studio.ui.pianoroll.keys import Keyboard
from studio.ui.pianoroll.lanes import Lane, LaneLabel
from studio.ui.pianoroll.minimap import MiniMap
from studio.ui.pianoroll.notes_panel import NotesPanel
from studio.ui.pianoroll.recording import Recording
from studio.ui.pianoroll.ruler import Ruler, RulerLabels
from studio.ui.pianoroll.sounding import Sounding
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.tracks import TracksPanel
from studio.ui.pianoroll.transport import Bars, EditBar, Transport
from studio.ui.workspace import Bound, PlainWorkspace, bound

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
OCTAVE = 12
ZOOM = 1.4  # a step of the commands
SOUND_AFTER_MS = 800
TUNES_LIMIT = 64  # of a book that is opened
OPENING_BARS = 16  # what of a long score is shown first


class PianoRollWorkspace(PlainWorkspace):
    """One score of the project, and what is done to it."""

    name, title, icon = "pianoroll", "Piano roll", "piano"
    makes = "score"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._keeper = Keeper(desk, SheetKind())
        self.state = RollState(self._keeper.open(), self)
        self.notes = NoteCommands(self.state)
        self.sounding = Sounding(desk, self.state, self)
        self.grid = NoteGrid(self.state)
        self.keys = Keyboard(self.state)
        self.ruler = Ruler(self.state)
        self.lane = Lane(self.state)
        self.transport = Transport(self.state)
        self.edit_bar = EditBar(self.state)
        self.candidates = Candidates(self.state)
        self.tracks = TracksPanel(self.state)
        self.recording = Recording(desk, self.state, self.sounding, parent=self)
        self._new_piece = False
        self._views = QStackedWidget()
        self._views.addWidget(self._roll())
        self._others: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bars(self.transport, self.edit_bar))
        column.addWidget(self.candidates)
        column.addWidget(MiniMap(self.state))
        column.addWidget(self._views, 1)
        self._connect()
        self.grid.set_tool("draw")

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

    def _connect(self) -> None:
        state, transport, edit_bar, sounding = self.state, self.transport, self.edit_bar, self.sounding
        state.problem.connect(lambda sentence: self._desk.problem.emit(sentence, ""))
        state.about_to_edit.connect(self.candidates.keep)
        state.sheet_changed.connect(lambda: transport.loop.setChecked(state.sheet.loop is not None))
        state.sheet_changed.connect(self._desk.wishes.changed)
        self.grid.pointer_moved.connect(self.keys.point_at)
        self.grid.asset_dropped.connect(self.place)
        self.grid.file_dropped.connect(lambda name: self.open_file(Path(name)))
        self.grid.tool_changed.connect(edit_bar.show_tool)
        self.keys.pressed.connect(lambda pitch, velocity: sounding.audition(pitch, velocity, held=True))
        self.keys.released.connect(lambda _: sounding.end_audition())
        self.ruler.seeked.connect(sounding.seek)
        self.ruler.change_wanted.connect(self._change_maps)
        sounding.lit.connect(self.keys.light)
        sounding.told.connect(transport.show_sound)
        sounding.playing_changed.connect(transport.show_playing)
        transport.play_wanted.connect(sounding.toggle)
        transport.start_wanted.connect(self.to_start)
        transport.loop_wanted.connect(self.notes.loop)
        transport.metronome_wanted.connect(sounding.set_clicks)
        transport.tempo_wanted.connect(self._set_tempo)
        transport.record_wanted.connect(self.recording.set_live)
        transport.step_wanted.connect(self.recording.set_steps)
        transport.sound_wanted.connect(self._choose_sound)
        self.recording.stopped.connect(self._show_recording)
        sounding.playing_changed.connect(self._show_recording)
        transport.view_wanted.connect(self.show_view)
        edit_bar.tool_wanted.connect(self.grid.set_tool)
        edit_bar.lane_wanted.connect(self.lane.set_number)
        edit_bar.fit_wanted.connect(lambda: self.grid.fit())
        self.candidates.heard_wanted.connect(sounding.toggle)
        self.candidates.grown.connect(self._follow)
        self.candidates.kept.connect(self._show_new_piece)
        self.grid.installEventFilter(self)

    # What the window asks for.

    def surfaces(self) -> Sequence[QWidget]:
        return (self.grid,)

    def left_panel(self) -> QWidget:
        """The tracks, for the place at the left."""
        return self.tracks

    def side_panel(self) -> QWidget:
        """What is done to notes, for the place under the inspector."""
        area = QScrollArea()
        area.setWidget(NotesPanel(self.state, self.notes))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def commands(self) -> Sequence[Command]:
        show = self.show_view
        return [
            *several(export=self.export),
            *self.notes.commands(),
            Command(
                "find_beats", "Find the beats", "Notes", partial(find_beats, self._desk, self.state), "metronome", "",
                "Lays a free take on bars; it sounds as before",
            ),
            Command("add_track", "Add a track", "Notes", self.tracks.add, "plus", "Ctrl+Shift+T"),
            Command("play", "Play or pause", "Play", self.sounding.toggle, "play", "Space"),
            Command("to_start", "To the beginning", "Play", self.to_start, "skip-back", "Home"),
            Command("metronome", "Metronome", "Play", self.transport.metronome.toggle, "metronome", "M"),
            Command(
                "next_candidate", "Next candidate", "Play", partial(self.candidates.step, 1), "chevron-right", "N",
                "What a model offers, one after the other",
            ),
            *several(fit=lambda: self.grid.fit(), zoom_in=partial(self._zoom, ZOOM), zoom_out=partial(self._zoom, 1 / ZOOM)),
            Command("view_roll", "Notes as a roll", "View", partial(show, "roll"), "rows-3", "Ctrl+Alt+1"),
            Command("view_falling", "Falling notes", "View", partial(show, "falling"), "arrow-down-narrow-wide", "Ctrl+Alt+2"),
            Command("view_page", "Engraved page", "View", partial(show, "page"), "book-open", "Ctrl+Alt+3"),
            Command("rows_higher", "Higher rows", "View", partial(self._zoom_rows, 1), "zoom-in", "Ctrl+Shift++"),
            Command("rows_lower", "Lower rows", "View", partial(self._zoom_rows, -1), "zoom-out", "Ctrl+Shift+-"),
        ]  # fmt: skip

    def tool_shortcuts(self) -> list[tuple[str, str]]:
        return [(label, key) for label, _, key in TOOLS.values()]

    def undo(self) -> bool:
        self.candidates.discard()
        return self.state.document.undo()

    def redo(self) -> bool:
        self.candidates.discard()
        return self.state.document.redo()

    def can_undo(self) -> bool:
        """Candidates that are shown are let go of by undo, too."""
        return self.state.document.history.can_undo or self.candidates.offering

    def can_redo(self) -> bool:
        return self.state.document.history.can_redo

    def escape(self) -> bool:
        """Leave a gesture, candidates, or what is chosen; False when there was none of it."""
        if self.grid.cancel():
            return True
        if not self.candidates.isHidden():
            self.candidates.discard()
            return True
        chosen = bool(self.state.chosen()) or self.state.bars is not None
        self.notes.deselect()
        return chosen

    def settle(self) -> None:
        """Before the window closes."""
        self.recording.close()
        self.sounding.close()
        self._keeper.settle(self.state.document)

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """Some bars in, with a few of them chosen."""
        self.show_bars(1, 9, chosen=(4, 6))
        return iter(())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """The first look at the roll gets the sound ready, where there is something to hear it with."""
        super().showEvent(event)
        if drivers():
            QTimer.singleShot(SOUND_AFTER_MS, self.sounding.load)

    # Making.

    def seen(self) -> Seen:
        """What a model is given: the score as it stands."""
        return Seen(self.state.document.sheet.score)

    def bind(self, action: Action, given: Container[str]) -> Bound:
        """The score as it stands, and the bars of it that are chosen."""
        score = self.state.document.sheet.score

        def chosen(each: Input) -> ScoreSelection | None:
            found = self.state.selection()
            if found is None and each.required:
                raise MediaError("No bars are chosen. Drag over the bar numbers, or choose notes, then ask again.")
            return found

        return bound(action, given, self.makes, lambda each: score if each.required or score.end else None, chosen)

    def begin(self, request: Request) -> Job | None:
        """Submit a request; what comes of it is offered as candidates."""
        card = self._desk.session.shelf.card(request.model)
        action = card.action(request.action)
        self._new_piece = all(each.medium != "score" for each in action.inputs)
        job = self._desk.submit(request, self.candidates.hear)
        if job is not None:
            self.candidates.begin(job, f"{action.label} with {card.title}", request.indices)
        return job

    # Opening.

    def place(self, asset: int) -> None:
        """Open a score of the history, as one step that can be undone."""

        def arrived(score: Score, found: Asset) -> None:
            self.open_score(score, found.recipe)
            self._desk.wishes.picked.emit()

        self._desk.with_work(asset, self.makes, arrived)

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Read a score file on the file threads, open it, and offer its recipe."""

        def arrived(found: list[tuple[Score, str]]) -> None:
            score, note = found[0]
            self.open_score(score, note if readable_recipe(note) else "")
            for tune, own in reversed(found[:TUNES_LIMIT]):  # the first one is the newest
                self._desk.add(tune, (tune.title or path.stem if len(found) > 1 else path.stem)[:80], own)
            if len(found) > 1:
                kept = "each" if len(found) <= TUNES_LIMIT else f"each of the first {TUNES_LIMIT}"
                self._desk.notice.emit(f"{path.name} holds {len(found):,} tunes: {kept} stands in the history, the first one is open.")
            self._desk.offer_recipe(note)

        self._desk.read_aside(lambda: load_all(path), arrived)

    def open_score(self, score: Score, recipe: str = "") -> None:
        """Make `score` the sheet's and show all of it."""
        self.candidates.discard()
        self.state.document.apply("Open a score", Sheet(score, origin=Origin.of(recipe, score) if recipe else None))
        self.state.choose_bars(None)
        self.state.choose_track(max(range(len(score.tracks)), key=lambda number: len(score.tracks[number].notes), default=0))
        self.state.settings_changed.emit()
        self.sounding.seek(0)
        self.grid.fit(bars=OPENING_BARS)
        self.grid.setFocus()

    # Small things.

    def to_start(self) -> None:
        self.sounding.seek(0)
        self.state.view.left = 0
        self.state.view_changed.emit()

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

    def show_view(self, name: str) -> None:
        """The notes, the falling notes or the engraved page."""
        self.transport.show_view(name)
        if name == "page" and name not in self._others:
            from studio.ui.pianoroll.page import PageView

            self._add_view(name, PageView(self._desk, self.state))
        elif name == "falling" and name not in self._others:
            from studio.ui.pianoroll.falling import FallingNotes

            falling = FallingNotes(self.state)
            falling.seeked.connect(self.sounding.seek)
            falling.pressed.connect(lambda pitch, velocity: self.sounding.audition(pitch, velocity, held=True))
            falling.released.connect(lambda _: self.sounding.end_audition())
            falling.installEventFilter(self)
            self._add_view(name, falling)
        self.edit_bar.setVisible(name == "roll")
        self._views.setCurrentIndex(self._views.indexOf(self._others[name]) if name in self._others else 0)

    def _add_view(self, name: str, view: QWidget) -> None:
        self._others[name] = view
        self._views.addWidget(view)

    def export(self) -> None:
        """Ask where, and write the score or its sound on the file threads."""
        ask_and_export(self._desk, self.state.document.sheet, self)

    def _show_recording(self) -> None:
        self.transport.show_recording(self.recording.live, self.recording.steps)

    def _choose_sound(self) -> None:
        """A menu of what makes the sound: FluidSynth, or a MIDI output."""
        menu = QMenu(self)
        menu.addAction("FluidSynth on this computer", lambda: self.recording.choose_output("", self.sounding.own_output))
        for name in self.recording.driver.outputs():
            menu.addAction(name, partial(self.recording.choose_output, name, self.sounding.own_output))
        inputs = self.recording.driver.inputs()
        menu.addSeparator()
        for name in inputs:
            menu.addAction(f"Record from {name}", partial(self._desk.remember, "midi_input", name))
        if not inputs:
            menu.addAction("No MIDI keyboard is plugged in").setEnabled(False)
        menu.exec(self.transport.sound.mapToGlobal(self.transport.sound.rect().bottomLeft()))

    def _zoom(self, factor: float) -> None:
        self.state.view.zoom(factor, self.state.view.width / 2)
        self.state.view_changed.emit()

    def _follow(self, tick: int, pitch: int) -> None:
        """Keep the newest note of a growing score in sight, unless the playhead leads."""
        if not self.sounding.playing and self.state.view.follow(tick, pitch):
            self.state.view_changed.emit()

    def _show_new_piece(self) -> None:
        """A piece that was not made from the one before is shown from its beginning."""
        if self._new_piece:
            self._new_piece = False
            self.state.choose_bars(None)
            self.grid.fit(bars=OPENING_BARS)

    def _zoom_rows(self, steps: int) -> None:
        self.state.view.zoom_rows(steps, self.state.view.height / 2)
        self.state.view_changed.emit()

    def _set_tempo(self, beats_a_minute: float) -> None:
        sheet = self.state.document.sheet
        at = next(each.tick for each in reversed(sheet.score.tempos) if each.tick <= self.state.playhead)
        self.state.document.apply("Change the tempo", sheet.with_score(with_tempo(sheet.score, at, beats_a_minute)))

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
            self.sounding.toggle()
        elif event.key() == Qt.Key.Key_Home:
            self.to_start()
        elif event.key() in ARROWS and self.state.chosen():
            steps, pitches = ARROWS[Qt.Key(event.key())]
            if keys & Qt.KeyboardModifier.ShiftModifier:
                pitches *= OCTAVE
            self.notes.move(steps, pitches)
        elif event.key() in ARROWS:
            steps, pitches = ARROWS[Qt.Key(event.key())]
            self.state.view.pan(-steps * 60, pitches * 60)
            self.state.view_changed.emit()
        else:
            return False
        return True
