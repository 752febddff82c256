"""A project's documents leave it by the command line as they leave it by the window: the same bytes, and a sentence where they cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio import cli
from studio.documents.canvas.codec import board_to_bytes
from studio.documents.canvas.edits import AddLayer, Select, SetOpacity
from studio.documents.canvas.export import KINDS
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection
from studio.documents.page.codec import content_to_bytes
from studio.documents.score.codec import sheet_to_bytes
from studio.documents.score.model import Sheet
from studio.engine import Session
from studio.media import Picture, Score, Text, medium_of
from studio.media.score import NOTE, Track
from studio.project import Project, Recipe
from studio.ui.application import build
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.pianoroll.export import export as export_score
from studio.ui.writing.export import export as export_page

TUNE = Score((Track("Flute", 73, notes=np.array([(480 * n, 400, 60 + n, 80) for n in range(8)], NOTE)),), title="Tune")


def atelier(*words: object) -> int:
    return cli.run(cli.parse([str(word) for word in words]))


def picture(width: int, height: int, seed: int) -> Picture:
    return Picture(np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8))


@pytest.fixture
def stored(project: Project) -> Project:
    """A project with a board, a score and two pages, one of them damaged, and a walk."""
    board = Board((Layer("a", "Hero", 3, -2, picture(9, 7, 1)), Layer("b", "Orc", 6, 1, picture(5, 5, 2), opacity=0.5)), "b")
    for kind, name, data in (
        ("canvas", "Board", board_to_bytes(board)), ("score", "Score", sheet_to_bytes(Sheet(TUNE))),
        ("page", "Page", content_to_bytes("# Once\n\nUpon a time.\n")), ("page", "Page", b"nothing of ours"),
        ("explorer", "heroes-vae", b""),
    ):  # fmt: skip
        project.create_document(kind, name, data).result()
    project.set_setting("page.titles", {"3": "Once"}).result()
    return project


def test_what_the_window_exports_the_command_line_exports_byte_for_byte(qtbot, project: Project, session: Session, tmp_path: Path) -> None:
    recipe = Recipe("tiny-stylegan", "0" * 64, "generate", {}, 3, 0, {}, "cpu", "float32", 1, "0.1", "2.0").to_json()
    hero = picture(12, 10, 3)
    asset = project.add_asset("picture", medium_of(hero).encode(hero, "", ""), title="hero", recipe=recipe).result()
    window: Any = build(project, session)
    qtbot.addWidget(window)
    window.show()
    board = window.workspaces["canvas"].view.context.document
    board.apply(AddLayer(Layer("hero", "Hero", 2, 3, hero, asset=asset.id)))
    board.apply(AddLayer(Layer("orc", "Orc", 5, -4, picture(7, 9, 4))))
    board.apply(SetOpacity("orc", 0.4))
    board.apply(Select(Selection.rectangle(Rect(4, 0, 6, 6))))
    roll = window.workspaces["pianoroll"].state.document
    roll.apply("Write", Sheet(TUNE))
    roll.apply("Retitle", Sheet(Score(TUNE.tracks, title="Another")))
    roll.undo()
    window.go("writing")
    window.workspaces["writing"].sheet.apply("Write", 0, 0, "# Gulls\n\nThe lamp was *dark*.\n")
    window.workspaces["writing"].sheet.settle()
    project.flush()

    by_window, by_words = tmp_path / "window", tmp_path / "words"
    waiting = []
    for number, kind in enumerate(KINDS):
        dialog = ExportDialog(window.context, board.board, window)
        dialog._kind.setCurrentIndex(number)
        dialog._scale.set_value(3)
        dialog._columns.set_value(2)
        waiting.append((by_window / f"{kind.word}{kind.suffix}", dialog.write, ("--document", "board", "--part", kind.word)))
    for name in ("tune.mid", "tune.musicxml", "tune.flac"):
        waiting.append((by_window / name, lambda path: export_score(window.context, roll.sheet, path), ("--document", "Score")))
    for name in ("page.md", "page.txt", "page.docx", "page.html"):
        text, note = Text(window.workspaces["writing"].sheet.content), window.workspaces["writing"].note()
        waiting.append((by_window / name, lambda path: export_page(window.context, text, note, path), ("--document", "Gulls")))  # noqa: B023
    for path, write, words in waiting:
        write(path)
        qtbot.waitUntil(path.exists, timeout=60_000)
        options = ("--scale", 3, "--columns", 2, "--time", 150)
        assert atelier("project", project.path, "export", *words, *options, "-o", by_words / path.name) == 0
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=60_000)
    names = sorted(path.name for path in by_window.iterdir())
    assert names == sorted(path.name for path in by_words.iterdir()) and "sheet.json" in names
    assert {name: (by_window / name).read_bytes() for name in names} == {name: (by_words / name).read_bytes() for name in names}


def test_a_list_names_works_and_documents(stored: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert atelier("project", stored.path, "list", "--json") == 0
    found = {each["document"]: (each["kind"], each["title"]) for each in json.loads(capsys.readouterr().out)}
    assert found == {1: ("board", "Board"), 2: ("score", "Score"), 3: ("page", "Once"), 4: ("page", "Page"), 5: ("walk", "heroes-vae")}
    atelier("project", stored.path, "list")
    assert "document      3 page     Once" in capsys.readouterr().out


def test_a_folder_takes_a_file_under_the_documents_own_name(stored: Project, tmp_path: Path) -> None:
    assert atelier("project", stored.path, "export", "--document", 3, "-o", tmp_path / "out") == 0
    assert atelier("project", stored.path, "export", "--document", "SCORE", "-o", tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["Once.md", "Tune.mid"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--document", "Sketch"), "no document “Sketch”. There are: 5 walk “heroes-vae”; 4 page “Page”; 3 page “Once”; 2 score"),
        (("--document", "page"), "2 documents “page”; say which by its number"),
        (("--document", "4"), "Document 4 of test.atelier, a page, cannot be read: These bytes are no page."),
        (("--document", "walk"), "Document 5 is a walk, which is no file"),
        (("--document", "board", "-o", "out.mid"), "out.mid has another ending than such a file: .png"),
        (("--document", "board", "--part", "frames", "-o", "out.png"), "out.png has another ending than such a file: .gif"),
        (("--document", "board", "--part", "selection"), "Nothing is selected"),
        (("--document", "Once", "-o", "out.pdf"), "Paper is printed by the window"),
    ],
)
def test_what_cannot_be_exported_says_why_and_writes_nothing(
    stored: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert atelier("project", stored.path, "export", *words) == 1
    assert says in capsys.readouterr().err
    assert not list((tmp_path / "here").iterdir())


def test_a_file_that_is_there_is_replaced_only_by_force(stored: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, words = tmp_path / "hero.png", ("project", stored.path, "export", "--document", "Board", "-o")
    path.write_bytes(b"mine")
    assert atelier(*words, path) == 1 and "already. Say --force to replace it." in capsys.readouterr().err
    assert path.read_bytes() == b"mine"
    assert atelier(*words, path, "--force") == 0 and path.read_bytes().startswith(b"\x89PNG")
    (tmp_path / "frames.json").write_bytes(b"mine")
    assert atelier(*words, tmp_path / "frames.png", "--part", "sheet") == 1 and "frames.json is in" in capsys.readouterr().err
    assert not (tmp_path / "frames.png").exists()


def test_the_parts_on_the_command_line_are_those_of_the_dialog() -> None:
    assert tuple(kind.word for kind in KINDS) == cli.PARTS
