"""Each workspace keeps a model of its own in hand, and opens with one that it can use."""

import pytest

from studio.engine import Session
from studio.shelf import Shelf
from studio.ui.application import build
from tests import tiny, words
from tests.ui.conftest import PATIENCE, idle


@pytest.fixture
def window(qtbot, project, tmp_path, monkeypatch):
    """Two models that the explorer can walk through, one that it cannot, one of scores that it can, one that writes."""
    words.on_shelf(monkeypatch)
    models = tmp_path / "all"
    for make in (tiny.make_vae, tiny.make_stylegan, tiny.make_diffusion, tiny.make_musicvae, tiny.make_words):
        make(models)
    with Session(project, Shelf([models]), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.show()
        made.context.choose_model("tiny-diffusion")
        idle(qtbot, made)
        yield made


def listed(window) -> list[str]:
    rows = window.models._list
    return [rows.item(row).data(0x0100) for row in range(rows.count())]


def test_from_writing_to_the_explorer_there_is_something_to_explore(qtbot, window) -> None:
    window.go("writing")
    idle(qtbot, window)
    assert window.context.model == "tiny-words"
    window.go("explorer")
    qtbot.waitUntil(lambda: window.workspaces["explorer"].walk.here is not None, timeout=PATIENCE)
    idle(qtbot, window)
    assert window.context.model in ("tiny-vae", "tiny-stylegan", "tiny-musicvae")
    assert window.workspaces["explorer"]._stack.currentIndex() == 0
    assert set(listed(window)) == {"tiny-vae", "tiny-stylegan", "tiny-musicvae"}
    assert window.inspector.action() is not None


def test_each_workspace_finds_its_model_again(qtbot, window) -> None:
    window.go("explorer")
    window.context.choose_model("tiny-musicvae")
    idle(qtbot, window)
    window.go("writing")
    idle(qtbot, window)
    for place, model in (
        ("canvas", "tiny-diffusion"),
        ("explorer", "tiny-musicvae"),
        ("writing", "tiny-words"),
        ("canvas", "tiny-diffusion"),
    ):
        window.go(place)
        assert window.context.model == model
    assert "tiny-words" not in listed(window)
    idle(qtbot, window)


def test_each_workspace_finds_its_action_again(qtbot, window) -> None:
    assert window.inspector.choose_action("infill")
    for place in ("writing", "explorer"):
        window.go(place)
        idle(qtbot, window)
        window.go("canvas")
        assert window.inspector.action().id == "infill"
    idle(qtbot, window)


def test_the_icons_of_the_inspector_follow_the_theme(qtbot, window) -> None:
    def looks():
        return window.inspector._action.itemIcon(0).pixmap(16, 16).toImage()

    before = looks()
    window.actions_by_id["theme"].trigger()
    assert looks() != before
    window.actions_by_id["theme"].trigger()
    assert looks() == before
    idle(qtbot, window)


def test_a_model_in_hand_that_can_be_explored_is_explored_at_first(qtbot, window) -> None:
    window.context.choose_model("tiny-stylegan")
    window.go("explorer")
    assert window.context.model == "tiny-stylegan"
    idle(qtbot, window)


def test_a_work_is_explored_with_the_model_that_made_it(qtbot, window) -> None:
    window.context.choose_model("tiny-vae")
    window.inspector._count.set_value(1)
    window.actions_by_id["generate"].trigger()
    idle(qtbot, window)
    asset = window.workspaces["canvas"].drawer.sheet.assets()[0]
    window.go("explorer")
    window.context.choose_model("tiny-stylegan")
    window.go("canvas")
    window.picking.explore(asset)
    assert window.context.model == "tiny-vae"
    qtbot.waitUntil(
        lambda: window.workspaces["explorer"].walk.here is not None and window.workspaces["explorer"].walk.here.label == "From the history",
        timeout=PATIENCE,
    )
    idle(qtbot, window)


def test_the_lab_and_the_shelf_keep_what_is_in_hand(qtbot, window) -> None:
    window.go("lab")
    assert window.context.model == "tiny-diffusion"
    window.go("shelf")
    assert window.context.model == "tiny-diffusion"
    idle(qtbot, window)


def test_the_score_of_the_roll_is_explored_as_it_stands(qtbot, window) -> None:
    window.go("pianoroll")
    window.workspaces["pianoroll"].open_score(tiny.song(2))
    window.actions_by_id["explore"].trigger()
    assert window.context.model == "tiny-musicvae"
    assert window.current == "explorer"
    qtbot.waitUntil(
        lambda: [node.label for node in window.workspaces["explorer"].walk.nodes][-1:] == ["Nearest to your score"], timeout=PATIENCE
    )
    idle(qtbot, window)


def test_a_setting_that_was_kept_under_its_former_name_is_shown(qtbot, project, tmp_path) -> None:
    tiny.make_musicvae(tmp_path / "all")
    project.set_setting("inspector", {"tiny-musicvae/generate": {"boldness": 0.6, "tempo": 90}}).result()
    with Session(project, Shelf([tmp_path / "all"]), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.show()
        made.go("pianoroll")
        made.context.choose_model("tiny-musicvae")
        idle(qtbot, made)
        asked = []
        made.inspector.asked.connect(asked.append)
        made.inspector.press()
    assert (asked[0].settings["note_temperature"], asked[0].settings["tempo"]) == (0.6, 90)
