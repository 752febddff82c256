"""Going back to what a page has been: a version that was kept, or a branch of what models wrote."""

from __future__ import annotations

from studio.documents.page.lines import clean
from studio.documents.page.versions import Place, Version
from studio.ui.context import AppContext
from studio.ui.writing.candidates import Candidates
from studio.ui.writing.sheet import Sheet


class Returning:
    """Versions are looked at as candidates, branches become the page at once; both as one step."""

    def __init__(self, context: AppContext, sheet: Sheet, candidates: Candidates) -> None:
        self._context, self._sheet, self._candidates = context, sheet, candidates

    def keep_version(self) -> None:
        self._sheet.past.keep_version(self._sheet.content, "")
        self._context.notice.emit("This version is kept.")

    def look_at(self, version: Version) -> None:
        """Show how the page was; it can be gone back to."""
        past = self._sheet.past

        def show(text: str) -> None:
            if past is self._sheet.past:
                self._candidates.discard()
                content = self._sheet.content
                self._candidates.look(Place(0, len(content), "An older version of this page"), content, text)

        self._context.read_aside(lambda: past.version_text(version), show)

    def go_to_branch(self, number: int) -> None:
        """Make the page what it was with that continuation, as one step."""
        past = self._sheet.past

        def show(text: str) -> None:
            if past is self._sheet.past:
                self._candidates.discard()
                past.keep_version(self._sheet.content)
                self._sheet.rewrite("Go to a branch", clean(text))
                past.go(number)

        self._context.read_aside(lambda: past.branch_text(number), show)
