"""What a stored document says of itself: the number of its format, and the steps that lead from every older one to today's. No Qt.

A document outlives the code. What an older Atelier wrote is brought up to date step by step; what a newer one wrote is refused with a
sentence, and stays as it is. Steps are only ever added, never changed: people have documents of every format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio.media import MediaError

KEY = "format"
Step = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Format:
    """`steps[i]` makes a header of format i + 2 from one of format i + 1. What says nothing of its format is of the first."""

    what: str
    steps: tuple[Step, ...] = ()

    @property
    def number(self) -> int:
        return len(self.steps) + 1

    def stamped(self, header: dict[str, Any]) -> dict[str, Any]:
        """The header with today's number in it."""
        return {KEY: self.number, **header}

    def current(self, header: dict[str, Any]) -> dict[str, Any]:
        """The header as it is written today. Raises MediaError for a newer one, or what is no number."""
        found = header.get(KEY, 1)
        if type(found) is not int or found < 1:
            raise MediaError(f"This piece of the {self.what} is damaged: it does not say of what format it is.")
        if found > self.number:
            known = f"its format is {found}, this one knows {self.number}"
            raise MediaError(f"This {self.what} was made by a newer Atelier ({known}). Update Atelier to open it; it is kept as it is.")
        for step in self.steps[found - 1 :]:
            header = step(header)
        return header
