"""Grey text behind the cursor that stands in a paragraph's layout and not in the document."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QPlainTextEdit

from studio.documents.page.lines import counted_twice
from studio.ui import theme

OURS = 0x100000 + 71  # a property of QTextFormat.UserProperty's range
STRENGTH = 0.75


class Preedit:
    """A layout can hold characters that the document has not: what input methods use for what is being composed."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        self._edit = edit
        self._block = -1  # the paragraph that holds it
        self.text = ""

    def show(self, text: str) -> None:
        """Show `text` behind the cursor as if it were written there; "" takes it away."""
        if text == self.text and (not text or self._block == self._edit.textCursor().blockNumber()):
            return
        if self._block >= 0:
            self._lay(self._edit.document().findBlockByNumber(self._block), "")
        self.text, self._block = text, -1
        if text:
            self._block = self._edit.textCursor().blockNumber()
            self._lay(self._edit.textCursor().block(), text)

    def _lay(self, block: QTextBlock, text: str) -> None:
        if not block.isValid():
            return
        layout = block.layout()
        at = self._edit.textCursor().positionInBlock() if text else -1
        kept = [each for each in layout.formats() if not each.format.property(OURS)]  # type: ignore[attr-defined]
        layout.setPreeditArea(at, text.replace("\n", "\u2028"))
        if text:
            kept.append(_range(at, len(text) + counted_twice(text)))
        layout.setFormats(kept)
        self._edit.document().markContentsDirty(block.position(), block.length())
        self._edit.viewport().update()


def _range(start: int, length: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length = start, length  # type: ignore[attr-defined]
    look = QTextCharFormat()
    look.setForeground(theme.tokens().color("quiet", STRENGTH))
    look.setProperty(OURS, True)
    made.format = look  # type: ignore[attr-defined]
    return made
