"""Markdown rendered lightly: headings larger, emphasis slanted, marks quiet; or the parts of code. One line at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from studio.media.text.code import Span
from studio.ui import theme

LONGEST = 4000  # characters of a line that are looked at
_ANY = re.compile(r"[#*_`>~\-+\d]")
_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
_BEGIN = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|>+)[ \t]+")
_RULE = re.compile(r"\s*([-*_])(?:[ \t]*\1){2,}\s*$")
_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<strong>(?P<s>\*\*|__)(?=\S)(?:.+?)(?<=\S)(?P=s))"
    r"|(?P<em>(?<![\w*])(?P<e>[*_])(?=[^\s*_])(?:.+?)(?<=[^\s*_])(?P=e)(?![\w*]))"
    r"|(?P<struck>~~(?=\S)(?:.+?)(?<=\S)~~)"
)


class Highlighter(QSyntaxHighlighter):
    """Knows lines alone, so that a change costs one line."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.spans: Callable[[int, str], Sequence[Span]] | None = None  # of a page of code: what stands in a line
        self._make()
        theme.current().changed.connect(self._dress)

    def _dress(self) -> None:
        self._make()
        self.rehighlight()

    def _make(self) -> None:
        t = theme.tokens()
        self._quiet, self._strong, self._em, self._struck, self._code = (QTextCharFormat() for _ in range(5))
        self._quiet.setForeground(t.color("disabled"))
        self._strong.setFontWeight(QFont.Weight.Bold)
        self._em.setFontItalic(True)
        self._struck.setFontStrikeOut(True)
        self._struck.setForeground(t.color("quiet"))
        self._code.setForeground(t.color("accent"))
        self._quote = QTextCharFormat()
        self._quote.setForeground(t.color("quiet"))
        self._quote.setFontItalic(True)
        self._parts: dict[str, QTextCharFormat] = {}
        colours = {"keyword": t.color("accent"), "string": t.color("good"), "comment": t.color("quiet"), "number": t.color("warn")}
        for kind, colour in (colours | {"name": t.tracks()[1]}).items():
            self._parts[kind] = QTextCharFormat()
            self._parts[kind].setForeground(colour)
        self._parts["comment"].setFontItalic(True)
        self._headings: list[QTextCharFormat] = []
        for size in theme.PAGE_HEADINGS:
            made = QTextCharFormat()
            made.setFont(theme.page_font(size), QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
            made.setFontWeight(QFont.Weight.Bold)
            self._headings.append(made)

    def highlightBlock(self, text: str) -> None:
        if self.spans is not None:
            self._code_line(text)
            return
        if not text or _ANY.search(text) is None:
            return
        text = text[:LONGEST]
        if found := _HEADING.match(text):
            level = min(len(found[1]), len(self._headings)) - 1
            self.setFormat(0, len(text), self._headings[level])
            mark = QTextCharFormat(self._headings[level])
            mark.setForeground(self._quiet.foreground())
            self.setFormat(0, len(found[1]), mark)
            return
        if _RULE.match(text):
            self.setFormat(0, len(text), self._quiet)
            return
        if found := _BEGIN.match(text):
            quoted = found[0].lstrip().startswith(">")
            if quoted:
                self.setFormat(0, len(text), self._quote)
            self.setFormat(0, found.end(), self._quiet)
        self._inline(text)

    def _code_line(self, text: str) -> None:
        assert self.spans is not None
        if len(text) > LONGEST:
            return
        wide = not text.isascii()
        for first, last, kind in self.spans(self.currentBlock().blockNumber(), text):
            if wide:  # Qt counts letters beyond the basic plane twice
                first, last = (len(text[:each].encode("utf-16-le")) // 2 for each in (first, last))
            self.setFormat(first, last - first, self._parts[kind])

    def _inline(self, text: str) -> None:
        for found in _INLINE.finditer(text):
            kind = found.lastgroup if found.lastgroup in ("code", "strong", "em", "struck") else ""
            kind = kind or next(name for name in ("code", "strong", "em", "struck") if found[name])
            look = {"code": self._code, "strong": self._strong, "em": self._em, "struck": self._struck}[kind]
            mark = 2 if kind in ("strong", "struck") else 1
            first, last = found.span()
            for begin, stop, made in (
                (first, first + mark, self._quiet),
                (first + mark, last - mark, look),
                (last - mark, last, self._quiet),
            ):
                merged = QTextCharFormat(self.format(begin))
                merged.merge(made)
                self.setFormat(begin, stop - begin, merged)
