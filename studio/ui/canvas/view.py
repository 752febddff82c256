"""The canvas as a person sees it: it draws the context's board and turns mouse, keys and drops into tools' gestures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTemporaryDir, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.documents.canvas import render
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import AddLayer
from studio.documents.canvas.model import Layer, new_id
from studio.media import MediaError
from studio.ui.canvas import commands, mime
from studio.ui.canvas.surface import BoardSurface
from studio.ui.canvas.tiles import image_of
from studio.ui.canvas.tool_context import Pointer, ToolContext
from studio.ui.canvas.tools.settings import BrushSettings

CURSORS = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
}
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class BoardView(BoardSurface):
    """Draws and edits the board of `context.document`. Positions in signals are board pixels."""

    picture_dropped = Signal(object, str, QPoint)  # Picture, its note, where
    asset_dropped = Signal(int, QPoint)
    file_dropped = Signal(object, QPoint)  # a path, where
    colour_picked = Signal(QColor)
    problem = Signal(str)
    tool_changed = Signal(str)

    def __init__(self, context: ToolContext, empty_title: str, empty_hint: str, parent: QWidget | None = None) -> None:
        super().__init__(context, empty_title, empty_hint, parent)
        self._gesture = False
        self._lifting: QPoint | None = None
        self._wheel = 0
        self._folder: QTemporaryDir | None = None
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Board")
        self.setAccessibleDescription("Layers of pixels. Arrow keys move the active layer, letters choose a tool.")
        context.on_picked = lambda colour: self.colour_picked.emit(QColor(*colour))
        context.on_problem = self.problem.emit
        self._set_cursor()

    # What the workspace asks for

    def set_document(self, document: BoardDocument) -> None:
        self.cancel()
        super().set_document(document)

    def set_tool(self, name: str) -> None:
        if name != self.tool.name:
            self.cancel()
            self.tool = self.tools[name]
            self._set_cursor()
            self.update()
            self.tool_changed.emit(name)

    def cancel(self) -> None:
        """Leave the gesture that is going on, nothing changed."""
        if self._gesture:
            self.tool.cancel(self.context)
        self._gesture, self._panning, self._lifting = False, None, None

    def escape(self) -> bool:
        """Leave the gesture, or else let go of the selection; False when there was neither."""
        if self._gesture:
            self.cancel()
            return True
        return self.deselect()

    def copy(self) -> bool:
        """The selected pixels of the active layer, or all of it, to the clipboard."""
        layer = commands.active(self.context)
        part = render.crop(layer, self.context.document.board.selection) if layer else None
        if part is None:
            if layer:
                self.problem.emit(f"The selection does not touch “{layer.name}”.")
            return False
        mime.copy(part[0])
        return True

    def cut(self) -> bool:
        return self.copy() and commands.delete(self.context, "Cut")

    def paste(self) -> bool:
        """What the clipboard holds as a new layer, at the selection or in the middle of the view."""
        found = mime.clipboard()
        for sentence in found.problems:
            self.problem.emit(sentence)
        selection = self.context.document.board.selection
        at = QPoint(selection.x + selection.rect.w // 2, selection.y + selection.rect.h // 2) if selection else self.centre()
        if found.asset is not None:
            self.asset_dropped.emit(found.asset, at)
        elif not found.pictures and not found.problems:
            self.problem.emit("The clipboard holds no picture.")
        name = commands.free_name(self.context.document.board)
        done = False
        for picture, _ in found.pictures:
            x, y = at.x() - picture.width // 2, at.y() - picture.height // 2
            done = self.context.apply(AddLayer(Layer(new_id(), name, x, y, picture), name="Paste")) or done
            name = commands.free_name(self.context.document.board)
        return done

    def delete(self) -> bool:
        return commands.delete(self.context)

    def duplicate(self) -> bool:
        return commands.duplicate(self.context)

    def select_all(self) -> bool:
        return commands.select_all(self.context)

    def deselect(self) -> bool:
        return commands.deselect(self.context)

    def invert_selection(self) -> bool:
        return commands.invert_selection(self.context)

    def drag_out(self) -> None:
        """Take the active layer to another program, as picture and as file."""
        layer = commands.active(self.context)
        if layer is None:
            return
        self.cancel()
        self._folder = self._folder or QTemporaryDir()
        drag = QDrag(self)
        try:
            drag.setMimeData(mime.offer_file(layer.picture, layer.name, Path(self._folder.path())))
        except MediaError as error:
            self.problem.emit(str(error))
            return
        drag.setPixmap(QPixmap.fromImage(image_of(layer.picture.pixels)).scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and (self._space or self.tool.pans)):
            self._panning = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._lifting = event.position().toPoint()
        elif left:
            self._gesture = True
            self._guarded("press", event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at(event.position())
        if self._panning is not None:
            moved = event.position() - self._panning
            self._panning = event.position()
            self.view.pan(moved.x(), moved.y())
            self.update()
        elif self._lifting is not None:
            if (event.position().toPoint() - self._lifting).manhattanLength() >= QApplication.startDragDistance():
                self.drag_out()
        elif self._gesture:
            if self.tool.lifts and not self.window().rect().contains(self.mapTo(self.window(), event.position().toPoint())):
                self.drag_out()
            else:
                self._guarded("drag", event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._gesture and event.button() == Qt.MouseButton.LeftButton:
            self._gesture = False
            self._guarded("release", event)
        self._panning, self._lifting = None, None
        self._set_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / 120)
        self._wheel -= steps * 120
        if steps:
            self._zoom(steps, event.position())
        event.accept()

    def _guarded(self, part: str, event: QMouseEvent) -> None:
        """Hand a part of a gesture to the tool; what cannot be done becomes a sentence, and the gesture ends."""
        x, y = self.view.board(event.position().x(), event.position().y())
        held = event.modifiers()
        at = Pointer(x, y, bool(held & Qt.KeyboardModifier.ShiftModifier), bool(held & Qt.KeyboardModifier.ControlModifier))
        try:
            getattr(self.tool, part)(self.context, at)
        except MediaError as error:
            self.tool.cancel(self.context)
            self._gesture = False
            self.problem.emit(str(error))

    def _set_cursor(self) -> None:
        self.setCursor(CURSORS["hand" if self._space else self.tool.cursor])

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._standard(event) or self._plain(event)):
            super().keyPressEvent(event)

    def _standard(self, event: QKeyEvent) -> bool:
        """The keys that every program has; the workspace's own actions come first where they name the same."""
        kinds = QKeySequence.StandardKey
        for kind, action in (
            (kinds.Copy, self.copy), (kinds.Cut, self.cut), (kinds.Paste, self.paste), (kinds.SelectAll, self.select_all),
            (kinds.Delete, self.delete), (kinds.Undo, self.context.document.undo), (kinds.Redo, self.context.document.redo),
            (kinds.ZoomIn, self.zoom_in), (kinds.ZoomOut, self.zoom_out),
        ):  # fmt: skip
            if event.matches(kind):
                action()
                return True
        return False

    def _plain(self, event: QKeyEvent) -> bool:
        key, held = Qt.Key(event.key()), event.modifiers()
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if held & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        letters = {ord(tool.shortcut): tool.name for tool in self.tools.values()}
        size = {Qt.Key.Key_BracketLeft: -1, Qt.Key.Key_BracketRight: 1}.get(key)
        if key in ARROWS:
            reach = 8 if shift else 1
            commands.nudge(self.context, ARROWS[key][0] * reach, ARROWS[key][1] * reach)
        elif key == Qt.Key.Key_Space:
            self._space = True
            self._set_cursor()
        elif key == Qt.Key.Key_Escape:
            return self.escape()
        elif key == Qt.Key.Key_Backspace:
            self.delete()
        elif key.value in letters and not shift:
            self.set_tool(letters[key.value])
        elif size is not None:
            self.context.brush.set(size=self.context.brush.settings(BrushSettings).size + size)
            self.update()
        else:
            return False
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._set_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space = False
        super().focusOutEvent(event)

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is not self and mime.can_take(event.mimeData()):
            self._drop_over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_over = False
        self.update()
        at = QPoint(*self.view.board(event.position().x(), event.position().y()))
        paths = mime.files_in(event.mimeData())
        for path in paths:
            self.file_dropped.emit(path, at)
        found = mime.Dropped() if paths else mime.read(event.mimeData())
        for sentence in found.problems:
            self.problem.emit(sentence)
        if found.asset is not None:
            self.asset_dropped.emit(found.asset, at)
        for picture, note in found.pictures:
            self.picture_dropped.emit(picture, note, at)
        event.acceptProposedAction()
