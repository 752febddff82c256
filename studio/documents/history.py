"""What documents remember: where edits are written down, how far undo reaches, and what every document answers to. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

STEPS_LIMIT = 1000
BYTES_LIMIT = 64 * 2**20


class Journal(Protocol):
    """Where edits are written down. Positions count edits since the snapshot that the document was opened from."""

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        """An edit was made at the current position; whatever lay beyond it (undone before) is dropped.

        A payload that takes long to make may come as what makes it, which another thread then calls.
        """

    def move_to(self, position: int) -> None:
        """Undo or redo went to `position`."""


class Document(Protocol):
    """What a workspace edits; the first `folded` edits of its journal can no longer be undone.

    `refuse` is called in the place of every edit, undo and redo where the document may not be changed; else it is None.
    """

    journal: Journal | None
    folded: int
    refuse: Callable[[], None] | None


D = TypeVar("D", bound=Document)


class Kind(Protocol[D]):
    """How one kind of document is called in the project and to a person, and how it comes from bytes and goes back."""

    name: str
    title: str

    def fresh(self) -> D: ...

    def restore(self, snapshot: bytes, edits: Sequence[bytes], position: int) -> D:
        """Raises MediaError for what is not ours."""
        ...

    def base(self, document: D) -> bytes:
        """The snapshot that the oldest edit which can be undone began with."""
        ...


def forgotten(costs: Sequence[int]) -> int:
    """How many of the oldest steps, of these bytes each, lie beyond the limits of undo; the last one always stays."""
    total, drop = sum(costs), 0
    while drop < len(costs) - 1 and (len(costs) - drop > STEPS_LIMIT or total > BYTES_LIMIT):
        total -= costs[drop]
        drop += 1
    return drop
