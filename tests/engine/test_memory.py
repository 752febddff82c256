"""Which models stay in memory, and who decides how much of it they may hold."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.engine import EngineError, Session, memory
from studio.engine.memory import GB, ModelCache
from studio.shelf import Shelf


class Weighing:
    """A model of so many bytes."""

    def __init__(self, weight: int) -> None:
        self.weight = weight

    def memory(self) -> int:
        return self.weight


def used(cache: ModelCache, *names: str, large: int = 1) -> None:
    for name in names:
        cache.get(name, lambda name=name: Weighing(large if name == "large" else 1))


def test_the_model_unused_longest_goes_first_and_the_newest_stays() -> None:
    cache = ModelCache(3)
    used(cache, "a", "b", "c", "a", "d")
    assert cache.names() == ("c", "a", "d")
    used(cache, "e", "c")
    assert cache.names() == ("d", "e", "c")


def test_a_large_model_sends_as_many_away_as_it_takes() -> None:
    cache = ModelCache(4)
    used(cache, "a", "b", "c", "large", large=3)
    assert cache.names() == ("c", "large")


def test_a_model_larger_than_the_budget_is_held_alone() -> None:
    cache = ModelCache(4)
    used(cache, "a", "large", large=9)
    assert cache.names() == ("large",)


def test_a_smaller_budget_sends_the_model_unused_longest_away() -> None:
    cache = ModelCache(4)
    used(cache, "a", "b", "c", "a")
    cache.budget = 2
    cache.make_room()
    assert cache.names() == ("c", "a")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with 16 GB and an empty folder for settings."""
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(total=16 * GB))
    monkeypatch.setattr(memory, "config", lambda: tmp_path)
    return tmp_path


def test_models_may_hold_a_quarter_of_the_machine_and_never_less_than_a_gigabyte(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory.stored_budget() == 4 * GB
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(total=2 * GB))
    assert memory.stored_budget() == GB


def test_a_budget_that_was_set_holds_at_the_next_start(machine: Path) -> None:
    with Session(None, Shelf([machine / "none"])) as session:
        session.set_budget(3 * GB)
        assert session.status().budget == 3 * GB
    with Session(None, Shelf([machine / "none"])) as again:
        assert again.status().budget == 3 * GB


@pytest.mark.parametrize("budget", [0, -1, 17 * GB])
def test_a_budget_that_makes_no_sense_is_refused_and_changes_nothing(machine: Path, budget: int) -> None:
    with Session(None, Shelf([machine / "none"])) as session:
        with pytest.raises(EngineError, match=r"16\.0 GB"):
            session.set_budget(budget)
        assert session.status().budget == 4 * GB
    assert not (machine / "memory").exists()


@pytest.mark.parametrize("written", ["", "lots", "-4", "9" * 40, "\xff\xfe"])
def test_a_damaged_setting_is_as_if_it_were_not_there(machine: Path, written: str) -> None:
    (machine / "memory").write_bytes(written.encode("latin-1"))
    assert memory.stored_budget() == 4 * GB
