"""The writing workspace: the page alone in the middle, pages and versions at the left, what the model remembers under the inspector."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.engine import Job, Request
from studio.generators import Action, Capability
from studio.media import Text
from studio.ui import theme
from studio.ui.actions import Command, several
from studio.ui.context import AppContext
from studio.ui.widgets.filmstrip import ASSET_MIME
from studio.ui.widgets.labels import hairline
from studio.ui.widgets.palette import Found
from studio.ui.workspace import Bound, PlainWorkspace
from studio.ui.writing import export
from studio.ui.writing.bars import StatusBar, TopBar
from studio.ui.writing.branches import BranchTree
from studio.ui.writing.candidates import Candidates
from studio.ui.writing.code import CodeLook
from studio.ui.writing.commands import TextCommands
from studio.ui.writing.curve import SurpriseCurve
from studio.ui.writing.editor import PageEdit
from studio.ui.writing.empty import Beginning
from studio.ui.writing.finding import FindBar
from studio.ui.writing.ghost import GhostWriter
from studio.ui.writing.importer import Importer
from studio.ui.writing.making import Making
from studio.ui.writing.model_queries import ModelQueries
from studio.ui.writing.pages_panel import PagesPanel
from studio.ui.writing.proofing import Proofing
from studio.ui.writing.remembering import Remembering
from studio.ui.writing.returning import Returning
from studio.ui.writing.sheet import Sheet
from studio.ui.writing.surprisal_view import SurprisalView
from studio.ui.writing.wayfinding import Wayfinding

SWITCHED = "page.switches"  # what is switched on, remembered in the project
CURVE_MS = 120  # the curve follows a little behind: a keystroke comes first
USUALLY_ON = {"ghost_text": True, "spelling": True}


class WritingWorkspace(PlainWorkspace):
    """One page of the project, and what is done to it."""

    name, title, icon = "writing", "Writing", "pen-line"
    makes = "text"
    is_typed = True

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.edit = PageEdit()
        self.sheet = Sheet(context, self.edit, self)
        self.candidates = Candidates(self.sheet)
        self.remembering = Remembering(context, self.sheet)
        self.making = Making(context, self.sheet, self.candidates, lambda: self.remembering.story)
        self.ghost = GhostWriter(self.edit, ModelQueries(context, "ghost"), self.making.ghost_settings, lambda: self.candidates.busy)
        self.surprisal = SurprisalView(context, self.sheet)
        self.proofing = Proofing(context, self.sheet)
        self.code = CodeLook(context, self.sheet)
        self.finding = FindBar()
        self.marks = TextCommands(self.sheet, self.finding)
        self.bar, self.status = TopBar(self._switches(), partial(self.marks.open_finding, False)), StatusBar()
        self.curve = SurpriseCurve()
        self.pages = PagesPanel()
        self.way = Wayfinding(context, self.sheet, self.finding, self.status, self.open_page, self.candidates.discard)
        self.tree = BranchTree()
        self.beginning = Beginning(self.edit)
        self.importer = Importer(context, self.sheet, self.open_page)
        self.returning = Returning(context, self.sheet, self.candidates)
        self._suited = -1
        self._on: dict[str, bool] = {**USUALLY_ON, **(context.project.setting(SWITCHED) or {})}
        self._lay_out()
        self._connect()
        self._opened()
        for command in self._switches():
            self._switch(command.id, bool(self._on.get(command.id)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.tree)
        middle.addWidget(self.edit, 1)
        column.addWidget(self.bar)
        column.addWidget(self.finding)
        column.addWidget(self.way.everywhere)
        column.addLayout(middle, 1)
        for below in (self.candidates, self.curve, hairline(), self.status):
            column.addWidget(below)

    def _connect(self) -> None:
        sheet, edit, surprisal, pages = self.sheet, self.edit, self.surprisal, self.pages
        sheet.before_typing = self.candidates.edited
        sheet.changed.connect(lambda *_: self._page_changed())
        sheet.opened.connect(self._opened)
        sheet.named.connect(lambda: self._show_pages())
        sheet.problem.connect(lambda sentence: self._context.problem.emit(sentence, ""))
        sheet.tally.changed.connect(self._show_counts)
        edit.moved.connect(self._cursor_moved)
        edit.undo_wanted.connect(self.undo)
        edit.redo_wanted.connect(self.redo)
        edit.panels_wanted.connect(self._context.wishes.panels)
        edit.left.connect(self.escape)
        edit.pasted.connect(lambda text: self._put("Paste", text))
        edit.verticalScrollBar().valueChanged.connect(lambda _: self._curve_changed())
        self.ghost.taken.connect(lambda text: self._put("Take the ghost", text))
        self.ghost.taken.connect(lambda text: self.sheet.past.took(self._context.model, text))
        self._soon = QTimer(self, singleShot=True, interval=CURVE_MS)
        self._soon.timeout.connect(self._show_curve)
        surprisal.bits_changed.connect(self._curve_changed)
        surprisal.go_on_wanted.connect(self._go_on_at)
        self.curve.pressed.connect(self.way.go_to_share)
        self.finding.left.connect(self.marks.leave_finding)
        self.remembering.room_changed.connect(self.status.show_room)
        self.beginning.pressed.connect(lambda: self._context.wishes.act.emit(Capability.GENERATES, None))
        pages.page_wanted.connect(self.open_page)
        pages.new_wanted.connect(lambda: self.open_page(None))
        pages.away_wanted.connect(self._put_away)
        pages.version_wanted.connect(self.returning.look_at)
        pages.keep_wanted.connect(self.returning.keep_version)
        pages.version_named.connect(lambda version, name: self.sheet.past.name(version, name))
        self.tree.wanted.connect(self.returning.go_to_branch)
        self._context.model_changed.connect(lambda _: self._model_changed())
        self.candidates.diff.hide()
        edit.setAcceptDrops(True)
        edit.dropped.connect(self.importer.dropped)

    # What the window asks for.

    def left_panel(self) -> QWidget:
        """The pages and the outline, for the place at the left."""
        return self.way.left(self.pages)

    def side_panel(self) -> QWidget:
        """What the model is to remember, for the place under the inspector."""
        area = QScrollArea()
        area.setWidget(self.remembering.panel)
        area.setWidgetResizable(True)
        return area

    def commands(self) -> Sequence[Command]:
        edit, candidates = self.edit, self.candidates
        return [
            *several(export=self.export),
            Command("new_page", "New page", "File", partial(self.open_page, None), "file-plus", "Ctrl+Shift+N"),
            Command(
                "keep_version", "Keep this version", "File", self.returning.keep_version, "pin", "Ctrl+S",
                "The page as it is now, to go back to",
            ),
            *several(cut=edit.cut, copy=edit.copy, paste=edit.paste, select_all=edit.selectAll),
            *self.marks.commands(),
            Command("word_goal", "Goal of words", "Text", self.status.ask_goal, "map-pin", "", "How many words this page is to have"),
            *self._switches(),
            Command(
                "story", "Memory and notes", "Text", self.remembering.panel.toggle, "book-open", "Ctrl+Shift+Y",
                "What the model is to remember",
            ),
            Command(
                "next_words", "Next candidate", "Text", candidates.step, "chevron-right", "Alt+Down",
                "What a model offers, one after the other",
            ),
            Command("keep_words", "Keep the candidate", "Text", candidates.keep, "check", "Ctrl+Shift+Return"),
        ]  # fmt: skip

    def _switches(self) -> list[Command]:
        """What is switched on and off, which stands over the page, too."""

        def switch(name: str, label: str, icon: str, shortcut: str, help: str, menu: str = "Text") -> Command:
            return Command(name, label, menu, partial(self._toggle, name), icon, shortcut, help)

        return [
            switch("branches", "Branches", "git-branch", "Ctrl+Shift+B", "Every continuation that was made, to go back to"),
            switch("focus_mode", "Focus on the paragraph", "crosshair", "Ctrl+D", "All others step back", "View"),
            switch("tint", "Show surprise", "eye", "Ctrl+T", "Tints what the model did not expect; press a word to change it"),
            switch("hand_pick", "Pick words by hand", "mouse-pointer-2", "Ctrl+Shift+P", "After each word, the likeliest next: 1–9"),
            switch("ghost_text", "Ghost text", "sparkles", "Ctrl+Shift+G", "Tab takes it, Ctrl+Right a word of it, Esc none"),
            switch("spelling", "Spelling", "circle-check", "F7", "Underlines words that no dictionary has"),
        ]

    def tool_shortcuts(self) -> list[tuple[str, str]]:
        return [("Take the ghost text", "Tab"), ("Take a word of it", "Ctrl+Right"), ("Undo typing", "Ctrl+Z")]

    def undo(self) -> bool:
        self.candidates.discard()
        return self.sheet.undo()

    def redo(self) -> bool:
        self.candidates.discard()
        return self.sheet.redo()

    def can_undo(self) -> bool:
        """Candidates that are shown are let go of by undo, too."""
        return self.sheet.document.history.can_undo or self.candidates.busy

    def can_redo(self) -> bool:
        return self.sheet.document.history.can_redo

    def things(self) -> Sequence[Found]:
        """The pages, by their titles."""
        icon = theme.icon(self.icon)
        return [Found(name, "Page", icon, partial(self.open_page, number)) for number, name in self.sheet.pages.all()]

    def escape(self) -> bool:
        """Leave the ghost, a list of words, the search or the candidates; False when there was none of it."""
        if self.ghost.dismiss() or self.surprisal.leave() or self.candidates.discard():
            return True
        if not self.finding.isHidden():
            self.marks.leave_finding()
            return True
        return False

    def settle(self) -> None:
        """Before the window closes."""
        self.ghost.dismiss()
        self.candidates.discard()
        self.remembering.settle()
        self.sheet.close()
        for part in (self, self.ghost, self.remembering, self.surprisal):
            for timer in part.findChildren(QTimer):  # nothing is asked of a model any more
                timer.stop()

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """With the cursor at the end, where a model would go on."""
        self.rest_at_the_end()
        yield lambda: not self.ghost.waiting

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.edit.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_pages()
        self._say_what_suits()

    # Making.

    def bind(self, action: Action, given: Container[str]) -> Bound:
        self.ghost.dismiss()
        self.surprisal.leave()
        return self.making.bind(action, given)

    def begin(self, request: Request) -> Job | None:
        self.ghost.dismiss()
        self.surprisal.leave()
        return self.making.begin(request)

    def _go_on_at(self, first: int) -> None:
        """Write on at a place of the page: the word that stands there is the first to go."""
        if self.making.continuation() is None:
            self._context.problem.emit("The model in hand cannot continue a text. Choose another one in the inspector.", "")
            return
        self.making.go_on_from(first)
        self._context.wishes.act.emit(Capability.CONTINUES, None)

    # Opening.

    def open_page(self, number: int | None) -> None:
        """Another page of the project; None begins one."""
        self.candidates.discard()
        self.ghost.dismiss()
        self.sheet.open(number)
        self.edit.setFocus()

    def place(self, asset: int) -> None:
        """Open a text; write about any other work."""
        self.importer.place(asset)

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.importer.open_file(path)

    def export(self) -> None:
        """Ask where, and write the page on the file threads."""
        export.ask_and_export(self._context, Text(self.sheet.content), self.note(), self, self.sheet.pages.file(self.sheet.pages.number))

    def note(self) -> str:
        """What a file of this page says of how it was made."""
        return export.note_of(self._context.project, self.sheet.past.assets(), self.sheet.content, self.sheet.past.taken)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ASSET_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.importer.dropped(event.mimeData())
        event.acceptProposedAction()

    # Pages.

    def rest_at_the_end(self) -> None:
        """Put the cursor behind the last word and let the model in hand say what it would write there."""
        end = len(self.sheet.content)
        self.edit.choose(end, end)
        self.edit.setFocus()
        self.ghost.ask()

    def _put_away(self, number: int, away: bool) -> None:
        self.sheet.pages.put_away(number, away)
        if away and number == self.sheet.pages.number:
            self.open_page(self.sheet.pages.all()[0][0])
        elif not away:
            self.open_page(number)
        self._show_pages()

    # Switches.

    def _toggle(self, name: str) -> None:
        self._switch(name, not self._on.get(name))
        self._context.remember(SWITCHED, self._on)

    def _switch(self, name: str, on: bool) -> None:
        self._on[name] = on
        self.bar.mark(name, on)
        match name:
            case "branches":
                self.tree.setVisible(on)
            case "focus_mode":
                self.edit.layers.focus = on
                self.edit.setCenterOnScroll(on)
                self.edit.viewport().update()
            case "tint":
                self.surprisal.set_tinting(on)
                self.curve.setVisible(on)
            case "hand_pick":
                self.surprisal.set_picking(on)
            case "ghost_text":
                self.ghost.set_on(on)
            case "spelling":
                self.proofing.set_on(on)

    # What is shown.

    def _opened(self) -> None:
        self.sheet.past.changed.append(self._show_past)
        self._show_past()
        self._show_pages()
        self._page_changed()
        if self.isVisible():
            self._say_what_suits()

    def _say_what_suits(self) -> None:
        """Once a page: what is written is gone on with, an empty page begun."""
        if self._suited != self.sheet.pages.number:
            self._suited = self.sheet.pages.number
            self._context.wishes.suits.emit(Capability.CONTINUES if self.sheet.content.strip() else Capability.GENERATES)

    def _page_changed(self) -> None:
        self._context.wishes.changed.emit()
        self.beginning.show_for(not self.edit.text)
        self._show_counts()
        self._curve_changed()
        self.marks.look_again()

    def _cursor_moved(self) -> None:
        self._show_counts()
        if self.edit.layers.focus:
            self.edit.viewport().update()

    def _show_counts(self) -> None:
        self.status.show_counts(*self.sheet.counts())

    def _curve_changed(self) -> None:
        if not self.curve.isHidden() and not self._soon.isActive():
            self._soon.start()

    def _show_curve(self) -> None:
        if not self.curve.isHidden():
            length = max(1, len(self.sheet.content))
            first, last = self.edit.visible_span()
            self.curve.show_bits(self.surprisal.bits, length, (first / length, last / length))

    def _show_pages(self) -> None:
        self.bar.show_name(self.sheet.pages.title(self.sheet.pages.number))
        self.pages.show_pages(self.sheet.pages)

    def _show_past(self) -> None:
        self.pages.show_past(self.sheet.past)
        self.tree.show_past(self.sheet.past)

    def _model_changed(self) -> None:
        self.ghost.dismiss()
        self.surprisal.forget()
        self.beginning.show_model(
            self._context.card.title if self._context.card and self._context.serves(self._context.model, self.makes) else ""
        )

    def _put(self, label: str, text: str) -> None:
        """Write something at the cursor, as one step."""
        first, last = self.edit.chosen()
        self.candidates.discard()
        if self.sheet.apply(label, first, last, text):
            end = first + len(text)
            self.edit.choose(end, end)
            self.ghost.wake()
