"""The project file alone holds the work: while a studio rests, and when somebody takes the file away under it."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.project import Project, ProjectError, rescue
from studio.project import writer as writing


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(writing, "FOLD_SECONDS", 0.02)


def until(there: Callable[[], bool]) -> None:
    """Wait for what the writing thread does by itself."""
    waiting = threading.Event()
    for _ in range(3000):
        if there():
            return
        waiting.wait(0.01)
    raise AssertionError("it never came")


def log(path: Path) -> int:
    beside = path.with_name(path.name + "-wal")
    return beside.stat().st_size if beside.exists() else 0


def test_a_copy_of_the_one_file_holds_the_work_while_the_studio_rests(project: Project, path: Path, tmp_path: Path) -> None:
    numbers = [project.add_asset("picture", b"%d" % number).result().id for number in range(16)]
    document = project.create_document("canvas", "Board", b"board").result()
    project.append_edit(document, "stroke", b"red").result()
    until(lambda: log(path) == 0)
    copy = tmp_path / "backup" / "spirits.atelier"
    copy.parent.mkdir()
    shutil.copyfile(path, copy)
    with Project.open(copy, read_only=True) as copied:
        assert sorted(copied.asset_ids()) == numbers
        assert [edit.payload for edit in copied.load_document(document).edits] == [b"red"]


def test_a_reader_in_the_way_only_delays_the_folding(project: Project, path: Path) -> None:
    project.add_asset("picture", b"1").result()
    reading, done = threading.Event(), threading.Event()

    def slowly(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT count(*) FROM assets").fetchone()
        reading.set()
        done.wait(30)

    thread = threading.Thread(target=lambda: project._read(slowly))
    thread.start()
    reading.wait(30)
    project.add_asset("picture", b"2").result()
    assert log(path) > 0
    done.set()
    thread.join()
    until(lambda: log(path) == 0)


TAKEN = {
    "deleted": lambda path: path.unlink(),
    "renamed": lambda path: path.rename(path.with_name("elsewhere.atelier")),
    "replaced": lambda path: shutil.copyfile(path, path.with_name("theirs")) and path.with_name("theirs").replace(path),
}


@pytest.mark.parametrize("how", TAKEN)
def test_a_project_whose_file_is_taken_away_goes_on_in_a_new_one(path: Path, how: str) -> None:
    told: list[str] = []
    with Project.open(path, create=True) as project:
        project.when_moved(told.append)
        project.add_asset("picture", b"before").result()
        TAKEN[how](path)
        until(lambda: bool(told))
        assert project.path == path.with_name("spirits (rescued).atelier")
        assert "spirits.atelier was" in told[0] and "spirits (rescued).atelier" in told[0]
        project.add_asset("picture", b"after").result()
        assert project.asset_count() == 2
        with Project.open(project.path) as second:
            assert second.read_only
    with Project.open(path.with_name("spirits (rescued).atelier")) as again:
        assert not again.read_only and again.asset_count() == 2 and again.check() == []
    left = {each.name for each in path.parent.iterdir()}
    assert left <= {"spirits (rescued).atelier", "spirits.atelier", "elsewhere.atelier"}


def test_a_renamed_project_holds_all_that_was_made_until_then(path: Path) -> None:
    told: list[str] = []
    with Project.open(path, create=True) as project:
        project.when_moved(told.append)
        project.add_asset("picture", b"before").result()
        path.rename(path.with_name("elsewhere.atelier"))
        until(lambda: bool(told))
    with Project.open(path.with_name("elsewhere.atelier")) as renamed:
        assert renamed.asset_count() == 1


def test_what_was_typed_just_before_the_file_went_is_in_the_new_one(path: Path) -> None:
    told: list[str] = []
    with Project.open(path, create=True) as project:
        project.when_moved(told.append)
        document = project.create_document("page", "Page", b"").result()
        path.unlink()
        for number in range(40):
            project.append_edit(document, "typed", b"%d" % number).result()
        until(lambda: bool(told))
        assert len(project.load_document(document).edits) == 40


def test_where_its_folder_is_gone_the_project_goes_on_among_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setattr(rescue, "user_projects", lambda: home)
    path = tmp_path / "stick" / "spirits.atelier"
    told: list[str] = []
    with Project.open(path, create=True) as project:
        project.when_moved(told.append)
        project.add_asset("picture", b"before").result()
        path.parent.rename(tmp_path / "moved")
        until(lambda: bool(told))
        assert project.path == home / "spirits (rescued).atelier"


def test_where_nothing_can_be_written_that_is_said_and_tried_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def full(connection: sqlite3.Connection, path: Path) -> rescue.Rescued:
        raise ProjectError("The disk is full.")

    with Project.open(path, create=True) as project:
        project.when_moved(told.append)
        with monkeypatch.context() as patched:
            patched.setattr("studio.project.project.rescue", full)
            path.unlink()
            until(lambda: bool(told))
            assert "cannot be written to another file yet. The disk is full." in told[0]
        project._rescue_failed = -100.0
        until(lambda: len(told) > 1)
        assert project.path.name == "spirits (rescued).atelier"


def test_a_setting_is_read_as_it_was_given_last(project: Project) -> None:
    let_go = threading.Event()
    project._write(lambda connection: let_go.wait())
    project.set_setting("theme", "dark")
    future = project.set_setting("theme", "light")
    assert project.setting("theme") == "light"
    let_go.set()
    future.result()
    assert project.setting("theme") == "light"
