"""Opening: whose file it is, who else has it, and what a person is told."""

from __future__ import annotations

import errno
import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from studio.project import Project, ProjectError, schema
from studio.project import lock as locks


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def write_lock(path: Path, **changes: object) -> None:
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "started": psutil.Process().create_time(), "token": "t"}
    path.with_name(path.name + ".lock").write_text(json.dumps({**holder, **changes}))


@pytest.fixture
def closed(path: Path) -> Path:
    """A project with one work, at rest."""
    with Project.open(path, create=True) as project:
        project.add_asset("picture", b"pixels").result()
    return path


def test_at_rest_a_project_is_one_file(closed: Path) -> None:
    assert names(closed.parent) == ["spirits.atelier"]
    assert closed.read_bytes()[18:20] == b"\x01\x01"  # SQLite's header: not in write-ahead mode


def test_while_open_a_lock_names_process_and_computer(project: Project, path: Path) -> None:
    holder = json.loads(path.with_name("spirits.atelier.lock").read_text())
    assert (holder["pid"], holder["host"]) == (os.getpid(), socket.gethostname())


def test_a_new_project_makes_its_folder(tmp_path: Path) -> None:
    with Project.open(tmp_path / "new" / "a b#?%.atelier", create=True) as project:
        project.add_asset("picture", b"1").result()
    assert names(tmp_path / "new") == ["a b#?%.atelier"]


def test_closing_twice_is_allowed_and_ends_everything(closed: Path) -> None:
    project = Project.open(closed)
    project.close()
    project.close()
    project.flush()
    with pytest.raises(ProjectError, match="closed"):
        project.assets()
    with pytest.raises(ProjectError, match="closed"):
        project.set_setting("a", 1).result()


def test_closing_writes_what_waits(path: Path) -> None:
    project = Project.open(path, create=True)
    futures = [project.add_asset("picture", b"%d" % number) for number in range(300)]
    project.close()
    assert [future.result().id for future in futures] == list(range(1, 301))


def test_a_second_opening_in_this_process_is_read_only(project: Project, path: Path) -> None:
    asset = project.add_asset("picture", b"1").result()
    with Project.open(path) as second:
        assert second.read_only
        assert f"process {os.getpid()}" in second.notices[0]
        assert second.asset_ids() == [asset.id]
        later = project.add_asset("picture", b"2").result()
        assert second.asset_ids() == [later.id, asset.id]
        with pytest.raises(ProjectError, match="read-only"):
            second.add_asset("picture", b"3").result()
        with pytest.raises(ProjectError, match="read-only"):
            second.set_setting("a", 1).result()
    assert path.with_name("spirits.atelier.lock").exists()


def test_a_link_to_the_project_shares_its_lock(project: Project, tmp_path: Path) -> None:
    (tmp_path / "link.atelier").symlink_to(project.path)
    with Project.open(tmp_path / "link.atelier") as second:
        assert second.read_only


