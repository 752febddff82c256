"""Assets: immutable, stored once, found fast, never lost."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from pathlib import Path

import pytest

from studio.project import Project, ProjectError, Recipe
from studio.project import assets as asset_rows


def test_a_work_comes_back_as_it_was_kept(project: Project, recipe: Recipe) -> None:
    asset = project.add_asset("picture", b"pixels", recipe=recipe.to_json(), latent=b"z", title="Elf", thumbnail=b"small").result()
    assert project.asset(asset.id) == asset
    assert asset.sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert asset.size == 6
    assert project.blob(asset.sha256) == b"pixels"
    assert project.blob(str(asset.latent_sha256)) == b"z"
    assert project.thumbnail(asset.id) == b"small"
    assert Recipe.from_json(asset.recipe) == recipe
    assert project.check() == []


def test_it_is_still_there_after_closing(path: Path) -> None:
    with Project.open(path, create=True) as project:
        asset = project.add_asset("picture", b"pixels").result()
    with Project.open(path) as project:
        assert project.assets() == [asset]


def test_equal_content_is_stored_once(project: Project, path: Path) -> None:
    data = bytes(range(256)) * 4096
    for _ in range(8):
        project.add_asset("picture", data)
    project.close()
    assert path.stat().st_size < 2 * len(data)


def test_the_history_is_paged_newest_first(project: Project) -> None:
    for number in range(25):
        project.add_asset("text" if number % 5 == 0 else "picture", b"%d" % number)
    project.flush()
    newest = [asset.id for asset in project.assets(limit=10)]
    assert newest == project.asset_ids()[:10] == sorted(newest, reverse=True)
    assert [asset.id for asset in project.assets(offset=20, limit=10)] == project.asset_ids()[20:]
    assert [asset.medium for asset in project.assets(medium="text")] == ["text"] * 5
    assert (project.asset_count(), project.asset_count("text"), project.asset_count("sound")) == (25, 5, 0)
    assert project.assets(offset=1000) == project.assets(limit=-1) == []


def test_the_history_is_counted_and_paged_on_an_index(project: Project) -> None:
    with sqlite3.connect(project.path) as connection:
        for where, values in (asset_rows._shown(None), asset_rows._shown("text")):
            plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM assets WHERE {where} ORDER BY id DESC", values).fetchall()
            assert len(plan) == 1
            assert "COVERING INDEX" in plan[0][3]
    connection.close()


def test_lineage_goes_all_the_way_up_and_down(project: Project) -> None:
    first = project.add_asset("picture", b"1").result().id
    second = project.add_asset("picture", b"2").result().id
    mixed = project.add_asset("picture", b"3", parents=[second, first]).result()
    last = project.add_asset("picture", b"4", parents=[mixed.id, first]).result()
    assert project.asset(mixed.id).parents == (second, first)
    assert project.lineage(last.id) == [mixed.id, second, first]
    assert project.children(first) == [mixed.id, last.id]
    assert project.lineage(first) == []


def test_a_parent_that_is_not_here_fails_only_its_own_write(project: Project) -> None:
    before = project.add_asset("picture", b"1")
    wrong = project.add_asset("picture", b"2", parents=[99])
    after = project.add_asset("picture", b"3")
    with pytest.raises(ProjectError, match="99"):
        wrong.result()
    assert project.asset_ids() == [after.result().id, before.result().id]
    assert project.check() == []


def test_a_deleted_work_leaves_the_history_and_can_come_back(project: Project) -> None:
    asset = project.add_asset("picture", b"1").result()
    project.delete_asset(asset.id).result()
    assert project.assets() == project.asset_ids() == []
    assert project.asset(asset.id) == asset
    assert project.blob(asset.sha256) == b"1"
    project.restore_asset(asset.id).result()
    assert project.assets() == [asset]
    assert project.check() == []


def test_what_is_not_here_is_said_by_name(project: Project) -> None:
    for asking in (
        lambda: project.asset(5),
        lambda: project.asset(2**80),
        lambda: project.lineage(5),
        lambda: project.children(5),
        lambda: project.blob("f" * 64),
        lambda: project.delete_asset(5).result(),
        lambda: project.restore_asset(5).result(),
    ):
        with pytest.raises(ProjectError, match=r"spirits\.atelier"):
            asking()
    assert project.thumbnail(5) is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"medium": "text", "data": b"x" * (20 * 2**20 + 1)}, "20 MB"),
        ({"medium": "picture", "data": b"x", "recipe": "é" * (128 * 1024 + 1)}, "256 kB"),
        ({"medium": "picture", "data": b"x", "title": "t" * 10_001}, "10000 characters"),
        ({"medium": "picture", "data": b"x", "title": "\ud800"}, "Unicode"),
        ({"medium": "", "data": b"x"}, "what it is"),
    ],
)
def test_each_cap_has_its_sentence(project: Project, words: dict, sentence: str) -> None:
    with pytest.raises(ProjectError, match=sentence):
        project.add_asset(**words).result()
    assert project.asset_count() == 0


def test_a_blob_has_a_cap(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asset_rows, "BLOB_BYTES", 2**20)
    with pytest.raises(ProjectError, match="1 MB at most"):
        project.add_asset("picture", b"x" * (2**20 + 1)).result()
    with pytest.raises(ProjectError, match="latent"):
        project.add_asset("picture", b"x", latent=b"x" * (2**20 + 1)).result()


def test_two_threads_write_while_two_read(project: Project) -> None:
    problems: list[BaseException] = []
    written = threading.Event()

    def write(name: bytes) -> None:
        for number in range(100):
            asset = project.add_asset("picture", b"%s %d" % (name, number)).result()
            if project.blob(asset.sha256) != b"%s %d" % (name, number):
                problems.append(AssertionError(asset))

    def read() -> None:
        try:
            while not written.is_set():
                for asset in project.assets(limit=5):
                    project.blob(asset.sha256)
                seen = len(project.asset_ids())
                if project.asset_count() < seen:
                    problems.append(AssertionError("the count fell behind"))
        except ProjectError as error:
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b")]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in readers:
        thread.join()
    assert problems == []
    assert project.asset_count() == 200
    assert project.check() == []
