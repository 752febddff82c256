"""The piano roll workspace: transport on top, keys and notes in the middle, the lane below, tracks at the left."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.documents.score.document import SheetKind
from studio.documents.score.model import Origin, Sheet
from studio.documents.seen import Seen
from studio.engine import Job, Request
from studio.generators import Action, Input
from studio.media import MediaError, Score, ScoreSelection
from studio.media.score import load_all
from studio.player.synth import drivers
from studio.project import Asset
from studio.ui.actions import Command, several
from studio.ui.context import AppContext, readable_recipe
from studio.ui.journal import Keeper
from studio.ui.pianoroll.alternatives import WhatElse
from studio.ui.pianoroll.beats import find_beats
from studio.ui.pianoroll.candidates import Candidates
from studio.ui.pianoroll.commands import NoteCommands
from studio.ui.pianoroll.export import ask_and_export
from studio.ui.pianoroll.grid import TOOLS
from studio.ui.pianoroll.minimap import MiniMap
from studio.ui.pianoroll.notes_panel import NotesPanel
from studio.ui.pianoroll.playing import Playing
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.tracks import TracksPanel
from studio.ui.pianoroll.transport import Bars, EditBar
from studio.ui.pianoroll.views import Views
from studio.ui.workspace import Bound, PlainWorkspace, bound

ZOOM = 1.4  # a step of the commands
SOUND_AFTER_MS = 800
TUNES_LIMIT = 64  # of a book that is opened
OPENING_BARS = 16  # what of a long score is shown first


class PianoRollWorkspace(PlainWorkspace):
    """One score of the project, and what is done to it."""

    name, title, icon = "pianoroll", "Piano roll", "piano"
    makes = "score"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._keeper = Keeper(context, SheetKind())
        self.state = RollState(self._keeper.open(), self)
        self.notes = NoteCommands(self.state)
        self.playing = Playing(context, self.state, self)
        self.views = Views(context, self.state, self.notes, self.playing)
        self.grid = self.views.grid
        self.edit_bar = EditBar(self.state)
        self.candidates = Candidates(self.state)
        self.tracks = TracksPanel(self.state)
        self.what_else = WhatElse(context, self.state, self.grid)
        self._new_piece = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Bars(self.playing.transport, self.edit_bar))
        column.addWidget(self.candidates)
        column.addWidget(MiniMap(self.state))
        column.addWidget(self.views, 1)
        self._connect()
        self.grid.set_tool("draw")

    def _connect(self) -> None:
        state, edit_bar, transport = self.state, self.edit_bar, self.playing.transport
        state.problem.connect(lambda sentence: self._context.problem.emit(sentence, ""))
        state.about_to_edit.connect(self.candidates.keep)
        state.sheet_changed.connect(self._context.wishes.changed)
        self.grid.asset_dropped.connect(self.place)
        self.grid.file_dropped.connect(lambda name: self.open_file(Path(name)))
        self.grid.tool_changed.connect(edit_bar.show_tool)
        transport.loop_wanted.connect(self.notes.loop)
        transport.view_wanted.connect(self.show_view)
        edit_bar.tool_wanted.connect(self.grid.set_tool)
        edit_bar.lane_wanted.connect(self.views.lane.set_number)
        edit_bar.fit_wanted.connect(lambda: self.grid.fit())
        self.candidates.heard_wanted.connect(self.playing.sounding.toggle)
        self.candidates.grown.connect(self._follow)
        self.candidates.kept.connect(self._show_new_piece)

    # What the window asks for.

    def surfaces(self) -> Sequence[QWidget]:
        return (self.grid,)

    def left_panel(self) -> QWidget:
        """The tracks, for the place at the left."""
        return self.tracks

    def side_panel(self) -> QWidget:
        """What is done to notes, for the place under the inspector."""
        area = QScrollArea()
        area.setWidget(NotesPanel(self.state, self.notes, self.what_else.ask))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def commands(self) -> Sequence[Command]:
        show = self.show_view
        return [
            *several(export=self.export),
            *self.notes.commands(),
            Command(
                "find_beats", "Find the beats", "Notes", partial(find_beats, self._context, self.state), "metronome", "",
                "Lays a free take on bars; it sounds as before",
            ),
            Command(
                "what_else", "What else?", "Notes", self.what_else.ask, "circle-help", "W",
                "What a model would rather have in the chosen note's place",
            ),
            Command("add_track", "Add a track", "Notes", self.tracks.add, "plus", "Ctrl+Shift+T"),
            Command("play", "Play or pause", "Play", self.playing.sounding.toggle, "play", "Space"),
            Command("to_start", "To the beginning", "Play", self.playing.to_start, "skip-back", "Home"),
            Command("metronome", "Metronome", "Play", self.playing.transport.metronome.toggle, "metronome", "M"),
            Command(
                "next_candidate", "Next candidate", "Play", partial(self.candidates.step, 1), "chevron-right", "N",
                "What a model offers, one after the other",
            ),
            *several(fit=lambda: self.grid.fit(), zoom_in=partial(self.views.zoom, ZOOM), zoom_out=partial(self.views.zoom, 1 / ZOOM)),
            Command("view_roll", "Notes as a roll", "View", partial(show, "roll"), "rows-3", "Ctrl+Alt+1"),
            Command("view_falling", "Falling notes", "View", partial(show, "falling"), "arrow-down-narrow-wide", "Ctrl+Alt+2"),
            Command("view_page", "Engraved page", "View", partial(show, "page"), "book-open", "Ctrl+Alt+3"),
            Command("rows_higher", "Higher rows", "View", partial(self.views.zoom_rows, 1), "zoom-in", "Ctrl+Shift++"),
            Command("rows_lower", "Lower rows", "View", partial(self.views.zoom_rows, -1), "zoom-out", "Ctrl+Shift+-"),
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
        if self.grid.cancel() or self.what_else.leave():
            return True
        if not self.candidates.isHidden():
            self.candidates.discard()
            return True
        chosen = bool(self.state.chosen()) or self.state.bars is not None
        self.notes.deselect()
        return chosen

    def settle(self) -> None:
        """Before the window closes."""
        self.playing.close()
        self._keeper.settle(self.state.document)

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """Some bars in, with a few of them chosen."""
        self.views.show_bars(1, 9, chosen=(4, 6))
        return iter(())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """The first look at the roll gets the sound ready, where there is something to hear it with."""
        super().showEvent(event)
        if drivers():
            QTimer.singleShot(SOUND_AFTER_MS, self.playing.sounding.load)

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
        card = self._context.session.shelf.card(request.model)
        action = card.action(request.action)
        self._new_piece = all(each.medium != "score" for each in action.inputs)
        job = self._context.submit(request, self.candidates.hear)
        if job is not None:
            self.candidates.begin(job, f"{action.label} with {card.title}", request.indices)
        return job

    # Opening.

    def place(self, asset: int) -> None:
        """Open a score of the history, as one step that can be undone."""

        def arrived(score: Score, found: Asset) -> None:
            self.open_score(score, found.recipe)
            self._context.wishes.picked.emit()

        self._context.with_work(asset, self.makes, arrived)

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Read a score file on the file threads, open it, and offer its recipe."""

        def arrived(found: list[tuple[Score, str]]) -> None:
            score, note = found[0]
            self.open_score(score, note if readable_recipe(note) else "")
            for tune, own in reversed(found[:TUNES_LIMIT]):  # the first one is the newest
                self._context.add(tune, (tune.title or path.stem if len(found) > 1 else path.stem)[:80], own)
            if len(found) > 1:
                kept = "each" if len(found) <= TUNES_LIMIT else f"each of the first {TUNES_LIMIT}"
                self._context.notice.emit(f"{path.name} holds {len(found):,} tunes: {kept} stands in the history, the first one is open.")
            self._context.offer_recipe(note)

        self._context.read_aside(lambda: load_all(path), arrived)

    def open_score(self, score: Score, recipe: str = "") -> None:
        """Make `score` the sheet's and show all of it."""
        self.candidates.discard()
        self.state.document.apply("Open a score", Sheet(score, origin=Origin.of(recipe, score) if recipe else None))
        self.state.choose_bars(None)
        self.state.choose_track(max(range(len(score.tracks)), key=lambda number: len(score.tracks[number].notes), default=0))
        self.state.settings_changed.emit()
        self.playing.sounding.seek(0)
        self.grid.fit(bars=OPENING_BARS)
        self.grid.setFocus()

    # Small things.

    def show_view(self, name: str) -> None:
        """The notes, the falling notes or the engraved page."""
        self.playing.transport.show_view(name)
        self.edit_bar.setVisible(name == "roll")
        self.views.look(name)

    def export(self) -> None:
        """Ask where, and write the score or its sound on the file threads."""
        ask_and_export(self._context, self.state.document.sheet, self)

    def _follow(self, tick: int, pitch: int) -> None:
        """Keep the newest note of a growing score in sight, unless the playhead leads."""
        if not self.playing.sounding.playing and self.state.view.follow(tick, pitch):
            self.state.view_changed.emit()

    def _show_new_piece(self) -> None:
        """A piece that was not made from the one before is shown from its beginning."""
        if self._new_piece:
            self._new_piece = False
            self.state.choose_bars(None)
            self.grid.fit(bars=OPENING_BARS)
