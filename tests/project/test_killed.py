"""A studio killed in the middle of its work has lost nothing that it said was kept."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from studio.project import Project

CHILD = Path(__file__).with_name("appending.py")
ROOT = Path(__file__).parents[2]


def kill_after(path: Path, acknowledgements: int, start: int) -> dict[int, str]:
    """Run the child until it has acknowledged so many works, SIGKILL it, and return all that it acknowledged."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(path), str(start)], stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, text=True
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(acknowledgements)]
        child.kill()
        lines += child.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith("\n")]
    assert len(whole) >= acknowledgements
    return {int(number): sha256 for number, sha256 in whole}


def kill_again_and_again(path: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: dict[int, str] = {}
    for each in range(rounds):
        acknowledged |= kill_after(path, chance.randint(1, 120), each * 100_000)
        with Project.open(path) as project:
            assert not project.read_only
            assert any("no longer running" in notice for notice in project.notices)
            assert not any("damaged" in notice for notice in project.notices)
            assert project.check() == []
            assert set(acknowledged) <= set(project.asset_ids())
            for number, sha256 in acknowledged.items():
                assert project.asset(number).sha256 == sha256
                project.blob(sha256)
        assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_nothing_acknowledged_is_lost_when_killed_five_times(path: Path) -> None:
    kill_again_and_again(path, 5, seed=1)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_killed_fifty_times(path: Path) -> None:
    kill_again_and_again(path, 50, seed=2)
