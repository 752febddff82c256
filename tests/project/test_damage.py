"""Damaged files: opened as far as they can be, never silently, and never with another exception than ours."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.project import Project, ProjectError, Recipe, opening

WORKS = 60


class Whole(tuple[bytes, object]):
    """A project's bytes, and all that is in it; shown briefly, since hypothesis shows it with every failure."""

    def __repr__(self) -> str:
        return "a whole project"


def everything(project: Project) -> object:
    """All that a person could see of a project."""
    assets = project.assets(limit=1000)
    blobs = [project.blob(asset.sha256) for asset in assets]
    thumbnails = [project.thumbnail(asset.id) for asset in assets]
    documents = [(info, project.load_document(info.id)) for info in project.documents()]
    return assets, blobs, thumbnails, documents, project.setting("view")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A project's bytes, and what is in it."""
    path = tmp_path_factory.mktemp("whole") / "whole.atelier"
    chance = random.Random(1)
    recipe = Recipe("m", "w" * 64, "generate", {"t": 0.5}, 1, 0, {}, "cpu", "float32", 1, "0.1.0", "2.0").to_json()
    with Project.open(path, create=True) as project:
        for number in range(WORKS):
            data = chance.randbytes(chance.randint(10, 6000))
            parents = [number] if number else []
            project.add_asset("picture", data, recipe=recipe, title=f"Work {number}", parents=parents, thumbnail=data[:300])
        for name in ("Board", "Map"):
            document = project.create_document("canvas", name, chance.randbytes(5000)).result()
            for number in range(20):
                project.append_edit(document, f"stroke {number}", chance.randbytes(500))
        project.set_setting("view", {"zoom": 2})
        project.flush()
        assert project.check() == []
        seen = everything(project)
    return Whole((path.read_bytes(), seen))


