"""How many threads a training takes for a step: all cores on a quiet machine, one where other programs keep the cores busy.

With every core wanted, a step waits for the slowest; beside two busy programs on two cores it took 12 s instead of 0.3.
So both are tried, and tried again now and then.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

TRIAL_STEPS = 4
TRY_AGAIN_STEPS = 300
TOO_SLOW = 2.0  # times the other's mean: a trial ends early


class Cores:
    """`set()` sets torch's threads for a while and puts back what was set before; `measured` learns from what a step took."""

    def __init__(self, device: str) -> None:
        cores = os.cpu_count() or 1
        self._choices = (1, cores) if device == "cpu" and cores > 1 else ()
        self.threads = 1
        self._best: tuple[int, float] | None = None  # threads, mean seconds of a step
        self._trial: list[float] = []
        self._trying = True
        self._steps = 0

    @contextlib.contextmanager
    def set(self) -> Iterator[None]:
        import torch

        if not self._choices:
            yield
            return
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def measured(self, took: float) -> None:
        """Learn from a step that took so many seconds."""
        if not self._choices:
            return
        self._steps += 1
        if self._steps == 1:  # slow whatever the threads
            return
        if self._trying:
            self._tried(took)
        elif self._steps % TRY_AGAIN_STEPS == 0:
            self._best, self._trial, self._trying = None, [], True

    def _tried(self, took: float) -> None:
        self._trial.append(took)
        mean = sum(self._trial) / len(self._trial)
        whole = len(self._trial) == TRIAL_STEPS
        if self._best is None:
            if whole:
                self._best, self._trial = (self.threads, mean), []
                self.threads = next(threads for threads in self._choices if threads != self.threads)
        elif whole or took > TOO_SLOW * self._best[1]:
            if mean > self._best[1]:
                self.threads = self._best[0]
            self._trial, self._trying = [], False
