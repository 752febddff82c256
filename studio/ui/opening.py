"""Opening the studio: the frame is painted first, then the rest is imported and put in."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from studio.places import config
from studio.ui import theme
from studio.ui.frame import Frame, title_of
from studio.ui.leaving import Leaving


def application() -> QApplication:
    """The one QApplication."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("atelier")
    app.setApplicationDisplayName("Atelier")
    app.setDesktopFileName("atelier")
    return app


def open_window(path: Path | None) -> int:
    """Open the studio; returns the exit status when its window is closed."""
    app = application()
    theme.apply(app, last_theme())
    frame = Frame(title_of(path))
    status = [0]

    def populate() -> None:
        from studio.ui.application import populate as put_in

        status[0] = put_in(frame, path)

    def leave() -> None:
        frame.close()
        app.quit()  # also where a dialog is open

    leaving = Leaving(leave)
    frame.painted.connect(populate)
    frame.show()
    app.exec()
    leaving.close()
    return status[0]


def last_theme() -> str:
    """The theme that was chosen last, whatever the project; dark at the very first."""
    try:
        name = (config() / "theme").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "dark"
    return name if name in theme.THEMES else "dark"
