"""What the commands of the page do to its words, and to what is looked for in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial

from PySide6.QtWidgets import QMenu

from studio.documents.page import marks
from studio.documents.page.marks import Marked
from studio.ui.actions import Command
from studio.ui.writing.finding import COUNTED, FindBar
from studio.ui.writing.sheet import Sheet


class TextCommands:
    """Everything here is one step of undo."""

    def __init__(self, sheet: Sheet, finding: FindBar) -> None:
        self._sheet, self._edit, self._finding = sheet, sheet.edit, finding
        self._hits: list[tuple[int, int]] = []
        finding.changed.connect(self._look)
        finding.go_wanted.connect(self.find)
        finding.replace_wanted.connect(self.replace)
        finding.replace_all_wanted.connect(self.replace_all)
        sheet.edit.menu_asked.connect(self._offer_undo)

    def commands(self) -> list[Command]:
        return [
            Command("find", "Find", "Text", partial(self.open_finding, False), "search", "Ctrl+F"),
            Command("find_everywhere", "Find in all pages", "Text", partial(self.open_finding, False, True), "scan-search", "Ctrl+Shift+F"),
            Command("replace", "Find and replace", "Text", partial(self.open_finding, True), "search", "Ctrl+H"),
            Command("find_next", "Find the next one", "Text", partial(self.find, 1), "chevron-down", "F3"),
            Command("strong", "Strong", "Text", partial(self._emphasise, "Strong", "**"), "bold", "Ctrl+B"),
            Command("emphasis", "Emphasis", "Text", partial(self._emphasise, "Emphasis", "*"), "italic", "Ctrl+I"),
            Command("heading_1", "Heading", "Text", partial(self._heading, 1), "", "Ctrl+Alt+1"),
            Command("heading_2", "Smaller heading", "Text", partial(self._heading, 2), "", "Ctrl+Alt+2"),
            Command("heading_3", "Smallest heading", "Text", partial(self._heading, 3), "", "Ctrl+Alt+3"),
            Command("plain_lines", "No heading", "Text", partial(self._heading, 0), "", "Ctrl+Alt+0"),
            Command("list", "List", "Text", lambda: self._mark("List", marks.listed(*self._chosen(), False)), "", "Ctrl+Shift+U"),
            Command(
                "numbered_list", "Numbered list", "Text", lambda: self._mark("Numbered list", marks.listed(*self._chosen(), True)), "",
                "Ctrl+Shift+O",
            ),
            Command("quote", "Quotation", "Text", lambda: self._mark("Quotation", marks.quoted(*self._chosen())), "", "Ctrl+Shift+Q"),
        ]  # fmt: skip

    def _offer_undo(self, menu: QMenu, place: int) -> None:
        """The menu's Undo and Redo are Qt's, which knows nothing of the steps of the page: they take those."""
        del place
        document = self._sheet.document
        steps = {"edit-undo": (document.history.undo_label, self._sheet.undo), "edit-redo": (document.history.redo_label, self._sheet.redo)}
        for action in menu.actions():
            label, work = steps.get(action.objectName(), ("", None))
            if work is not None:
                action.setEnabled(bool(label) and not self._sheet.previewing)
                action.triggered.connect(lambda _, work=work: work())

    # Marks.

    def _chosen(self) -> tuple[str, int, int]:
        return (self._sheet.content, *self._edit.chosen())

    def _emphasise(self, label: str, mark: str) -> None:
        self._mark(label, marks.emphasised(*self._chosen(), mark))

    def _heading(self, level: int) -> None:
        self._mark("Heading", marks.heading(*self._chosen(), level))

    def _mark(self, label: str, marked: Marked) -> None:
        if self._sheet.previewing:
            return
        self._sheet.apply(label, marked.at, marked.at + marked.removed, marked.inserted)
        self._edit.choose(marked.first, marked.last)

    # Finding.

    def open_finding(self, replace: bool, everywhere: bool = False) -> None:
        """Look for what is chosen, or for what will be typed; on this page or on all."""
        first, last = self._edit.chosen()
        self._finding.open(self._edit.text[first:last], replace, everywhere)

    def leave_finding(self) -> None:
        self._finding.leave()
        self.look_again()
        self._edit.setFocus()

    def look_again(self) -> None:
        """The page or the search is another one."""
        if self._finding.isHidden():
            self._edit.layers.hits = None
            self._edit.viewport().update()
        elif self._edit.layers.hits is not None:
            self._look()

    def _look(self) -> None:
        pattern = self._finding.pattern()
        self._edit.layers.hits = pattern
        self._hits = []
        if pattern is not None:
            for found in pattern.finditer(self._sheet.content):
                self._hits.append(found.span())
                if len(self._hits) >= COUNTED:
                    break
        self._show_count()
        self._edit.viewport().update()

    def _show_count(self) -> None:
        chosen = self._edit.chosen()
        at = bisect_left(self._hits, chosen)
        here = at + 1 if at < len(self._hits) and self._hits[at] == chosen else 0
        self._finding.show_count(here, len(self._hits))

    def find(self, by: int = 1) -> bool:
        """Choose the next hit, or the one before; round the end where there is no more. False where there is none."""
        self._look()
        if not self._hits:
            return False
        first, last = self._edit.chosen()
        starts = [start for start, _ in self._hits]
        at = bisect_left(starts, last if last > first else first) if by > 0 else bisect_right(starts, first - 1) - 1
        self._edit.choose(*self._hits[at % len(self._hits)])
        self._show_count()
        return True

    def replace(self, other: str) -> None:
        """Replace the chosen hit and go to the next; choose one where none is chosen."""
        self._look()
        chosen = self._edit.chosen()
        if chosen in self._hits:
            self._sheet.apply("Replace", *chosen, other)
            self._edit.choose(chosen[0] + len(other), chosen[0] + len(other))
        self.find(1)

    def replace_all(self, other: str) -> None:
        """Replace all hits, as one step."""
        pattern, content = self._finding.pattern(), self._sheet.content
        if pattern is None:
            return
        after = pattern.sub(lambda _: other, content)
        if after != content:
            self._sheet.rewrite("Replace all", after)
        self._look()
