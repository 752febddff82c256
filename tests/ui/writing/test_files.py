"""Files in and out of the window: nothing is lost, nothing hangs, what is broken is a sentence."""

import json

import pytest
from PySide6.QtCore import Qt

from studio.documents.page.versions import ROOT
from studio.media import Text
from studio.media.text import files, formats
from studio.project import Recipe
from studio.ui.writing.export import export, note_of, pdf
from studio.ui.writing.version_history import VersionHistory
from tests.ui.writing.test_making import press
from tests.ui.writing.test_page import write

PATIENCE = 60_000


@pytest.mark.parametrize("ending", [".md", ".txt", ".docx"])
def test_a_file_opens_on_a_page_of_its_own(qtbot, window, writing, page, tmp_path, ending) -> None:
    write(qtbot, page, "mine")
    path = tmp_path / f"theirs{ending}"
    formats.save(Text("# Theirs\n\n*word*\n"), path)
    window.go("canvas")
    window.open_path(path)
    qtbot.waitUntil(lambda: "Theirs" in writing.sheet.content, timeout=PATIENCE)
    assert window.current == "writing"
    assert len(writing.sheet.pages.all()) == 2
    assert ("*word*" in writing.sheet.content) == (ending != ".txt")
    assert writing.undo() and writing.sheet.content == ""


@pytest.mark.parametrize(("name", "data"), [("x.docx", b"PK\x03\x04broken"), ("x.md", b"\x00\x01\x02" * 99), ("gone.txt", None)])
def test_what_cannot_be_read_is_said_and_the_page_stays(qtbot, window, writing, page, tmp_path, name, data) -> None:
    write(qtbot, page, "mine")
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with qtbot.waitSignal(window.context.problem, timeout=PATIENCE):
        window.open_path(tmp_path / name)
    assert name in window.notice.text()
    assert writing.sheet.content == page.toPlainText() == "mine"


def test_five_megabytes_in_one_line_open_and_can_be_typed_into(qtbot, window, writing, page, tmp_path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("lorem ipsum " * 430_000)
    window.open_path(path)
    qtbot.waitUntil(lambda: len(writing.sheet.content) > 5_000_000, timeout=PATIENCE)
    assert "were broken" in window.notice.text()
    page.choose(3, 3)
    qtbot.keyClicks(page, "!")
    assert writing.sheet.content.startswith("lor!em")
    assert writing.sheet.content.replace("\n", "").count("ipsum") == 430_000


def test_a_page_written_with_a_model_says_so_in_every_kind_of_file(qtbot, window, writing, page, tmp_path) -> None:
    press(qtbot, window, "generate", words=12)
    qtbot.waitUntil(lambda: len(writing.sheet.past.assets()) == 1, timeout=PATIENCE)
    recipe = Recipe.from_json(writing.note())
    assert recipe.model == "tiny-words" and not recipe.edited
    qtbot.keyClick(page, Qt.Key.Key_X)
    edited = writing.note()
    assert Recipe.from_json(edited).edited
    for ending in (".md", ".txt", ".docx", ".html", ".pdf"):
        path = tmp_path / f"page{ending}"
        with qtbot.waitSignal(window.context.notice, timeout=PATIENCE):
            export(window.context, Text(writing.sheet.content), edited, path)
        data = path.read_bytes()
        if ending == ".pdf":
            assert data.startswith(b"%PDF") and files.note_in_pdf(path) == edited
        elif ending != ".html":
            assert files.load(path)[1] == edited
        else:
            assert (tmp_path / f"page.html{files.SIDECAR}").read_text() == edited


def test_several_continuations_give_a_list_of_recipes(qtbot, window, writing, page) -> None:
    write(qtbot, page, "the")
    press(qtbot, window, "continue", words=4)
    press(qtbot, window, "continue", words=4)
    qtbot.waitUntil(lambda: len(writing.sheet.past.assets()) == 2, timeout=PATIENCE)  # they are kept on the file threads
    note = json.loads(writing.note())
    assert [each["action"] for each in note["written"]] == ["continue", "continue"]
    assert note_of(window.context.project, [], "x") == ""


def test_continuations_follow_each_other_however_late_their_pages_are_kept(qtbot, window, writing, page, monkeypatch) -> None:
    late: list = []
    keep = VersionHistory.keep_base
    monkeypatch.setattr(VersionHistory, "keep_base", lambda self, content, then: late.append(lambda: keep(self, content, then)))
    write(qtbot, page, "the")
    press(qtbot, window, "continue", words=4)
    press(qtbot, window, "continue", words=4)
    assert writing.sheet.past.assets() == []
    for each in late:
        each()
    qtbot.waitUntil(lambda: len(writing.sheet.past.assets()) == 2, timeout=PATIENCE)
    assert [each.parent for each in writing.sheet.past.branches] == [ROOT, 0]


def test_a_file_that_cannot_be_written_is_a_sentence(qtbot, window, tmp_path) -> None:
    (tmp_path / "folder").write_text("no folder")
    with qtbot.waitSignal(window.context.problem, timeout=PATIENCE):
        export(window.context, Text("x"), "", tmp_path / "folder" / "page.md")
    assert "page.md" in window.notice.text()


def test_a_pdf_holds_every_script(qtbot) -> None:
    assert len(pdf(Text("# A\n\nمرحبا שלום 🐈 𝔸\n" * 300))) > 5000


def test_opening_a_recipe_restores_model_and_seed(qtbot, window, writing, page, tmp_path) -> None:
    press(qtbot, window, "generate", words=9)
    path = tmp_path / "again.md"
    formats.save(Text(writing.sheet.content), path, writing.note())
    with qtbot.waitSignal(window.context.recipe_dropped, timeout=PATIENCE):
        window.open_path(path)
    assert window.inspector.action().id == "generate"
    qtbot.waitUntil(lambda: bool(writing.note()), timeout=PATIENCE)
    assert Recipe.from_json(writing.note()).model == "tiny-words"


def test_a_dropped_file_goes_where_its_kind_is_at_home(qtbot, window, writing, tmp_path) -> None:
    import numpy as np
    from PySide6.QtCore import QMimeData, QUrl

    from studio.media import Picture
    from studio.media.picture import save

    save(Picture(np.full((4, 4, 4), 255, np.uint8)), tmp_path / "x.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.png"))])
    writing.importer.dropped(data)
    assert window.current == "canvas"
