"""The counts of a page, kept while it is edited: only the lines that changed are counted again."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.text.counting import Counts, counts_of

CHUNK = 8000  # characters counted in one turn of the event loop


AT_ONCE = 20_000  # a larger change is counted like a page just opened


class Tally(QObject):
    """`changed` when there is another number. A page just opened is counted bit by bit; edits meanwhile add to what comes of it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.total = Counts()
        self._left: Iterator[Counts] = iter(())
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._count)

    @property
    def counting(self) -> bool:
        return self._turn.isActive()

    def begin(self, content: str) -> None:
        """Count another page."""
        self.total = Counts()
        self._left = _pieces(content)
        if content:
            self._turn.start()
        else:
            self._turn.stop()

    def edited(self, before: str, after: str, at: int, removed: int, inserted: int) -> None:
        """The page `before` became `after`."""
        if removed + inserted > AT_ONCE:
            self.begin(after)
            return
        begin = before.rfind("\n", 0, at) + 1
        end = _line_end(before, at + removed)
        self.total = self.total - counts_of(before[begin:end]) + counts_of(after[begin : end + inserted - removed])
        self.changed.emit()

    def _count(self) -> None:
        found = next(self._left, None)
        if found is None:
            self._turn.stop()
        else:
            self.total += found
        self.changed.emit()


def _line_end(content: str, at: int) -> int:
    end = content.find("\n", at)
    return len(content) if end < 0 else end


def _pieces(content: str) -> Iterator[Counts]:
    """The counts of stretches of whole lines."""
    at = 0
    while at < len(content):
        end = _line_end(content, min(len(content), at + CHUNK))
        yield counts_of(content[at:end])
        at = end
        if end < len(content):
            at += 1
