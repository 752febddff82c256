"""What a window posts to a job that runs: the job reads it when it has its turn."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from studio.generators.events import Preview

LIMIT = 256  # messages that may wait: a hand gives some hundred a second, and a frame takes them all


class Inbox:
    """Thread-safe, and never in the way of who posts. Of a flood the newest messages stay; frames to be kept are not lost in it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._messages: deque[Any] = deque(maxlen=limit)
        self._frames: list[Preview] = []
        self._lock = threading.Lock()

    def post(self, message: Any) -> None:
        with self._lock:
            self._messages.append(message)

    def keep(self, frame: Preview) -> None:
        """Ask that a frame which was shown becomes an asset."""
        with self._lock:
            self._frames.append(frame)

    def take(self) -> tuple[Any, ...]:
        """What was posted since it was taken last, in order."""
        with self._lock:
            found = tuple(self._messages)
            self._messages.clear()
        return found

    def take_frames(self) -> list[Preview]:
        """The frames that were to be kept since they were taken last."""
        with self._lock:
            found, self._frames = self._frames, []
        return found
