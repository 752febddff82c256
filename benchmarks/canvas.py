"""A board of ten translucent layers of 2048×2048: how long from a move of the pen to the drawn frame, and how long a pan takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.common import percentile, report, temporary_project, window
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.model import Board, Layer
from studio.media import Picture
from studio.ui.canvas.view import BoardView

SIDE, LAYERS = 2048, 10
MOVES, PANS, BRUSH = 600, 120, 16


def board() -> Board:
    """Every layer covers the whole board and lets the ones below shine through."""
    chance = np.random.default_rng(0)
    layers = []
    for number in range(LAYERS):
        blocks = chance.integers(0, 255, (SIDE // 16, SIDE // 16, 4), np.uint8)
        pixels = np.repeat(np.repeat(blocks, 16, axis=0), 16, axis=1)
        pixels[..., 3] = 128
        layers.append(Layer(f"layer-{number}", f"Layer {number}", 0, 0, Picture(pixels), opacity=0.8))
    return Board(tuple(layers), layers[LAYERS // 2].id)


def main() -> None:
    figures: dict[str, float] = {"layers": LAYERS}
    with temporary_project() as project, window(project) as shown:
        shown.go("canvas")
        view: BoardView = shown.workspaces["canvas"].view
        view.set_document(BoardDocument(board()))
        began = time.perf_counter()
        view.fit()
        _drawn(view)
        figures["open"] = (time.perf_counter() - began) * 1000
        view.zoom_to_pixels()
        _drawn(view)
        pans = [_timed(view, partial(view.view.pan, -7 if number < PANS // 2 else 7, 3)) for number in range(PANS)]
        figures["pan_median"], figures["pan_p99"] = median(pans), percentile(pans, 0.99)
        moves = _stroke(view)
        figures["stroke_median"], figures["stroke_p99"], figures["stroke_worst"] = median(moves), percentile(moves, 0.99), max(moves)
    report(figures)


def _stroke(view: BoardView) -> list[float]:
    """Milliseconds from each move of the pen, in a spiral, to the frame with it."""
    view.set_tool("pencil")
    view.context.brush.set(colour=(255, 120, 0, 255), size=BRUSH, opacity=0.7)
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    found, place = [], middle
    for number in range(MOVES):
        turn, reach = number / 12, 4 + number / 4
        place = QPoint(middle.x() + round(reach * math.cos(turn)), middle.y() + round(reach * math.sin(turn)))
        began = time.perf_counter()
        QTest.mouseMove(view, place)
        QApplication.processEvents()
        found.append((time.perf_counter() - began) * 1000)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    return found


def _timed(view: BoardView, gesture: Callable[[], object]) -> float:
    """Milliseconds from a gesture to the drawn frame."""
    began = time.perf_counter()
    gesture()
    _drawn(view)
    return (time.perf_counter() - began) * 1000


def _drawn(view: BoardView) -> None:
    view.update()
    QApplication.processEvents()


if __name__ == "__main__":
    main()
