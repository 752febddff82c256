"""Loaded models within a budget; the least recently used goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from studio.engine import heap

DEFAULT_BUDGET = 2 * 2**30


class ModelCache:
    """`load(name)` is called for a model that is not held. Models come and go on the worker thread only; any may ask what is held."""

    def __init__(self, load: Callable[[str], Any], budget: int = DEFAULT_BUDGET) -> None:
        self._load = load
        self.budget = budget
        self._held: OrderedDict[str, Any] = OrderedDict()

    def get(self, key: str, name: str) -> Any:
        """The model held under `key` (name and weights), loaded now if need be."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        model = self._load(name)
        self._held[key] = model
        self._make_room(keep=key)
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
        heap.give_back()

    def _make_room(self, keep: str) -> None:
        while self.used() > self.budget and len(self._held) > 1:
            oldest = next(key for key in self._held if key != keep)
            del self._held[oldest]
            heap.give_back()
