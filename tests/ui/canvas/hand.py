"""Mouse moves over a board in a window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.documents.canvas.geometry import Rect
from studio.ui.canvas.view import BoardView


def at(view: BoardView, x: int, y: int) -> QPoint:
    """The middle of a board pixel in the window."""
    left, top, width, height = view.view.window(Rect(x, y, 1, 1))
    return QPoint(int(left + width / 2), int(top + height / 2))


NOTHING_HELD = Qt.KeyboardModifier.NoModifier


def drag(view: BoardView, *points: tuple[int, int], held: Qt.KeyboardModifier = NOTHING_HELD, release: bool = True) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, held, at(view, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(view, at(view, *point))
    if release:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, held, at(view, *points[-1]))
