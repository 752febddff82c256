"""Moving the keyboard from one part of the window to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def next_pane(panes: Sequence[QWidget]) -> None:
    """Give the keyboard to the pane after the one that has it: to the first thing in it that takes keys."""
    focused = QApplication.focusWidget()
    here = next((n for n, pane in enumerate(panes) if focused is not None and (pane is focused or pane.isAncestorOf(focused))), -1)
    target = panes[(here + 1) % len(panes)]
    inside = [each for each in target.findChildren(QWidget) if each.focusPolicy() != Qt.FocusPolicy.NoFocus and each.isVisible()]
    (inside[0] if inside else target).setFocus(Qt.FocusReason.TabFocusReason)
