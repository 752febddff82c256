"""A walk through latent space: a tree of the points that were visited. Undo goes to the parent. No Qt.

The newest points stay, as many as undo keeps steps everywhere or as its bytes hold; the oldest are forgotten, and what was reached from
one of them then begins a walk of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.documents.codec import Format
from studio.documents.history import History
from studio.media import Latent, MediaError

PROJECT_KIND = "explorer"  # what projects call a walk
VISIT, GO, FORGET = "visit", "go", "forget"
SLACK = 1.2  # so much more than the limit is let grow, so that not every step forgets
FORMAT = Format("walk", (lambda header: header,))  # the first had no number


@dataclass(frozen=True)
class Visit:
    """The one edit of a walk: to stand at `latent`, wherever one stood before. None is where no walk has begun."""

    latent: Latent | None
    label: str = ""
    goes_on: bool = False

    def apply(self, before: Latent | None) -> Latent | None:
        return self.latent

    def back(self, before: Latent | None) -> Visit:
        """To where one stood."""
        return Visit(before)

    def cost(self, back: Visit) -> int:
        """The bytes of the point."""
        return sum(each.nbytes for each in self.latent.arrays.values()) if self.latent is not None else 0

    def payload(self, back: Visit) -> bytes:
        """As it is journaled."""
        return _packed({"label": self.label}, self.latent)


@dataclass(frozen=True)
class LatentPoint:
    """A visited point; `parent` is the one it was reached from."""

    number: int
    parent: int | None
    label: str
    latent: Latent


Journal = Callable[[str, bytes], None]


class LatentHistory:
    """`journal(name, payload)` hears of each edit, in order, so that the project can keep it."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.history: History[Latent | None, Visit] = History(None)
        self.journal = journal

    @property
    def nodes(self) -> tuple[LatentPoint, ...]:
        """Every point, in the order in which they were visited."""
        return tuple(self._node(number) for number in range(len(self.history.steps)))

    @property
    def current(self) -> int | None:
        """The number of the point where the walk stands."""
        return self.history.current

    @property
    def here(self) -> LatentPoint | None:
        return None if self.current is None else self._node(self.current)

    def way_here(self, most: int) -> list[LatentPoint]:
        """The points on the way to where the walk is, the last of them at the end, at most so many."""
        way: list[LatentPoint] = []
        node = self.here
        while node is not None and len(way) < most:
            way.append(node)
            node = None if node.parent is None else self._node(node.parent)
        return way[::-1]

    def visit(self, latent: Latent, label: str) -> LatentPoint:
        """Go to a new point, reached from where the walk is."""
        visit = Visit(latent, label)
        self.history.branch(visit)
        self._tell(VISIT, visit.payload(visit))
        forgotten = self.history.fold(SLACK)
        if forgotten:
            self._tell(FORGET, _packed({"first": forgotten}))
        return self._node(len(self.history.steps) - 1)

    def go(self, number: int) -> None:
        """Go to a point visited before."""
        self._go(number)
        self._tell(GO, _packed({"number": number}))

    def undo(self) -> bool:
        """Back to where this point was reached from; False at the beginning."""
        here = self.here
        if here is None or here.parent is None:
            return False
        self.go(here.parent)
        return True

    def redo(self) -> bool:
        """Forward to the child visited last; False where there is none."""
        child = self.history.following if self.current is not None else None
        if child is None:
            return False
        self.go(child)
        return True

    def can_undo(self) -> bool:
        """Whether this point was reached from another one: a walk always stands somewhere."""
        return self.here is not None and self.here.parent is not None

    def can_redo(self) -> bool:
        return self.current is not None and self.history.can_redo

    def to_bytes(self) -> bytes:
        """The whole tree, for a snapshot."""
        return snapshot_of(self.nodes, self.current)

    @classmethod
    def restored(cls, snapshot: bytes, edits: Iterable[tuple[str, bytes]], journal: Journal | None = None) -> LatentHistory:
        """The walk of a snapshot and the edits after it; raises MediaError when they are not a walk."""
        walk = cls(journal)
        try:
            if snapshot:
                content = FORMAT.current(json.loads(snapshot))
                for parent, label, data in content["nodes"]:
                    walk._stand(parent)
                    walk.history.branch(Visit(Latent.from_bytes(base64.b64decode(data)), str(label)))
                walk._stand(content["current"])
            for name, payload in edits:
                walk._carry_out(name, payload)
        except MediaError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise MediaError(f"This walk through latent space cannot be read: {error}.") from error
        return walk

    def _carry_out(self, name: str, payload: bytes) -> None:
        """An edit as the journal has it."""
        header, _, body = payload.partition(b"\n")
        values = FORMAT.current(json.loads(header))
        if name == VISIT:
            self.history.branch(Visit(Latent.from_bytes(body), str(values["label"])))
        elif name == FORGET:
            self._check(int(values["first"]))
            self.history.forget(int(values["first"]))
        elif name == GO:
            self._go(int(values["number"]))
        else:
            raise MediaError(f"This walk was made by a newer Atelier: it knows “{name[:40]}”.")

    def _node(self, number: int) -> LatentPoint:
        step = self.history.steps[number]
        assert step.edit.latent is not None  # only the way back may lead to no point
        return LatentPoint(number, step.parent, step.edit.label, step.edit.latent)

    def _stand(self, number: int | None) -> None:
        if number is None:
            self.history.go(None)
        elif number != self.current:
            self._go(number)

    def _go(self, number: int) -> None:
        self._check(number)
        self.history.go(number)

    def _check(self, number: int) -> None:
        if type(number) is not int or not 0 <= number < len(self.history.steps):
            raise MediaError(f"There is no point {number} in this walk.")

    def _tell(self, name: str, payload: bytes) -> None:
        if self.journal is not None:
            self.journal(name, payload)


def snapshot_of(nodes: Sequence[LatentPoint], current: int | None) -> bytes:
    """The whole tree as bytes. Nodes never change, so that another thread may write down those that there are now."""
    written = [[node.parent, node.label, base64.b64encode(node.latent.to_bytes()).decode()] for node in nodes]
    return json.dumps(FORMAT.stamped({"nodes": written, "current": current})).encode()


def _packed(header: dict[str, Any], latent: Latent | None = None) -> bytes:
    return json.dumps(FORMAT.stamped(header)).encode() + b"\n" + (latent.to_bytes() if latent else b"")
