"""What differs between two texts, word by word: what went is struck, what came stands out."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Iterator

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTextBrowser, QWidget

from studio.ui import theme

SAME, GONE, CAME = "same", "gone", "came"
MOST_WORDS = 4000  # beyond that the whole is shown as gone and come: matching takes time by the square
NEAR = 80  # characters of what stays that are shown beside what changes
FEW = 2
_PIECES = re.compile(r"\s+|\w+(?:['’]\w+)*|[^\w\s]")


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces of both texts in their order: (same, gone or came, characters)."""
    one, other = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(one), len(other)) > MOST_WORDS:
        return [(GONE, before), (CAME, after)] if before != after else [(SAME, before)]
    found: list[tuple[str, str]] = []

    def add(kind: str, pieces: list[str]) -> None:
        if pieces:
            found.append((kind, "".join(pieces)))

    for same, a, b, c, d in _joined(one, other):
        if same:
            add(SAME, one[a:b])
        else:
            add(GONE, one[a:b])
            add(CAME, other[c:d])
    return found


def _joined(one: list[str], other: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches that stay or change. A word or two that happen to stay between changes change with them: else nobody can read it."""
    codes = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    held: tuple[int, int, int, int] | None = None
    for number, (tag, a, b, c, d) in enumerate(codes):
        few = 0 < number < len(codes) - 1 and sum(piece[0].isalnum() for piece in one[a:b]) <= FEW
        if tag != "equal" or few:
            held = (held[0], b, held[2], d) if held is not None else (a, b, c, d)
            continue
        if held is not None:
            yield False, *held
            held = None
        yield True, a, b, c, d
    if held is not None:
        yield False, *held


def _shortened(text: str, opens: bool, ends: bool) -> str:
    """Of a long stretch that stays, the words next to what changes."""
    if len(text) <= 2 * NEAR:
        return text
    before = "" if opens else text[:NEAR].rpartition(" ")[0]
    after = "" if ends else text[-NEAR:].partition(" ")[2]
    return f"{before} … {after}"


class DiffView(QTextBrowser):
    """Draws a difference in the page's letters; as high as it needs, up to `most` pixels."""

    def __init__(self, most: int = 180, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._pieces: list[tuple[str, str]] = []
        self.setProperty("role", "page")
        self.setAccessibleName("What changes")
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDefaultFont(theme.page_font(theme.TITLE_SIZE))
        self.document().setDocumentMargin(0)
        theme.current().changed.connect(self._draw)

    def show_texts(self, before: str, after: str) -> None:
        self._pieces = word_diff(before, after)
        self._draw()

    def pieces(self) -> list[tuple[str, str]]:
        return list(self._pieces)

    def _draw(self) -> None:
        t = theme.tokens()
        looks = {
            SAME: f"color:{t.quiet}",
            GONE: f"color:{t.bad};text-decoration:line-through",
            CAME: f"color:{t.good};text-decoration:underline",
        }
        count = len(self._pieces)
        shown = [(kind, _shortened(text, n == 0, n == count - 1) if kind == SAME else text) for n, (kind, text) in enumerate(self._pieces)]
        body = "".join(f'<span style="{looks[kind]}">{html.escape(text)}</span>' for kind, text in shown)
        self.setHtml(f'<p style="white-space:pre-wrap">{body}</p>')
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        self.setFixedHeight(min(self._most, round(self.document().size().height()) + 2 * theme.SPACE))