def test_a_project_open_in_another_process_is_read_only_and_names_it(closed: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from studio.project import Project\n"
        "with Project.open(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(closed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": str(root)}, text=True
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == "open\n"
        with Project.open(closed) as second:
            assert second.read_only
            assert f"process {child.pid} on {socket.gethostname()}" in second.notices[0]
            assert second.asset_count() == 1
        child.communicate()
    with Project.open(closed) as third:
        assert not third.read_only
        assert third.notices == ()


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.mark.parametrize("changes", [{"pid": "dead"}, {"started": 1.0}, {"pid": 2**40}, {"pid": -1}])
def test_the_lock_of_a_process_that_is_gone_is_taken_over(closed: Path, changes: dict[str, object]) -> None:
    write_lock(closed, **{**changes, **({"pid": dead_process()} if changes.get("pid") == "dead" else {})})
    with Project.open(closed) as project:
        assert not project.read_only
        assert "taken over" in project.notices[0]
        project.add_asset("picture", b"2").result()
    assert names(closed.parent) == ["spirits.atelier"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff" * 9000, b"[" * 4000])
def test_a_lock_that_cannot_be_read_is_taken_over(closed: Path, content: bytes) -> None:
    closed.with_name("spirits.atelier.lock").write_bytes(content)
    with Project.open(closed) as project:
        assert not project.read_only
        assert "taken over" in project.notices[0]


def test_the_lock_of_another_computer_is_respected(closed: Path) -> None:
    write_lock(closed, host="elsewhere", pid=1)
    with Project.open(closed) as project:
        assert project.read_only
        assert "process 1 on elsewhere" in project.notices[0]
        assert "delete spirits.atelier.lock" in project.notices[0]
    assert closed.with_name("spirits.atelier.lock").exists()


def test_a_correction_of_the_clock_does_not_free_the_lock(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Project.open(closed):
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: 5000.0)
        with Project.open(closed) as second:
            assert second.read_only
            assert "has it open already" in second.notices[0]


def test_a_disk_without_locks_goes_by_the_name_in_the_file(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(handle: int, *, blocking: bool) -> bool:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(locks, "lock_descriptor", unsupported)
    with Project.open(closed) as first, Project.open(closed) as second:
        assert not first.read_only and second.read_only
    write_lock(closed, pid=dead_process())
    with Project.open(closed) as third:
        assert not third.read_only


def test_the_lock_file_of_another_studio_is_not_removed(closed: Path) -> None:
    with Project.open(closed):
        lock = closed.with_name("spirits.atelier.lock")
        lock.unlink()
        lock.write_bytes(b"theirs")
    assert lock.read_bytes() == b"theirs"


def test_a_folder_that_cannot_be_written_gives_a_read_only_project(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> tuple[int, bool]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(locks, "_opened", refuse)
    with Project.open(closed) as project:
        assert project.read_only
        assert "Permission denied" in project.notices[0]
        assert project.asset_count() == 1
    with pytest.raises(ProjectError, match="cannot be created"):
        Project.open(closed.with_name("new.atelier"), create=True)


def test_a_write_protected_file_gives_a_read_only_project(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with Project.open(closed, create=True) as project:
        assert project.read_only
        assert "write-protected" in project.notices[0]


def test_read_only_on_request_takes_no_lock_and_leaves_the_file_alone(closed: Path) -> None:
    before = closed.read_bytes()
    with Project.open(closed, read_only=True) as project:
        assert project.read_only
        assert project.notices == ()
        assert project.check() == []
        assert names(closed.parent) == ["spirits.atelier"]
    assert closed.read_bytes() == before


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (a)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "folder"),
        (lambda path: path.touch(), "empty"),
        (lambda path: path.write_bytes(b"\x89PNG" * 1000), "not an Atelier project"),
        (lambda path: path.write_bytes(b"x"), "not an Atelier project"),
        (other_database, "not an Atelier project"),
        (lambda path: os.mkfifo(path), "not a file"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_project_is_refused_by_name_and_left_alone(path: Path, make, reason: str, read_only: bool) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ProjectError, match=rf"spirits\.atelier.*{reason}"):
        Project.open(path, read_only=read_only)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert names(path.parent) in ([], ["spirits.atelier"])


def test_impossible_names_are_refused(tmp_path: Path) -> None:
    for name in ("a\0b", "x" * 5000):
        with pytest.raises(ProjectError):
            Project.open(tmp_path / name, create=True)


def test_an_empty_file_may_become_a_project_but_not_silently(path: Path) -> None:
    path.touch()
    with Project.open(path, create=True) as project:
        assert "empty file" in project.notices[0]


def test_a_newer_project_is_refused_and_left_alone(closed: Path) -> None:
    with sqlite3.connect(closed) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = closed.read_bytes()
    with pytest.raises(ProjectError, match=r"newer Atelier.*99"):
        Project.open(closed)
    assert closed.read_bytes() == before
    assert names(closed.parent) == ["spirits.atelier"]


def test_an_older_project_is_brought_up_to_date(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (*schema.MIGRATIONS, lambda connection: connection.execute("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    monkeypatch.setattr(schema, "VERSION", 2)
    with pytest.raises(ProjectError, match="older"):
        Project.open(closed, read_only=True)
    with Project.open(closed) as project:
        assert project.asset_count() == 1
    monkeypatch.setattr(schema, "VERSION", 1)
    with pytest.raises(ProjectError, match="newer"):
        Project.open(closed)


def test_a_failed_migration_changes_nothing(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (
        *schema.MIGRATIONS,
        lambda connection: connection.execute("DROP TABLE settings"),
        lambda connection: connection.execute("nonsense"),
    )
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", steps)
        patch.setattr(schema, "VERSION", 3)
        with pytest.raises(ProjectError, match=r"spirits\.atelier"):
            Project.open(closed)
    with Project.open(closed) as project:
        assert project.check() == []
        assert project.notices == ()


def test_importing_the_room_brings_neither_torch_nor_qt() -> None:
    code = "import sys, studio.project; sys.exit(any(name.split('.')[0] in ('torch', 'PySide6') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
