"""What stands around the workspace: shelf or tracks at the left, inspector at the right, history and job bar below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.labels import hairline
from studio.ui.widgets.notice import NoticeBar
from studio.ui.workspace import Workspace

HANDLE = 3
SHARE = 0.62  # of the height at the right is what is made; the rest is what the workspace puts below
LEAST_BELOW = 150


class Side(QSplitter):
    """Two parts that keep their shares of the height: what opens in one scrolls there, and pushes nothing of the other out of sight.

    The lower part has what it needs, up to its share, until a hand moves the line; `moved` carries the upper part's share then.
    """

    moved = Signal(float)

    def __init__(self, above: QWidget, below: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.share = SHARE
        self._by_hand = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.fit)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(HANDLE)
        self.addWidget(above)
        self.addWidget(below)
        self.splitterMoved.connect(self._take)

    def set_share(self, share: float) -> None:
        """As a hand left it."""
        self._by_hand = True
        self.share = min(max(share, 0.1), 0.9)
        self.fit()

    def follow(self, below: QWidget) -> None:
        """Fit anew when something in what stands below opens or closes."""
        inside = below.widget() if isinstance(below, QScrollArea) else below
        (inside or below).installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._soon.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Lay both out for what the lower one needs now."""
        height, below = self.height(), self.widget(1)
        shown = below.currentWidget() if isinstance(below, QStackedWidget) else below
        needed = shown.sizeHint().height() if shown is not None else 0
        lower = round(height * (1 - self.share))
        if not self._by_hand:
            lower = max(LEAST_BELOW, min(lower, needed))
        self.setSizes([height - lower, lower])

    def _take(self) -> None:
        self._by_hand = True
        self.share = self.sizes()[0] / max(1, sum(self.sizes()))
        self.moved.emit(self.share)


class Panels(QWidget):
    """The window's inside. A workspace may put `left_panel()` in the place of the shelf and `side_panel()` under the inspector."""

    def __init__(self, top: QWidget, notice: NoticeBar, shelf: QWidget, inspector: QWidget, history: QWidget, jobs: QWidget) -> None:
        super().__init__()
        self.hidden = False
        self.stack = QStackedWidget()
        self._lefts, self._belows = QStackedWidget(), QStackedWidget()
        self._left_of: dict[str, QWidget] = {}
        self._below_of: dict[str, QWidget] = {}
        self._lefts.addWidget(shelf)
        self._belows.addWidget(QWidget())
        for stack in (self._lefts, self._belows):
            stack.setMinimumHeight(1)  # what is behind must not make the window higher
        self.side = Side(inspector, self._belows)
        self._belows.setMinimumHeight(LEAST_BELOW)
        self.left, self.right = _panel(self._lefts, theme.SHELF_WIDTH), _panel(self.side, theme.INSPECTOR_WIDTH)
        self.bottom = _panel(history, 0)
        self._rules = (hairline(vertical=True), hairline(vertical=True))
        centre = QVBoxLayout()
        centre.setContentsMargins(0, 0, 0, 0)
        centre.setSpacing(0)
        centre.addWidget(self.stack, 1)
        notice.lie_over(self.stack)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        for part in (self.left, self._rules[0], centre, self._rules[1], self.right):
            middle.addLayout(part, 1) if isinstance(part, QVBoxLayout) else middle.addWidget(part)
        whole = _column(self)
        whole.addWidget(top)
        whole.addWidget(hairline())
        whole.addLayout(middle, 1)
        for below in (hairline(), self.bottom, hairline(), jobs):
            whole.addWidget(below)

    def add(self, workspaces: Iterable[Workspace]) -> None:
        """Take in the workspaces with the panels that they bring."""
        for workspace in workspaces:
            self.stack.addWidget(workspace.widget)
            brought = ((self._lefts, self._left_of, workspace.left_panel()), (self._belows, self._below_of, workspace.side_panel()))
            for stack, found, panel in brought:
                if panel is not None:
                    found[workspace.name] = panel
                    stack.addWidget(panel)
                    self.side.follow(panel)

    def show_for(self, workspace: Workspace) -> None:
        """Bring a workspace to the front. One with controls of its own takes the inspector's place."""
        self.stack.setCurrentWidget(workspace.widget)
        for stack, found in ((self._lefts, self._left_of), (self._belows, self._below_of)):
            stack.setCurrentIndex(stack.indexOf(found[workspace.name]) if workspace.name in found else 0)
        self._belows.setVisible(workspace.name in self._below_of)
        self.side.fit()
        for part in (self.left, self.bottom, self._rules[0]):
            part.setVisible(not self.hidden)
        for part in (self.right, self._rules[1]):
            part.setVisible(not self.hidden and not workspace.wants_room)


def next_pane(panes: Sequence[QWidget]) -> None:
    """Give the keyboard to the pane after the one that has it: to the first thing in it that takes keys."""
    focused = QApplication.focusWidget()
    here = next((n for n, pane in enumerate(panes) if focused is not None and (pane is focused or pane.isAncestorOf(focused))), -1)
    target = panes[(here + 1) % len(panes)]
    inside = [each for each in target.findChildren(QWidget) if each.focusPolicy() != Qt.FocusPolicy.NoFocus and each.isVisible()]
    (inside[0] if inside else target).setFocus(Qt.FocusReason.TabFocusReason)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _panel(inside: QWidget, width: int) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "panel")
    _column(frame).addWidget(inside)
    if width:
        frame.setFixedWidth(width)
    return frame
