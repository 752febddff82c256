"""A walk through latent space: a tree of the points that were visited. Undo goes to the parent. No Qt.

The newest POINTS_LIMIT points stay, or as many as BYTES_LIMIT holds; the oldest are forgotten, and what was reached from one of them then
begins a walk of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.documents.codec import Format
from studio.media import Latent, MediaError

VISIT, GO, FORGET = "visit", "go", "forget"
STEPS_LIMIT = 1000  # edits in the journal before they are folded
POINTS_LIMIT, BYTES_LIMIT = 1000, 64 * 2**20  # as undo has everywhere
SLACK = 1.2  # so much more than the limit is let grow, so that not every step forgets
FORMAT = Format("walk", (lambda header: header,))  # the first had no number


@dataclass(frozen=True)
class Node:
    """A visited point; `parent` is the one it was reached from."""

    number: int
    parent: int | None
    label: str
    latent: Latent


Journal = Callable[[str, bytes], None]


class Walk:
    """`journal(name, payload)` hears of each edit, in order, so that the project can keep it."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.nodes: list[Node] = []
        self.current: int | None = None
        self._last_child: dict[int, int] = {}
        self.journal = journal

    @property
    def here(self) -> Node | None:
        return None if self.current is None else self.nodes[self.current]

    def way_here(self, most: int) -> list[Node]:
        """The points on the way to where the walk is, the last of them at the end, at most so many."""
        way: list[Node] = []
        node = self.here
        while node is not None and len(way) < most:
            way.append(node)
            node = None if node.parent is None else self.nodes[node.parent]
        return way[::-1]

    def visit(self, latent: Latent, label: str) -> Node:
        """Go to a new point, reached from where the walk is."""
        self._visit(latent, label)
        self._tell(VISIT, {"label": label}, latent)
        most = max(2, min(POINTS_LIMIT, BYTES_LIMIT // max(1, sum(each.nbytes for each in latent.arrays.values()))))
        if len(self.nodes) > most * SLACK:
            first = len(self.nodes) - most
            self._forget(first)
            self._tell(FORGET, {"first": first}, None)
        return self.nodes[-1]

    def go(self, number: int) -> None:
        """Go to a point visited before."""
        self._go(number)
        self._tell(GO, {"number": number}, None)

    def undo(self) -> bool:
        """Back to where this point was reached from; False at the beginning."""
        here = self.here
        if here is None or here.parent is None:
            return False
        self.go(here.parent)
        return True

    def redo(self) -> bool:
        """Forward to the child visited last; False where there is none."""
        child = self._last_child.get(self.current) if self.current is not None else None
        if child is None:
            return False
        self.go(child)
        return True

    def can_undo(self) -> bool:
        return self.here is not None and self.here.parent is not None

    def can_redo(self) -> bool:
        return self.current is not None and self.current in self._last_child

    def to_bytes(self) -> bytes:
        """The whole tree, for a snapshot."""
        return snapshot_of(tuple(self.nodes), self.current)

    @classmethod
    def restored(cls, snapshot: bytes, edits: Iterable[tuple[str, bytes]], journal: Journal | None = None) -> Walk:
        """The walk of a snapshot and the edits after it; raises MediaError when they are not a walk."""
        walk = cls(journal)
        try:
            if snapshot:
                content = FORMAT.current(json.loads(snapshot))
                for parent, label, data in content["nodes"]:
                    walk.current = parent
                    walk._visit(Latent.from_bytes(base64.b64decode(data)), str(label))
                walk.current = content["current"]
            for name, payload in edits:
                header, _, body = payload.partition(b"\n")
                values = FORMAT.current(json.loads(header))
                if name == VISIT:
                    walk._visit(Latent.from_bytes(body), str(values["label"]))
                elif name == FORGET:
                    walk._forget(int(values["first"]))
                elif name == GO:
                    walk._go(int(values["number"]))
                else:
                    raise MediaError(f"This walk was made by a newer Atelier: it knows “{name[:40]}”.")
        except MediaError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            raise MediaError(f"This walk through latent space cannot be read: {error}.") from error
        return walk

    def _visit(self, latent: Latent, label: str) -> Node:
        node = Node(len(self.nodes), self.current, label, latent)
        self.nodes.append(node)
        if self.current is not None:
            self._last_child[self.current] = node.number
        self.current = node.number
        return node

    def _forget(self, first: int) -> None:
        """Forget the points before number `first`; the others are numbered anew. The walk stands at one that stays."""
        if not 0 <= first < len(self.nodes):
            raise MediaError(f"There is no point {first} in this walk.")

        def moved(number: int | None) -> int | None:
            return None if number is None or number < first else number - first

        self.nodes = [Node(node.number - first, moved(node.parent), node.label, node.latent) for node in self.nodes[first:]]
        self._last_child = {at - first: child - first for at, child in self._last_child.items() if at >= first}
        self.current = moved(self.current)

    def _go(self, number: int) -> None:
        if not 0 <= number < len(self.nodes):
            raise MediaError(f"There is no point {number} in this walk.")
        node = self.nodes[number]
        if node.parent is not None:
            self._last_child[node.parent] = number
        self.current = number

    def _tell(self, name: str, header: dict[str, object], latent: Latent | None) -> None:
        if self.journal is not None:
            self.journal(name, json.dumps(FORMAT.stamped(header)).encode() + b"\n" + (latent.to_bytes() if latent else b""))


def snapshot_of(nodes: Sequence[Node], current: int | None) -> bytes:
    """The whole tree as bytes. Nodes never change, so that another thread may write down those that there are now."""
    written = [[node.parent, node.label, base64.b64encode(node.latent.to_bytes()).decode()] for node in nodes]
    return json.dumps(FORMAT.stamped({"nodes": written, "current": current})).encode()
