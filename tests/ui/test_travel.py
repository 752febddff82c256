"""A walk among tunes is written out as one score, and a score of one's own is found in the model."""

import pytest
from PySide6.QtCore import Qt

from studio.engine import Session
from studio.engine.asset_io import media_of
from studio.media import medium_of
from studio.project import Project, Recipe
from studio.shelf import Shelf
from studio.ui.application import build
from tests import tiny

PATIENCE = 60_000


@pytest.fixture
def window(qtbot, project: Project, tmp_path):
    tiny.make_musicvae(tmp_path / "tunes")
    tiny.make_vae(tmp_path / "tunes")
    with Session(project, Shelf([tmp_path / "tunes", tmp_path / "own"]), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.show()
        made.context.choose_model("tiny-musicvae")
        made.go("explorer")
        idle(qtbot, made)
        yield made


def idle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def test_a_walk_becomes_a_score_of_the_history(qtbot, window, project) -> None:
    explorer = window.workspaces["explorer"]
    window.actions_by_id["travel"].trigger()
    assert "one point" in window.notice.text()
    for _ in range(2):
        explorer.random_point()
        idle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_J)
    idle(qtbot, window)
    (asset,) = [each for each in project.assets() if each.medium == "score"]
    recipe = Recipe.from_json(asset.recipe)
    assert (recipe.model, recipe.action) == ("tiny-musicvae", "travel")
    score = media_of(project, asset, "score")
    assert len(score.bar_starts()) - 1 <= 2 * 5


def test_a_score_of_ones_own_is_found_in_the_model(qtbot, window, project) -> None:
    song = tiny.song()
    asset = project.add_asset("score", medium_of(song).encode(song, "", ""), title="song").result()
    before = len(window.workspaces["explorer"].walk.nodes)
    window.workspaces["explorer"].place(asset.id)
    qtbot.waitUntil(lambda: len(window.workspaces["explorer"].walk.nodes) > before, timeout=PATIENCE)
    assert window.workspaces["explorer"].walk.here.label == "Nearest to your score"


def test_a_model_of_pictures_says_that_it_cannot(qtbot, window) -> None:
    window.context.choose_model("tiny-vae")
    idle(qtbot, window)
    window.workspaces["explorer"].travel()
    assert "Models of music can" in window.notice.text()
