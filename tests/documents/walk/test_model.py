"""A walk keeps the newest points, goes on after the oldest are forgotten, and is the same after a restart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.documents import history
from studio.documents.walk.model import LatentHistory, snapshot_of
from studio.media import Latent, MediaError


def point(number: int, size: int = 2) -> Latent:
    return Latent("z", {"z": np.full(size, number, np.float32)})


def walked(edits: list[tuple[str, bytes]], count: int, size: int = 2) -> LatentHistory:
    walk = LatentHistory(lambda name, payload: edits.append((name, payload)))
    for number in range(count):
        walk.visit(point(number, size), f"Point {number}")
        if number % 7 == 6:
            walk.undo()
    return walk


def same(one: LatentHistory, other: LatentHistory) -> bool:
    plain = [[(node.number, node.parent, node.label) for node in walk.nodes] for walk in (one, other)]
    return plain[0] == plain[1] and one.current == other.current and one.can_redo() == other.can_redo()


def test_the_oldest_points_are_forgotten_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "STEPS_LIMIT", 20)
    edits: list[tuple[str, bytes]] = []
    walk = walked(edits, 100)
    assert 20 <= len(walk.nodes) <= 24
    assert walk.nodes[-1].label == "Point 99" and walk.here is not None
    while walk.undo():
        pass
    assert same(LatentHistory.restored(b"", edits), walk)
    assert same(LatentHistory.restored(snapshot_of(walk.nodes, walk.current), []), LatentHistory.restored(walk.to_bytes(), []))


def test_large_points_are_bounded_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BYTES_LIMIT", 40_000)
    walk = walked([], 60, size=1000)
    assert len(walk.nodes) <= 12


def test_a_journal_of_the_first_release_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [(name, payload.replace(b'"format": 2, ', b"")) for name, payload in _edits()]
    assert all(b"format" not in payload.partition(b"\n")[0] for _, payload in first)
    assert len(LatentHistory.restored(b"", first).nodes) == 5


def test_what_a_newer_atelier_journaled_is_refused() -> None:
    with pytest.raises(MediaError, match="newer Atelier"):
        LatentHistory.restored(b"", [*_edits(), ("teleport", b"{}\n")])


@pytest.mark.parametrize("payload", [b"{", b"[]\n", b'{"first": 99}\n', b"null\n"])
def test_a_damaged_journal_is_said(payload: bytes) -> None:
    with pytest.raises(MediaError):
        LatentHistory.restored(b"", [*_edits(), ("forget", payload)])


def _edits() -> list[tuple[str, bytes]]:
    edits: list[tuple[str, bytes]] = []
    walked(edits, 5)
    return edits


@given(st.lists(st.tuples(st.sampled_from(["visit", "undo", "redo", "go"]), st.integers(0, 99)), max_size=60), st.integers(3, 50))
def test_a_walk_with_its_branches_comes_back_as_it_was_left(steps: list[tuple[str, int]], limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "STEPS_LIMIT", limit)
        edits: list[tuple[str, bytes]] = []
        walk = LatentHistory(lambda name, payload: edits.append((name, payload)))
        for what, number in steps:
            if what == "visit":
                walk.visit(point(number), f"Point {number}")
            elif what == "go" and walk.nodes:
                walk.go(number % len(walk.nodes))
            elif what in ("undo", "redo"):
                before = walk.here
                moved = walk.undo() if what == "undo" else walk.redo()
                if moved and before is not None and walk.here is not None:
                    assert (before.parent if what == "undo" else walk.here.parent) == (walk.here if what == "undo" else before).number
        again = LatentHistory.restored(b"", edits)
        assert same(again, walk)
        assert walk.here is None or (again.here is not None and again.here.latent == walk.here.latent)
        while walk.redo():
            assert again.redo() and again.current == walk.current
        while walk.undo():
            assert again.undo() and again.current == walk.current
