"""Loaded models within a budget; the least recently used goes first. The budget is a setting of the person's machine."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import psutil

from studio.engine import malloc
from studio.engine.errors import EngineError
from studio.media.files import write_atomically
from studio.places import config

GB = 2**30
SHARE = 4  # of the machine's memory, models may hold one part in so many where nothing is set
LEAST = GB


def usual_budget() -> int:
    """Bytes of weights that may be held on this machine where nothing is set: a quarter of its memory, and 1 GB at least."""
    return max(int(psutil.virtual_memory().total) // SHARE, LEAST)


def stored_budget() -> int:
    """What was set, in bytes; the usual where nothing was, or where the file cannot be read."""
    try:
        return checked_budget(int((config() / "memory").read_text("ascii")))
    except (OSError, ValueError, EngineError):
        return usual_budget()


def store_budget(budget: int) -> None:
    """Keep a budget of so many bytes for every later start; raises EngineError for one that makes no sense, MediaError for a full disk."""
    write_atomically(config() / "memory", str(checked_budget(budget)).encode("ascii"))


def checked_budget(budget: int) -> int:
    """`budget`; raises EngineError where it is less than nothing, or more than the machine has."""
    total = int(psutil.virtual_memory().total)
    if not 0 < budget <= total:
        raise EngineError(
            f"Models may hold more than nothing and at most the {total / GB:.1f} GB of this machine, not {budget / GB:.1f} GB."
        )
    return budget


class ModelCache:
    """Models come and go on the worker thread only; any may ask what is held, and set the budget."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._held: OrderedDict[str, Any] = OrderedDict()

    def get(self, key: str, load: Callable[[], Any]) -> Any:
        """The model held under `key` (name and weights), loaded now if need be."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        model = load()
        self._held[key] = model
        self.make_room()
        return model

    def holds(self, key: str) -> bool:
        return key in self._held

    def used(self) -> int:
        """Bytes of weights held."""
        return sum(model.memory() for model in tuple(self._held.values()))  # the worker may change it meanwhile

    def names(self) -> tuple[str, ...]:
        """Keys held, least recently used first."""
        return tuple(self._held)

    def clear(self) -> None:
        self._held.clear()
        malloc.give_back()

    def make_room(self) -> None:
        """Let go what is over the budget; the model used last stays, however large it is."""
        while self.used() > self.budget and len(self._held) > 1:
            self._held.popitem(last=False)
            malloc.give_back()
