"""Damaged project files, documents and recipes end in what can be read of them, or in a sentence; never in anything else, and soon."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import edit_from_bytes
from studio.documents.page.document import PageDocument
from studio.documents.page.edits import Edit as PageEdit
from studio.documents.score.document import SheetDocument
from studio.documents.score.edits import Edit as ScoreEdit
from studio.documents.walk.model import LatentHistory
from studio.media import Journey, Latent, MediaError
from studio.project import Project, ProjectError, Recipe
from studio.project.written import Written
from tests.mutations import mutated, runs, survives

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.atelier"))[-1]


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> dict[str, Any]:  # type: ignore[no-untyped-def]
    """The documents of the newest golden project as they lie in it."""
    path = Path(shutil.copyfile(GOLDEN, tmp_path_factory.mktemp("golden") / GOLDEN.name))
    with Project.open(path, read_only=True) as project:
        return {info.kind: project.load_document(info.id) for info in project.documents()}


def read_all(project: Project) -> None:
    for asset in project.assets():
        for read in (project.blob, project.thumbnail):
            try:
                read(asset.sha256 if read == project.blob else asset.id)  # type: ignore[operator]
            except ProjectError as said:
                assert str(said)
    for info in project.documents():
        try:
            project.load_document(info.id)
        except ProjectError as said:
            assert str(said)
    project.setting("model")
    project.check()


@pytest.mark.parametrize("read_only", [False, True])
@runs
def test_a_damaged_project_gives_what_can_be_read_of_it(tmp_path: Path, count: int, read_only: bool) -> None:
    path = tmp_path / "spirits.atelier"

    def read(data: bytes) -> None:
        for left in tmp_path.iterdir():
            left.unlink()
        path.write_bytes(data)
        with Project.open(path, read_only=read_only) as project:
            read_all(project)

    survives(read, mutated(GOLDEN.read_bytes(), count, seed=int(read_only)), ProjectError)


def restored(document: Any) -> Callable[[bytes], Any]:
    return lambda data: document.restore(data, [], 0)


SNAPSHOTS: dict[str, Callable[[bytes], Any]] = {
    "canvas": restored(BoardDocument), "score": restored(SheetDocument), "page": restored(PageDocument),
}  # fmt: skip
EDITS: dict[str, Callable[[bytes], Any]] = {
    "canvas": edit_from_bytes, "score": ScoreEdit.from_bytes, "page": PageEdit.from_bytes,
    "explorer": lambda data: LatentHistory.restored(b"", [("visit", data)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", SNAPSHOTS)
@runs
def test_a_damaged_snapshot_is_said(stored: dict[str, Any], kind: str, count: int) -> None:
    survives(SNAPSHOTS[kind], mutated(stored[kind].snapshot, count), MediaError)


@pytest.mark.parametrize("kind", EDITS)
@runs
def test_a_damaged_step_is_said(stored: dict[str, Any], kind: str, count: int) -> None:
    for number, edit in enumerate(stored[kind].edits):
        survives(EDITS[kind], mutated(edit.payload, -(-count // len(stored[kind].edits)), seed=number), MediaError)


@runs
def test_damaged_latents_and_journeys_are_said(count: int) -> None:
    latent = Latent("z", {"z": np.arange(16, dtype=np.float32), "w": np.ones((3, 4), np.float32)})
    survives(Latent.from_bytes, mutated(latent.to_bytes(), count), MediaError)
    survives(Journey.from_bytes, mutated(Journey.evenly((latent, latent), 8.0).to_bytes(), count), MediaError)


@runs
def test_damaged_recipes_are_said(recipe: Recipe, count: int) -> None:
    text = recipe.to_json().encode()
    survives(lambda data: Recipe.from_json(data.decode("utf-8", "replace")), mutated(text, count), ProjectError)
    both = Written((recipe, recipe), {"smollm2": 12}).to_json().encode()
    survives(lambda data: Written.from_json(data.decode("utf-8", "replace")), mutated(both, count), ProjectError)
