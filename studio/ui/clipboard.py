"""The clipboard: what was copied is let go of before Python ends; Qt would otherwise destroy it when there is no Python any more."""

from __future__ import annotations

import atexit
from functools import lru_cache

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

WITHOUT_OWNERS = ("offscreen", "minimal")


def copy(data: QMimeData) -> None:
    """Put `data` on the clipboard."""
    _let_go_at_the_end()
    QGuiApplication.clipboard().setMimeData(data)


def copied() -> QMimeData:
    """What lies on the clipboard; empty where the platform has none."""
    held: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return held if held is not None else QMimeData()


@lru_cache(maxsize=1)
def _let_go_at_the_end() -> None:
    atexit.register(_let_go)


def _let_go() -> None:
    """Where another program holds the clipboard by now, clearing would take its text away; a platform without owners has only ours."""
    if QGuiApplication.instance() is None:
        return
    board = QGuiApplication.clipboard()
    if board.ownsClipboard() or QGuiApplication.platformName() in WITHOUT_OWNERS:
        board.clear()
