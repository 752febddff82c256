"""The field of notes: it draws what is in sight and turns mouse and wheel into gestures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.media import named
from studio.ui import theme
from studio.ui.pianoroll import gestures, painting
from studio.ui.pianoroll.gestures import Band, Gesture, Part, Point
from studio.ui.pianoroll.state import RollState
from studio.ui.widgets.filmstrip import ASSET_MIME

ZOOM = 1.2
WHEEL = 0.5  # pixels a unit of the wheel, which has 120 a notch
CURSORS = {"arrow": Qt.CursorShape.ArrowCursor, "cross": Qt.CursorShape.CrossCursor, "wide": Qt.CursorShape.SizeHorCursor}
TOOLS = {
    "select": ("Select", "mouse-pointer-2", "V"),
    "draw": ("Draw", "pencil", "B"),
    "erase": ("Erase", "eraser", "E"),
    "split": ("Split", "scissors", "C"),
}
TEACHING = ("Nothing here yet", "Press and drag to draw a note, drop a MIDI, MusicXML or ABC file, or let a model begin with Ctrl+Enter")


class NoteGrid(QWidget):
    """Draws the tracks of `state` and edits the one in hand."""

    pointer_moved = Signal(int, float)  # pitch, tick
    asset_dropped = Signal(int)
    file_dropped = Signal(str)
    tool_changed = Signal(str)

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.tool = "draw"
        self._gesture: Gesture | None = None
        self._panning: QPointF | None = None
        self._drop_over = False
        self._placed = False
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Notes")
        self.setAccessibleDescription("Arrow keys move the chosen notes. Letters choose a tool, Space plays.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for signal in (state.sheet_changed, state.selection_changed, state.view_changed, state.settings_changed):
            signal.connect(self.update)
        state.playhead_moved.connect(self._playhead_moved)
        theme.current().changed.connect(self.update)

    def set_tool(self, name: str) -> None:
        self.cancel()
        self.tool = name
        self.tool_changed.emit(name)

    def cancel(self) -> bool:
        """Leave the gesture that is going on, nothing changed; False when there is none."""
        if self._gesture is None:
            return False
        self._gesture.cancel()
        self._gesture = None
        self.update()
        return True

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area, view = QPainter(self), event.rect(), self.state.view
        painting.paint_ground(painter, area, self.state, view)
        self._paint_ranges(painter)
        painting.paint_notes(painter, area, self.state, view)
        if isinstance(self._gesture, Band) and self._gesture.rect is not None:
            painter.setPen(theme.tokens().color("accent"))
            painter.setBrush(theme.tokens().color("accent", 0.12))
            painter.drawRect(self._gesture.rect)
        if not any(len(track.notes) for track in self.state.score.tracks):
            self._teach(painter)
        x = view.x(self.state.playhead)
        painter.fillRect(QRectF(x, 0, 1, self.height()), theme.tokens().color("accent"))
        if self._drop_over:
            painter.setPen(QPen(theme.tokens().color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), theme.CORNER, theme.CORNER)

    def _paint_ranges(self, painter: QPainter) -> None:
        """The chosen bars."""
        if self.state.bars is not None:
            left, right = (self.state.view.x(tick) for tick in self.state.bars)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), theme.tokens().color("accent", 0.09))
            for x in (left, right):
                painter.fillRect(QRectF(x, 0, 1, self.height()), theme.tokens().color("accent", 0.6))

    def _teach(self, painter: QPainter) -> None:
        middle = self.height() // 2
        painter.setPen(theme.tokens().color("text"))
        painter.setFont(theme.title_font())
        painter.drawText(QRect(0, middle - 28, self.width(), 24), Qt.AlignmentFlag.AlignCenter, TEACHING[0])
        painter.setPen(theme.tokens().color("quiet"))
        painter.setFont(theme.font())
        box = QRect(12, middle + 2, self.width() - 24, 48)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, TEACHING[1])

    def _playhead_moved(self, before: float, after: float) -> None:
        for tick in (before, after):
            x = int(self.state.view.x(tick))
            if -4 < x < self.width() + 4:
                self.update(QRect(x - 2, 0, 5, self.height()))

    # Mouse.

    def _point(self, event: QMouseEvent) -> Point:
        keys, place = event.modifiers(), event.position()
        return Point(
            place.x(), place.y(), bool(keys & Qt.KeyboardModifier.ShiftModifier), bool(keys & Qt.KeyboardModifier.ControlModifier),
            bool(keys & Qt.KeyboardModifier.AltModifier),
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event, twice=False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press(event, twice=True)

    def _press(self, event: QMouseEvent, twice: bool) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panning = event.position()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) and self._gesture is None:
            second = event.button() == Qt.MouseButton.RightButton
            self._gesture = gestures.begin(self.state, self.tool, self._point(event), second, twice)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._panning is not None:
            moved, self._panning = place - self._panning, place
            self.state.view.pan(moved.x(), moved.y())
            self.state.view_changed.emit()
        elif self._gesture is not None:
            self._gesture.drag(self._point(event))
            self.update()
        else:
            self._show_cursor(self._point(event))
        self.pointer_moved.emit(self.state.view.pitch(place.y()), self.state.view.tick(place.x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._panning = None
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.release(self._point(event))
            self.update()

    def _show_cursor(self, at: Point) -> None:
        found = gestures.hit(self.state, at)
        edge = found is not None and found[1] is not Part.BODY and self.tool in ("select", "draw")
        name = "wide" if edge else "arrow" if found is not None or self.tool == "select" else "cross"
        self.setCursor(QCursor(CURSORS[name]))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer_moved.emit(-1, -1.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn_wheel(self.state, event)

    # Window.

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.state.view.resize(self.width(), self.height())
        if not self._placed:
            self._placed = True
            self.fit()
        self.state.view_changed.emit()

    def fit(self, bars: int = 0) -> None:
        """Show all notes, or those of the first `bars`; two octaves around middle C and eight bars where there are none."""
        score = self.state.score
        pitches = [track.notes["pitch"] for track in score.tracks if len(track.notes)]
        low = min((int(each.min()) for each in pitches), default=52)
        high = max((int(each.max()) for each in pitches), default=76)
        bar = score.bar_ticks(score.metres[0])
        end = max(score.end, 1) if pitches else 8 * bar
        self.state.view.fit(0, min(end, bars * bar) if bars else end, low, high)
        self.state.view_changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ASSET_MIME) or _score_files(event.mimeData()):
            self._drop_over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_over = False
        self.update()
        if event.mimeData().hasFormat(ASSET_MIME):
            self.asset_dropped.emit(int(event.mimeData().data(ASSET_MIME).toStdString()))
        for name in _score_files(event.mimeData())[:1]:
            self.file_dropped.emit(name)
        event.acceptProposedAction()


def _score_files(data: QMimeData) -> list[str]:
    """The files that the roll takes; the window takes others."""
    scores = named("score")
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and scores.reads(Path(url.toLocalFile()))]


def turn_wheel(state: RollState, event: QWheelEvent) -> None:
    """Scroll up and down, with Shift along the time; zoom time with Ctrl, rows with Ctrl and Shift."""
    keys, delta, place = event.modifiers(), event.angleDelta(), event.position()
    turn = delta.y() or delta.x()
    if keys & Qt.KeyboardModifier.ControlModifier and keys & Qt.KeyboardModifier.ShiftModifier:
        state.view.zoom_rows(1 if turn > 0 else -1, place.y())
    elif keys & Qt.KeyboardModifier.ControlModifier:
        state.view.zoom(ZOOM ** (turn / 120), place.x())
    elif keys & Qt.KeyboardModifier.ShiftModifier:
        state.view.pan(turn * WHEEL, 0)
    else:
        state.view.pan(delta.x() * WHEEL, delta.y() * WHEEL)
    state.view_changed.emit()
    event.accept()
