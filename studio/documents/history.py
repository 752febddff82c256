"""The one undo of every document: steps that were made, where one stands among them, and how far back one can go. No Qt.

A history is a tree. A page, a score or a board that is edited after an undo lets go of what was undone (`apply`), so that its tree is
one line; a walk keeps every way that was ever taken (`branch`). What is called a position counts the steps of such a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

STEPS_LIMIT = 1000
BYTES_LIMIT = 64 * 2**20

S = TypeVar("S")


class Edit(Protocol[S]):
    """One named change of a document's state. `goes_on` belongs to the step before it: one undo takes both back."""

    @property
    def label(self) -> str: ...

    @property
    def goes_on(self) -> bool: ...

    def apply(self, state: S, /) -> S:
        """The state after; raises MediaError where `state` has not what the edit needs."""
        ...

    def back(self, before: S, /) -> Any:
        """The edit that leads back to `before`."""
        ...

    def cost(self, back: Any, /) -> int:
        """The bytes that this edit and the way back keep alive."""
        ...

    def payload(self, back: Any, /) -> bytes | Callable[[], bytes]:
        """The edit as it is journaled, or what makes it where that takes long."""
        ...


E = TypeVar("E", bound=Edit[Any])


class Journal(Protocol):
    """Where edits are written down. Positions count edits since the snapshot that the document was opened from."""

    def append(self, name: str, payload: bytes | Callable[[], bytes]) -> None:
        """An edit was made at the current position; whatever lay beyond it (undone before) is dropped.

        A payload that takes long to make may come as what makes it, which another thread then calls.
        """

    def move_to(self, position: int) -> None:
        """Undo or redo went to `position`."""


@dataclass(frozen=True)
class Step(Generic[E]):
    """`edit` was made from `parent`, None for the state that the history begins with; `back` leads there once it was done."""

    parent: int | None
    edit: E
    back: E | None = None
    cost: int = 0


