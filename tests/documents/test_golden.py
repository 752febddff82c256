"""Project files of every format that was ever released open for ever, with all that they held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from studio.documents.canvas.codec import FORMAT, board_to_bytes
from studio.documents.canvas.document import BoardDocument
from studio.documents.page.document import PageDocument
from studio.documents.score.document import SheetDocument
from studio.documents.walk.model import LatentHistory
from studio.project import Project
from tests.project.golden.build import plain

GOLDEN = sorted((Path(__file__).parents[1] / "project" / "golden").glob("*.atelier"))


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def golden(request, tmp_path):  # type: ignore[no-untyped-def]
    """A copy of the file, open, and what it held when it was written."""
    path = Path(shutil.copyfile(request.param, tmp_path / request.param.name))
    with Project.open(path) as project:
        assert project.notices == () and project.check() == []
        yield project, json.loads(request.param.with_suffix(".json").read_text("utf-8"))


def restored(project: Project, kind: str, document: Any) -> Any:
    state = project.load_document(project.documents(kind)[0].id)
    return document.restore(state.snapshot, [edit.payload for edit in state.edits], state.position)


def test_there_is_a_file_of_every_format_until_today() -> None:
    written = {path.stem for path in GOLDEN}
    assert {f"format-{number}" for number in range(1, FORMAT.number + 1)} <= written


def test_the_board_is_as_it_was_left_and_goes_back_and_forth(golden) -> None:
    project, facts = golden
    document = restored(project, "canvas", BoardDocument)

    def shown() -> list[list[Any]]:
        return [plain(layer) for layer in document.board.layers]

    assert shown() == facts["board"]["layers"]
    assert document.board.active == facts["board"]["active"] and list(document.board.selection.rect) == facts["board"]["selection"]
    assert (document.history.position, document.history.redo_label) == (facts["board"]["undo"], facts["board"]["redo"])
    for _ in range(facts["board"]["undo"]):
        assert document.undo()
    assert not document.undo() and [layer.id for layer in document.board.layers] == ["base"]
    for _ in range(facts["board"]["undo"]):
        assert document.redo()
    assert shown() == facts["board"]["layers"]
    assert BoardDocument.restore(board_to_bytes(document.history.base()), [], 0).board == document.history.base()


def test_the_score_is_as_it_was_left(golden) -> None:
    project, facts = golden
    document = restored(project, "score", SheetDocument)
    tracks = [
        [track.name, track.program, track.drums, [list(row) for row in track.notes.tolist()]] for track in document.sheet.score.tracks
    ]
    assert tracks == facts["score"]["tracks"]
    assert document.sheet.score.tempos[0].microseconds == facts["score"]["tempo"] and document.sheet.score.title == facts["score"]["title"]
    assert document.history.position == facts["score"]["undo"] and list(document.sheet.loop) == facts["score"]["loop"]
    assert document.redo() and document.undo() and document.undo() and document.undo() and not document.undo()


def test_the_page_is_as_it_was_left(golden) -> None:
    project, facts = golden
    document = restored(project, "page", PageDocument)
    assert (document.content, document.history.position, document.history.redo_label) == tuple(
        facts["page"][name] for name in ("content", "undo", "redo")
    )
    assert document.redo() and document.undo() and document.undo()


def test_the_walk_is_as_it_was_left(golden) -> None:
    project, facts = golden
    state = project.load_document(project.documents("explorer")[0].id)
    walk = LatentHistory.restored(state.snapshot, [(edit.name, edit.payload) for edit in state.edits[: state.position]])
    assert [node.label for node in walk.nodes] == facts["walk"]["labels"] and walk.current == facts["walk"]["current"]
    assert walk.nodes[2].latent.arrays["z"].tolist() == facts["walk"]["last"]


def test_works_and_settings_are_there(golden) -> None:
    project, facts = golden
    assert [asset.title for asset in project.assets()] == facts["assets"]["shown"]
    assert list(project.asset(2).parents) == facts["assets"]["child_parents"]
    assert project.setting("model") == "heroes-vae"
