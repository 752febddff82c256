"""Leaving when the system says so: at logout, shutdown, or Ctrl+C in the terminal the window is closed as by hand.

Python sees a signal only when it is running, which it may not be for minutes while Qt waits; a byte in a pipe wakes Qt up.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


class Leaving(QObject):
    """Calls `leave` on Qt's thread when one of SIGNALS arrives. A second one ends the process as it always would."""

    def __init__(self, leave: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leave = leave
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = {each: signal.signal(each, lambda number, frame: None) for each in SIGNALS}

    def close(self) -> None:
        """Let the signals do again what they did before."""
        if self._before:
            signal.set_wakeup_fd(-1)
            for each, handler in self._before.items():
                signal.signal(each, handler)
            self._before = {}
            self._notifier.setEnabled(False)
            os.close(self._read)
            os.close(self._write)

    def _arrived(self) -> None:
        self.close()
        self._leave()
