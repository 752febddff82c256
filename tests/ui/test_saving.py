"""Nothing is replaced that a person was not asked about: the ending is settled first, and every file that would be written counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from studio.documents.canvas import export
from studio.documents.score.export import KINDS as SCORES
from studio.documents.score.export import written_by
from studio.documents.score.model import Sheet
from studio.media import Score, Text
from studio.media.score import Track
from studio.ui import saving
from studio.ui.files import ask_making, ask_new_project
from studio.ui.saving import ask_where, with_ending

PNG = {"Picture (*.png)": ".png"}


@pytest.fixture
def parent(qtbot):  # type: ignore[no-untyped-def]
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def typed(monkeypatch: pytest.MonkeyPatch, *names: Path | str, kind: str = "") -> list[object]:
    """Let the person type these names one after another, and cancel after them; gives what the dialogs were told."""
    answers = iter([*[(str(name), kind) for name in names], ("", "")])
    options: list[object] = []

    def ask(parent, title, suggested, filters, options=None):  # type: ignore[no-untyped-def]
        told.append(options)
        return next(answers)

    told = options
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return options


def answered(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[list[str]]:
    asked: list[list[str]] = []
    monkeypatch.setattr(saving, "may_replace", lambda parent, files: asked.append([each.name for each in files]) or answer)
    return asked


@pytest.mark.parametrize(
    ("name", "written"),
    [("hero v1.2", "hero v1.2.png"), ("hero", "hero.png"), ("hero.PNG", "hero.PNG"), ("hero.gif", "hero.gif.png"), (".png", ".png.png")],
)
def test_an_ending_is_put_behind_and_never_in_the_place_of_another(name: str, written: str) -> None:
    assert with_ending(Path(name), [".png"], ".png").name == written


@pytest.mark.parametrize(("name", "there"), [("hero v1.2", "hero v1.2.png"), ("hero", "hero.png"), ("hero.png", "hero.png")])
def test_a_file_that_is_there_is_asked_about_whatever_was_typed(parent, monkeypatch, tmp_path, name: str, there: str) -> None:
    (tmp_path / there).write_bytes(b"mine")
    options = typed(monkeypatch, tmp_path / name)
    asked = answered(monkeypatch, False)
    assert ask_where(parent, "Export", "hero", PNG) is None
    assert asked == [[there]]
    assert options[0] == QFileDialog.Option.DontConfirmOverwrite  # the dialog would ask about a name that is not the last word


def test_a_name_with_a_dot_replaces_no_other_file(parent, monkeypatch, tmp_path) -> None:
    (tmp_path / "hero v1.png").write_bytes(b"mine")
    typed(monkeypatch, tmp_path / "hero v1.2")
    asked = answered(monkeypatch, False)
    assert ask_where(parent, "Export", "hero", PNG) == tmp_path / "hero v1.2.png"
    assert asked == []


def test_after_a_no_another_name_can_be_chosen(parent, monkeypatch, tmp_path) -> None:
    (tmp_path / "hero.png").write_bytes(b"mine")
    typed(monkeypatch, tmp_path / "hero", tmp_path / "hero 2")
    answered(monkeypatch, False)
    assert ask_where(parent, "Export", "hero", PNG) == tmp_path / "hero 2.png"


def test_the_json_of_a_sprite_sheet_is_asked_about(parent, monkeypatch, tmp_path) -> None:
    (tmp_path / "package.json").write_bytes(b"mine")
    typed(monkeypatch, tmp_path / "package.png")
    asked = answered(monkeypatch, False)
    assert ask_where(parent, "Export", "x", PNG, lambda path: [path, export.json_beside(path)]) is None
    assert asked == [["package.json"]]


def test_every_stem_is_asked_about(parent, monkeypatch, tmp_path) -> None:
    sheet = Sheet(Score((Track("Flute"), Track("Bass"))))
    (tmp_path / "song-02-Bass.flac").write_bytes(b"mine")
    typed(monkeypatch, tmp_path / "song.stems.flac")
    asked = answered(monkeypatch, True)
    path = ask_where(parent, "Export", "song", SCORES, lambda path: written_by(sheet, path))
    assert path == tmp_path / "song.stems.flac" and asked == [["song-02-Bass.flac"]]


def test_the_note_beside_a_plain_text_is_asked_about(tmp_path) -> None:
    from studio.media.text import files, formats

    path = tmp_path / "page.txt"
    assert [each.name for each in formats.beside(path, "note")] == ["page.txt" + files.SIDECAR]
    assert formats.beside(path, "") == [] and formats.beside(tmp_path / "page.md", "note") == []
    formats.save(Text("words"), path, "note")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["page.txt", "page.txt" + files.SIDECAR]


def test_a_project_that_is_there_is_opened_and_a_dot_in_its_name_stays(parent, monkeypatch, tmp_path) -> None:
    (tmp_path / "forest.atelier").write_bytes(b"mine")
    asked = answered(monkeypatch, False)
    typed(monkeypatch, tmp_path / "forest")
    assert ask_new_project(parent) == tmp_path / "forest.atelier"
    typed(monkeypatch, tmp_path / "forest v1.2")
    assert ask_new_project(parent) == tmp_path / "forest v1.2.atelier"
    assert asked == []


def test_the_kind_chosen_gives_the_ending(parent, monkeypatch, tmp_path) -> None:
    typed(monkeypatch, tmp_path / "walk v1.2", kind="Film (*.mp4)")
    assert ask_making(parent, "walk") == tmp_path / "walk v1.2.mp4"


@pytest.mark.parametrize(("button", "answer"), [("Replace", True), ("Choose another name", False), (None, False)])
def test_the_question_names_the_files_and_only_replace_says_yes(qtbot, parent, tmp_path, button: str | None, answer: bool) -> None:
    seen: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        if button is None:
            box.reject()
        else:
            next(each for each in box.buttons() if each.text() == button).click()

    QTimer.singleShot(0, press)
    assert saving.may_replace(parent, [tmp_path / "a.png", tmp_path / "a.json"]) is answer
    assert "“a.png”, “a.json” are in" in seen[0]