class History(Generic[S, E]):
    """The state of a document and the steps around it, oldest first; `current` is the number of the last one done.

    `changed` functions are called after everything that makes another state or another step to undo. `refuse` is called in the place of
    every edit, undo and redo where the document may not be changed; else it is None. The first `folded` edits of the journal can no
    longer be undone. An edit that cannot be made raises its MediaError and changes nothing.
    """

    def __init__(self, state: S, journal: Journal | None = None) -> None:
        self.state = state
        self.steps: list[Step[E]] = []
        self.current: int | None = None
        self.folded = 0
        self.journal = journal
        self.refuse: Callable[[], None] | None = None
        self.changed: list[Callable[[], None]] = []
        self._newest: dict[int | None, int] = {}  # where redo goes from each step
        self._pending = False  # whether the current step is not in the journal yet

    @property
    def position(self) -> int:
        """How many edits since the snapshot are done, folded ones too."""
        return self.folded + (0 if self.current is None else self.current + 1)

    @property
    def pending(self) -> bool:
        """Whether something was done that is not written down yet."""
        return self._pending

    @property
    def last(self) -> E | None:
        """The edit that was done last."""
        return None if self.current is None else self.steps[self.current].edit

    @property
    def following(self) -> int | None:
        """The number of the step that redo makes; None where there is none."""
        return self._newest.get(self.current)

    @property
    def can_undo(self) -> bool:
        return self.current is not None

    @property
    def can_redo(self) -> bool:
        return self.following is not None

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return "" if self.last is None else self.last.label

    @property
    def redo_label(self) -> str:
        """What redo would make again; empty where there is nothing."""
        following = self.following
        return "" if following is None else self.steps[following].edit.label

    def refused(self) -> bool:
        """Whether the document may not be changed; says so."""
        if self.refuse is not None:
            self.refuse()
        return self.refuse is not None

    def apply(self, edit: E, after: S | None = None) -> None:
        """Make an edit after what is done; what was undone is let go. It is written down by `settle`.

        `after` is what it makes of the state, where that is known already.
        """
        back = edit.back(self.state)
        after = edit.apply(self.state) if after is None else after
        self.settle()
        del self.steps[0 if self.current is None else self.current + 1 :]
        self._newest = {parent: child for parent, child in self._newest.items() if child < len(self.steps)}
        self._add(edit, back, after)
        self._pending = True
        self._tell()

    def amend(self, more: E, joined: E) -> None:
        """Make `more`, and let the step that is not written down yet be `joined`, which is both."""
        assert self._pending and self.current is not None
        after = more.apply(self.state)
        step = self.steps[self.current]
        assert step.back is not None
        back = joined.back(step.back.apply(self.state))
        self.steps[self.current] = replace(step, edit=joined, back=back, cost=joined.cost(back))
        self.state = after
        self._tell()

    def branch(self, edit: E) -> None:
        """Make an edit from where one stands; every other way stays. Whoever branches keeps a journal of their own."""
        self._add(edit, edit.back(self.state), edit.apply(self.state))
        self._tell()

    def settle(self) -> None:
        """Write down the step that was done last, and forget the oldest beyond the limits."""
        if not self._pending or self.current is None:
            return
        self._pending = False
        step = self.steps[self.current]
        if self.journal is not None:
            assert step.back is not None
            self.journal.append(step.edit.label, step.edit.payload(step.back))
        self.folded += self.fold()

    def undo(self) -> tuple[E, ...]:
        """Take the last step back; the edits that did so, none where there is no step."""
        if self.current is None or self.refused():
            return ()
        self.settle()
        at: int | None = self.current
        while at is not None and self.steps[at].edit.goes_on:
            at = self.steps[at].parent
        return self._moved(self._go(None if at is None else self.steps[at].parent))

    def redo(self) -> tuple[E, ...]:
        """Make the step again that was taken back last; the edits that did so, none where there is no step."""
        to = self.following
        if to is None or self.refused():
            return ()
        self.settle()
        while (following := self._newest.get(to)) is not None and self.steps[following].edit.goes_on:
            to = following
        return self._moved(self._go(to))

    def go(self, number: int | None) -> tuple[E, ...]:
        """To the state after step `number`, on whatever branch, None for the beginning; the edits that led there."""
        made = self._go(number)
        self._tell()
        return made

    def look(self, state: S) -> None:
        """Another state that is no edit: neither undone nor written down."""
        self.state = state
        self._tell()

    def restore(self, edits: Sequence[E], position: int) -> None:
        """After a restart: `position` edits done, the others undone, none of them written down again."""
        for edit in edits[: max(position, 0)]:
            self.apply(edit)
            self.settle()
        self.add_undone(edits[max(position, 0) :])

    def add_undone(self, edits: Iterable[E]) -> None:
        """Edits that were undone before a restart, the first one nearest: redo makes them."""
        parent = self.current
        for edit in edits:
            self.steps.append(Step(parent, edit))
            self._newest[parent] = parent = len(self.steps) - 1

    def base(self) -> S:
        """The state that the oldest kept step began with: a snapshot for a journal that drops the first `folded` edits."""
        state, at = self.state, self.current
        while at is not None:
            state = _known(self.steps[at].back).apply(state)
            at = self.steps[at].parent
        return state

    def fold(self, slack: float = 1.0) -> int:
        """Forget the oldest steps once there are `slack` times more than the limits; how many. The last one always stays."""
        begins = [number for number, step in enumerate(self.steps) if number == 0 or not step.edit.goes_on]
        costs = [sum(step.cost for step in self.steps[a:b]) for a, b in zip(begins, [*begins[1:], len(self.steps)], strict=True)]
        if len(costs) <= STEPS_LIMIT * slack and sum(costs) <= BYTES_LIMIT * slack:
            return 0
        drop = _beyond(costs)
        if drop:
            self.forget(begins[drop])
        return begins[drop]

    def forget(self, first: int) -> None:
        """Forget the steps before number `first`; the others are numbered anew, and what followed a forgotten one begins anew."""

        def moved(number: int | None) -> int | None:
            return None if number is None or number < first else number - first

        self.steps = [replace(step, parent=moved(step.parent)) for step in self.steps[first:]]
        newest = {moved(parent): child - first for parent, child in sorted(self._newest.items(), key=_age) if child >= first}
        self._newest, self.current = newest, moved(self.current)

    def _add(self, edit: E, back: E, after: S) -> None:
        number = len(self.steps)
        self.steps.append(Step(self.current, edit, back, edit.cost(back)))
        self._newest[self.current] = number
        self.current, self.state = number, after

    def _go(self, number: int | None) -> tuple[E, ...]:
        above, down = set(self._way(self.current)), self._way(number)
        kept = next((each for each in down if each in above), None)
        state, at, made, redone = self.state, self.current, list[E](), dict[int, Step[E]]()
        while at != kept and at is not None:
            back: E = _known(self.steps[at].back)
            state, at = back.apply(state), self.steps[at].parent
            made.append(back)
        for each in reversed(down[: down.index(kept)] if kept is not None else down):
            step = self.steps[each]
            back = step.edit.back(state)
            redone[each] = replace(step, back=back, cost=step.edit.cost(back))
            state = step.edit.apply(state)
            made.append(step.edit)
        for each, step in redone.items():
            self.steps[each] = step
            self._newest[step.parent] = each
        self.state, self.current = state, number
        return tuple(made)

    def _way(self, number: int | None) -> list[int]:
        """The steps from `number` back to the beginning."""
        way = []
        while number is not None:
            way.append(number)
            number = self.steps[number].parent
        return way

    def _moved(self, made: tuple[E, ...]) -> tuple[E, ...]:
        if self.journal is not None:
            self.journal.move_to(self.position)
        self._tell()
        return made

    def _tell(self) -> None:
        for listener in tuple(self.changed):
            listener()


class Document(Protocol):
    """What a workspace edits."""

    @property
    def history(self) -> History[Any, Any]: ...


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


def _known(back: E | None) -> E:
    assert back is not None  # what is done knows its way back
    return back


def _age(link: tuple[int | None, int]) -> int:
    return -1 if link[0] is None else link[0]


def _beyond(costs: Sequence[int]) -> int:
    """How many of the oldest steps, of these bytes each, lie beyond the limits of undo; the last one always stays."""
    total, drop = sum(costs), 0
    while drop < len(costs) - 1 and (len(costs) - drop > STEPS_LIMIT or total > BYTES_LIMIT):
        total -= costs[drop]
        drop += 1
    return drop
