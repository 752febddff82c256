"""A sentence over the foot of the workspace: what happened, why, what to do; its details can be copied. Never a modal box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from studio.ui import theme
from studio.ui.widgets.labels import IconButton

NOTICE_MS = 6000
WIDEST, MARGIN = 720, 8


class NoticeBar(QFrame):
    """Problems stay until they are sent away; notices go by themselves. It lies over its parent, so that nothing moves when it comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "raised")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        self._picture = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._details = ""
        self._copy = QPushButton("Copy details")
        self._copy.setProperty("role", "flat")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details))
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        row.addWidget(self._copy)
        row.addWidget(IconButton("x", "Close this message", self.hide, "quiet"))
        self._timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def lie_over(self, workspaces: QStackedWidget) -> None:
        """Stand at the foot of `workspaces` from now on, above the one in front."""
        self.setParent(workspaces)
        workspaces.installEventFilter(self)
        workspaces.currentChanged.connect(lambda _: self._place())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded) and watched is self.parent():
            self._place()
        return False

    def _place(self) -> None:
        below = self.parentWidget()
        if below is None or self.isHidden():
            return
        width = min(below.width() - 2 * MARGIN, WIDEST)
        height = max(self._row.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry((below.width() - width) // 2, below.height() - height - MARGIN, width, height)
        self.raise_()

    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def problem(self, sentence: str, details: str = "") -> None:
        self._timer.stop()
        self._say(sentence, "triangle-alert", "bad", details)

    def notice(self, sentence: str) -> None:
        self._say(sentence, "info", "quiet", "")
        self._timer.start()

    def _say(self, sentence: str, icon: str, role: str, details: str) -> None:
        self._details = f"{sentence}\n\n{details}" if details else ""
        self._copy.setVisible(bool(details))
        self._text.setText(sentence)
        self._picture.setPixmap(theme.icon(icon, role).pixmap(theme.ICON, theme.ICON))
        self.setAccessibleName(sentence)
        self.show()
        self._place()
