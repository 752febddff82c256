"""An estimate of the seconds that a job still takes."""

from __future__ import annotations

import time
from dataclasses import replace

from studio.generators.events import Progress


class TimeLeft:
    """Turns done/total into the seconds left, from the pace since the job's first progress."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._from = 0.0

    def told(self, progress: Progress) -> Progress:
        """`progress` with the seconds left, from the second one of a job on."""
        now = time.monotonic()
        if self._began is None:
            self._began, self._from = now, progress.done
            return progress
        gained = progress.done - self._from
        left = (now - self._began) / gained * (progress.total - progress.done) if gained > 0 else None
        return replace(progress, seconds_left=left)
