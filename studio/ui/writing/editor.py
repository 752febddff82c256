"""The page itself: plain text in a column, what is typed told as splices, what was edited elsewhere shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from studio.documents.page.edits import Edit
from studio.documents.page.lines import clean, counted_twice
from studio.documents.page.marks import line_break
from studio.media import Text
from studio.ui import theme
from studio.ui.widgets.filmstrip import ASSET_MIME
from studio.ui.writing.highlighter import Highlighter
from studio.ui.writing.painting import Layers
from studio.ui.writing.preedit import Preedit

TOP, LEAST_MARGIN = 40, 24
DIGITS = "123456789"


class PageEdit(QPlainTextEdit):
    """`text` is what it shows. Places are counted in characters, as Python counts them, not in Qt's halves of surrogate pairs."""

    edited = Signal(int, str, str)  # a hand changed the page: where, what was taken out, what was put in
    typed = Signal()
    moved = Signal()  # the cursor or what is chosen
    pasted = Signal(str)  # already cleaned
    undo_wanted = Signal()
    redo_wanted = Signal()
    panels_wanted = Signal()
    menu_asked = Signal(object, int)  # the menu, before it opens, and the place that was pressed
    word_pressed = Signal(int)
    digit_pressed = Signal(int)
    left = Signal()
    dropped = Signal(object)  # a QMimeData with a file or a work of the history

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        self._ghost = Preedit(self)
        self.takes_digits = False
        self._refuse: Callable[[], None] | None = None
        self.code = ""  # the ending of a page of code
        self.layers = Layers(self, self.visible_blocks, self.index_of)
        self._wide = 0  # characters beyond the basic plane, which Qt counts twice
        self._mirroring = False
        self.setAccessibleName("Page")
        self.setProperty("role", "page")
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(False)
        self.setCursorWidth(2)
        self.setFont(theme.page_font())
        self.document().setDefaultFont(theme.page_font())
        self.document().setDocumentMargin(0)
        self.highlighter = Highlighter(self.document())
        self.document().contentsChange.connect(self._changed)
        self.cursorPositionChanged.connect(self._moved)
        self.selectionChanged.connect(self._moved)
        theme.current().changed.connect(self.viewport().update)

    # What is shown, from outside.

    def set_text(self, text: str) -> None:
        """Show another page."""
        self.set_ghost("")
        self._mirroring = True
        self.setPlainText(text)
        self._mirroring = False
        self.text = text
        self._wide = 0 if text.isascii() else sum(letter > "\uffff" for letter in text)

    def protect(self, refuse: Callable[[], None] | None) -> None:
        """Let nobody type where `refuse` is given; it is called when somebody tries. The page can be read, searched and copied from."""
        self._refuse = refuse
        self.setReadOnly(refuse is not None)
        if refuse is not None:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)

    def show_edits(self, edits: Sequence[Edit]) -> None:
        """Make edits that were made elsewhere, and put the cursor behind the last of them."""
        self.set_ghost("")
        cursor = self.textCursor()
        for edit in edits:
            self._splice(cursor, edit.at, len(edit.removed), edit.inserted)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def append_at(self, at: int, piece: str) -> None:
        """Put in what a model has just written; a cursor that stands there goes along."""
        self._splice(QTextCursor(self.document()), at, 0, piece)

    def replace(self, at: int, removed: int, inserted: str) -> None:
        """Show other characters in a place, leaving the person's cursor where it is."""
        self._splice(QTextCursor(self.document()), at, removed, inserted)

    def follow(self, place: int) -> None:
        """Keep what grows in sight where the cursor goes along with it."""
        if self.place() == place:
            self.ensureCursorVisible()
        self.viewport().update()

    def _splice(self, cursor: QTextCursor, at: int, removed: int, inserted: str) -> None:
        first, last = self.position_of(at), self.position_of(at + removed)
        self._mirroring = True
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(inserted)
        self._mirroring = False
        gone = self.text[at : at + removed]
        self.text = self.text[:at] + inserted + self.text[at + removed :]
        self._wide += counted_twice(inserted) - counted_twice(gone)

    def choose(self, first: int, last: int) -> None:
        """Select characters, the cursor behind them."""
        cursor = self.textCursor()
        cursor.setPosition(self.position_of(first))
        cursor.setPosition(self.position_of(last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    # Where things are.

    def position_of(self, index: int) -> int:
        """Qt's position of a character."""
        return index + (counted_twice(self.text[:index]) if self._wide else 0)

    def index_of(self, position: int) -> int:
        """The character at one of Qt's positions."""
        if not self._wide:
            return position
        halves = self.text[:position].encode("utf-16-le", "surrogatepass")[: 2 * position]
        return len(halves.decode("utf-16-le", "ignore"))

    def place(self) -> int:
        """Where the cursor is."""
        return self.index_of(self.textCursor().position())

    def chosen(self) -> tuple[int, int]:
        """First and last of what is selected; both the cursor's place where nothing is."""
        cursor = self.textCursor()
        return self.index_of(cursor.selectionStart()), self.index_of(cursor.selectionEnd())

    def at_paragraph_end(self) -> bool:
        cursor = self.textCursor()
        return not cursor.hasSelection() and cursor.atBlockEnd()

    def visible_blocks(self) -> list[tuple[QTextBlock, QPoint]]:
        """The paragraphs in sight, each with the corner of its layout."""
        found, block = [], self.firstVisibleBlock()
        offset, bottom = self.contentOffset(), self.viewport().height()
        while block.isValid():
            corner = self.blockBoundingGeometry(block).translated(offset).topLeft()
            if corner.y() > bottom:
                break
            if block.isVisible():
                found.append((block, corner.toPoint()))
            block = block.next()
        return found

    def visible_span(self) -> tuple[int, int]:
        """First and last of the characters in sight, about."""
        blocks = self.visible_blocks()
        if not blocks:
            return 0, 0
        last = blocks[-1][0]
        return self.index_of(blocks[0][0].position()), self.index_of(last.position() + last.length() - 1)

    def cursor_rectangle(self) -> QRectF:
        return QRectF(self.cursorRect())

    # The ghost.

    @property
    def ghost(self) -> str:
        """What is drawn behind the cursor, no part of the page."""
        return self._ghost.text

    def set_ghost(self, ghost: str) -> None:
        """Draw `ghost` behind the cursor as if it were written there; "" takes it away."""
        self._ghost.show(ghost)

    # What a hand does.

    def _changed(self, position: int, removed: int, added: int) -> None:
        """Qt counts the end of the document among what changed, now and then; lengths are taken from the lengths of the whole."""
        if self._mirroring:
            return
        length = self.document().characterCount() - 1
        added = max(0, min(added, length - position))
        removed = len(self.text) + self._wide - length + added
        if removed < 0 or (removed == 0 and added == 0):
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        cursor.setPosition(position + added, QTextCursor.MoveMode.KeepAnchor)
        inserted = cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
        first, last = self.index_of(position), self.index_of(position + removed)
        gone = self.text[first:last]
        if gone == inserted:
            return
        self.text = self.text[:first] + inserted + self.text[last:]
        self._wide += counted_twice(inserted) - counted_twice(gone)
        self.edited.emit(first, gone, inserted)

    def _moved(self) -> None:
        if not self._mirroring:
            self.moved.emit()

    def event(self, event: QEvent) -> bool:
        """Esc is the ghost's while there is one; what is typed is never a command."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and (self.ghost or self.takes_digits):
                event.accept()
                return True
            if event.key() == Qt.Key.Key_Tab:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_wanted.emit()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.panels_wanted.emit()
        elif key == Qt.Key.Key_Escape and plain:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        elif self.takes_digits and plain and event.text() in DIGITS and event.text():
            self.digit_pressed.emit(int(event.text()))
        elif self._refuse is not None and (_writes(event) or event.matches(QKeySequence.StandardKey.Paste)):
            self._refuse()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)
            if event.text():
                self.typed.emit()

    def _enter(self) -> None:
        """A line, never the soft break that Qt makes of Shift+Enter; in a list the next item."""
        cursor = self.textCursor()
        written = line_break(self.text, self.place()) if self.at_paragraph_end() else None
        if written == "":
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        else:
            cursor.insertText(written or "\n")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self.typed.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.set_ghost("")
        super().inputMethodEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shown, pressed = self.ghost, self.cursorForPosition(event.position().toPoint())
        self.set_ghost("")
        super().mousePressEvent(event)
        if shown and event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            self.setTextCursor(pressed)  # what was pressed has moved when the ghost went

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.word_pressed.emit(self.index_of(self.cursorForPosition(event.position().toPoint()).position()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.set_ghost("")
        menu = self.createStandardContextMenu()
        self.menu_asked.emit(menu, self.index_of(self.cursorForPosition(event.pos()).position()))
        menu.exec(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _from_outside(event.mimeData()):
            self._light(True)
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)
        super().dragLeaveEvent(event)

    def _light(self, on: bool) -> None:
        self.layers.lit = on
        self.viewport().update()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _from_outside(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if _from_outside(event.mimeData()):
            self._light(False)
            self.dropped.emit(event.mimeData())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        first, last = self.chosen()
        data.setText(self.text[first:last])
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.pasted.emit(clean(Text(source.text()).content))

    # How it looks.

    def sizeHint(self) -> QSize:
        return QSize(600, 400)

    def column(self) -> float:
        """How wide the column is: as many characters as the look wants of an average line."""
        return theme.column(bool(self.code))

    def side(self) -> int:
        """How wide the margins at the left and the right are."""
        return max(LEAST_MARGIN, int((self.width() - self.column()) / 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        side, bar = self.side(), self.verticalScrollBar()
        right = side - (bar.width() if bar.isVisible() else 0)  # or a ghost that lengthens the page would break all its lines anew
        if (self.viewportMargins().left(), self.viewportMargins().right()) != (side, right):
            self.setViewportMargins(side, TOP, right, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self.layers.paint_below(painter)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self.layers.paint_above(painter)
        painter.end()


def _writes(event: QKeyEvent) -> bool:
    """Whether a key would change the page."""
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return False
    return bool(event.text()) or event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


def _from_outside(data: QMimeData) -> bool:
    """Whether a file or a work of the history is dragged, not words."""
    return data.hasUrls() or data.hasFormat(ASSET_MIME)