def open_damaged(data: bytes, whole: Whole, *, read_only: bool) -> str:
    """Open `data` as a project, and fail unless it is refused, said, found by check, or does not matter. Returns which."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hurt.atelier"
        path.write_bytes(data)
        try:
            with Project.open(path, read_only=read_only) as project:
                if project.notices:
                    assert "damaged" in project.notices[0]
                    if read_only:
                        assert path.read_bytes() == data
                        assert project.check()
                    else:
                        assert (Path(folder) / "hurt.atelier.damaged").read_bytes() == data
                        # What came over is sound, apart from works whose content or recipe is truly gone; check goes on saying so.
                        truly_gone = ("is missing", ": The recipe", "has not the size")
                        problems = [each for each in project.check() if not any(words in each for words in truly_gone)]
                        assert problems == [], problems
                    return "said"
                if project.check():
                    return "found"
                assert everything(project) == whole[1]
                return "harmless"
        except ProjectError as error:
            assert "hurt.atelier" in str(error)
            assert path.read_bytes() == data
            return "refused"


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 1), read_only=st.booleans())
@example(share=1.0, read_only=False)
def test_a_file_cut_short_is_never_opened_silently(whole: Whole, share: float, read_only: bool) -> None:
    data, _ = whole
    length = int(share * (len(data) - 1))
    assert open_damaged(data[:length], whole, read_only=read_only) in ("said", "refused")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 20), read_only=st.booleans())
def test_bytes_turned_over_anywhere_are_never_silent(whole: Whole, seed: int, count: int, read_only: bool) -> None:
    data, _ = whole
    chance = random.Random(seed)
    hurt = bytearray(data)
    for _ in range(count):
        hurt[chance.randrange(len(hurt))] = chance.randrange(256)
    open_damaged(bytes(hurt), whole, read_only=read_only)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), page=st.integers(0, 10_000), blank=st.booleans())
def test_whole_pages_lost_are_never_silent(whole: Whole, seed: int, page: int, blank: bool) -> None:
    data, _ = whole
    start = page % (len(data) // 8192) * 8192
    block = bytes(8192) if blank else random.Random(seed).randbytes(8192)
    open_damaged(data[:start] + block + data[start + 8192 :], whole, read_only=False)


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=30, deadline=None)
def test_garbage_with_our_first_bytes_is_refused(whole: Whole, tail: bytes, header: bool) -> None:
    data, _ = whole
    assert open_damaged((data[:100] if header else data[:16]) + tail, whole, read_only=False) == "refused"


def test_most_of_a_project_comes_back_when_its_second_half_is_lost(whole: Whole, tmp_path: Path) -> None:
    data, _ = whole
    path = tmp_path / "half.atelier"
    for name in ("half.atelier.damaged", "half.atelier.damaged-2"):
        path.write_bytes(data[: len(data) // 2])
        with Project.open(path) as project:
            assert not project.read_only
            assert f"The damaged original is kept as {name}" in project.notices[0]
            assert "Recovered: " in project.notices[0]
            added = project.add_asset("picture", b"new").result()
            assert added.id > WORKS
        with Project.open(path) as project:
            assert project.notices == ()
            assert added in project.assets()
        assert (tmp_path / name).read_bytes() == data[: len(data) // 2]


def rows_of(path: Path, query: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(query)
    connection.close()


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("UPDATE blobs SET data = x'00' WHERE id = 1", "is damaged"),
        ("DELETE FROM blobs WHERE id = 1", "of work 1 is missing"),
        ("DELETE FROM assets WHERE id = 1", "made from work 1"),
        ("UPDATE assets SET title = 'other' WHERE id = 2", "Row 2 of assets"),
        ("UPDATE assets SET recipe = '{}' WHERE id = 2", "Work 2: The recipe"),
        ("UPDATE assets SET size = 1 WHERE id = 2", "has not the size"),
        ("UPDATE documents SET position = 21 WHERE id = 1", "outside its journal"),
        ("DELETE FROM edits WHERE document = 1 AND number = 5", "has a gap"),
        ("DELETE FROM snapshots WHERE id = 1", "lost what its steps start from"),
        ("DELETE FROM documents WHERE id = 1", "which is missing"),
        ("UPDATE settings SET value = '{'", "cannot be read"),
        ("UPDATE thumbnails SET data = x'00' WHERE id = 1", "Row 1 of thumbnails"),
    ],
)
def test_check_finds_each_kind_of_harm(whole: Whole, path: Path, harm: str, sentence: str) -> None:
    path.write_bytes(whole[0])
    rows_of(path, harm)
    with Project.open(path, read_only=True) as project:
        assert any(sentence in problem for problem in project.check())


def test_content_that_changed_on_the_disk_is_not_handed_out(whole: Whole, path: Path) -> None:
    path.write_bytes(whole[0])
    rows_of(path, "UPDATE blobs SET data = x'00' WHERE id = 1")
    rows_of(path, "UPDATE thumbnails SET data = x'00' WHERE id = 1")
    rows_of(path, "UPDATE settings SET value = '1'")
    with Project.open(path) as project:
        with pytest.raises(ProjectError, match="damaged"):
            project.blob(project.asset(1).sha256)
        assert project.thumbnail(1) is None
        assert project.setting("view", "default") == "default"


def test_a_journal_is_loaded_up_to_its_damaged_step_and_says_so(whole: Whole, path: Path) -> None:
    path.write_bytes(whole[0])
    rows_of(path, "UPDATE edits SET payload = x'00' WHERE document = 1 AND number = 5")
    with Project.open(path) as project:
        state = project.load_document(1)
        assert (len(state.edits), state.position) == (4, 4)
        assert "from step 5 on" in project.notices[0]


def test_damage_met_in_a_large_file_is_recovered_at_the_next_opening(whole: Whole, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "WHOLE_CHECK_BYTES", 0)
    path.write_bytes(whole[0])
    with sqlite3.connect(path) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'thumbnails'").fetchone()[0]
    connection.close()
    data = whole[0]
    path.write_bytes(data[: (root - 1) * 8192] + b"\xff" * 8192 + data[root * 8192 :])
    with Project.open(path) as project:
        assert project.notices == ()
        with pytest.raises(ProjectError, match="open it again"):
            project.thumbnail(1)
    with Project.open(path) as project:
        assert "some small pictures" in project.notices[0]
        assert project.asset_count() == WORKS
        assert project.thumbnail(1) is None
