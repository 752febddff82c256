"""The one undo: whatever is done in whatever order, it stands where a plain list of states says, and after a restart too."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.documents import history as histories
from studio.documents.history import History
from studio.media import MediaError
from tests.documents.notebook import Notebook


@dataclass(frozen=True)
class Put:
    """Puts `after` in the place of what stands at `at`; the state is a tuple of numbers."""

    at: int
    after: int
    goes_on: bool = False
    label: str = "Put"

    def apply(self, state: tuple[int, ...]) -> tuple[int, ...]:
        if self.at >= len(state):
            raise MediaError("There is no such place.")
        return (*state[: self.at], self.after, *state[self.at + 1 :])

    def back(self, before: tuple[int, ...]) -> Put:
        if self.at >= len(before):
            raise MediaError("There is no such place.")
        return Put(self.at, before[self.at], self.goes_on)

    def cost(self, back: Put) -> int:
        return 8

    def payload(self, back: Put) -> bytes:
        return f"{self.at} {self.after} {self.goes_on:d}".encode()


START = (0, 0, 0)


def read(payload: bytes) -> Put:
    at, after, goes_on = payload.decode().split()
    return Put(int(at), int(after), goes_on == "1")


@dataclass
class Naive:
    """Every state that was ever reached, which one it was reached from, and where redo goes from each: no inverses, nothing clever."""

    states: list[tuple[int, ...]] = field(default_factory=lambda: [START])
    parents: list[int] = field(default_factory=lambda: [-1])
    goes_on: list[bool] = field(default_factory=lambda: [False])
    newest: dict[int, int] = field(default_factory=dict)
    here: int = 0

    def add(self, state: tuple[int, ...], goes_on: bool, keep: bool) -> None:
        if not keep:
            self.newest.pop(self.here, None)
        self.states.append(state)
        self.parents.append(self.here)
        self.goes_on.append(goes_on)
        self.newest[self.here] = self.here = len(self.states) - 1

    def undo(self) -> None:
        while self.here:
            leaving, self.here = self.here, self.parents[self.here]
            if not self.goes_on[leaving]:
                break

    def redo(self) -> None:
        first = True
        while (to := self.newest.get(self.here)) is not None and (first or self.goes_on[to]):
            self.here, first = to, False

    def go(self, number: int) -> None:
        self.here = number
        while number:
            self.newest[self.parents[number]] = number
            number = self.parents[number]


LINE = st.lists(st.tuples(st.sampled_from(["apply", "on", "undo", "redo"]), st.integers(0, 2), st.integers(1, 9)), max_size=40)
TREE = st.lists(st.tuples(st.sampled_from(["branch", "on", "undo", "redo", "go"]), st.integers(0, 2), st.integers(1, 99)), max_size=40)


@settings(deadline=None)
@given(LINE)
def test_a_line_of_edits_is_what_a_list_of_states_says_live_and_restored(steps: list[tuple[str, int, int]]) -> None:
    notebook, naive = Notebook(), Naive()
    history: History[tuple[int, ...], Put] = History(START, notebook)
    for what, at, after in steps:
        if what in ("apply", "on"):
            put = Put(at, after, what == "on")
            naive.add(put.apply(naive.states[naive.here]), put.goes_on, keep=False)
            history.apply(put)
            history.settle()
        else:
            getattr(naive, what)()
            getattr(history, what)()
        assert history.state == naive.states[naive.here]
        assert history.can_undo == (naive.here > 0) and history.can_redo == (naive.here in naive.newest)
    restored: History[tuple[int, ...], Put] = History(START)
    restored.restore([read(each) for each in notebook.edits], notebook.position)
    assert (restored.state, restored.position) == (history.state, history.position)
    assert restored.base() == history.base() == START
    for _ in range(len(steps)):
        assert bool(restored.redo()) == bool(history.redo()) and restored.state == history.state
    for _ in range(len(steps)):
        assert bool(restored.undo()) == bool(history.undo()) and restored.state == history.state
    assert history.state == START and not history.can_undo


@settings(deadline=None)
@given(TREE)
def test_a_tree_of_edits_is_what_a_list_of_states_says(steps: list[tuple[str, int, int]]) -> None:
    naive = Naive()
    history: History[tuple[int, ...], Put] = History(START)
    for what, at, after in steps:
        if what in ("branch", "on"):
            put = Put(at, after, what == "on")
            naive.add(put.apply(naive.states[naive.here]), put.goes_on, keep=True)
            history.branch(put)
        elif what == "go":
            number = after % len(naive.states)
            naive.go(number)
            history.go(number - 1 if number else None)
        else:
            getattr(naive, what)()
            getattr(history, what)()
        assert history.state == naive.states[naive.here]
    for number, state in enumerate(naive.states):
        history.go(number - 1 if number else None)
        assert history.state == state


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.booleans()), min_size=1, max_size=30), st.integers(1, 6))
def test_what_is_forgotten_is_a_snapshot_for_the_steps_that_stay(puts: list[tuple[int, int, bool]], limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "STEPS_LIMIT", limit)
        notebook = Notebook()
        history: History[tuple[int, ...], Put] = History(START, notebook)
        for put in puts:
            history.apply(Put(*put))
            history.settle()
        undone = 0
        while history.undo():
            undone += 1
        assert undone <= limit
        while history.redo():
            pass
        again: History[tuple[int, ...], Put] = History(history.base())
        again.restore([read(each) for each in notebook.edits[history.folded :]], notebook.position - history.folded)
        assert again.state == history.state
        while history.undo():
            assert again.undo() and again.state == history.state
        assert not again.undo()


def test_an_edit_that_cannot_be_made_leaves_everything_as_it_was() -> None:
    notebook = Notebook()
    history: History[tuple[int, ...], Put] = History(START, notebook)
    history.apply(Put(0, 1))
    history.settle()
    history.undo()
    with pytest.raises(MediaError):
        history.apply(Put(7, 1))
    assert history.state == START and history.redo_label == "Put" and history.redo() and history.state == (1, 0, 0)
    assert (notebook.position, len(notebook.edits)) == (1, 1)


def test_what_is_gathered_is_one_step_and_is_written_down_once() -> None:
    notebook = Notebook()
    history: History[tuple[int, ...], Put] = History(START, notebook)
    history.apply(Put(0, 1))
    history.amend(Put(0, 2), Put(0, 2))
    assert history.pending and notebook.edits == []
    history.settle()
    assert [read(each) for each in notebook.edits] == [Put(0, 2)] and history.undo() and history.state == START


def test_what_may_not_be_changed_says_so_and_stays() -> None:
    history: History[tuple[int, ...], Put] = History(START)
    history.apply(Put(0, 1))
    history.settle()
    asked: list[str] = []
    history.refuse = lambda: asked.append("refused")
    assert not history.undo() and asked == ["refused"] and history.state == (1, 0, 0)
    assert history.refused() and len(asked) == 2


def test_listeners_hear_of_everything_that_can_be_undone() -> None:
    history: History[tuple[int, ...], Put] = History(START)
    heard: list[tuple[bool, bool]] = []
    history.changed.append(lambda: heard.append((history.can_undo, history.can_redo)))
    history.apply(Put(0, 1))
    history.undo()
    history.redo()
    assert heard == [(True, False), (False, True), (True, False)]
