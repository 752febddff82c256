"""The real window, driven by mouse and keyboard, over tiny models."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QInputDialog, QLineEdit, QScrollBar

from studio.engine import Session
from studio.engine.asset_io import picture_of
from studio.media import Picture
from studio.media.picture import load, save
from studio.media.picture.gif import encode_gif
from studio.project import Project, Recipe
from studio.ui.application import build
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.widgets.number import NumberField

PATIENCE = 60_000


@pytest.fixture
def window(qtbot, project: Project, session: Session):
    made = build(project, session)
    qtbot.addWidget(made)
    made.show()
    made.context.choose_model("tiny-stylegan")
    qtbot.waitUntil(lambda: not made.context.bridge.busy(), timeout=PATIENCE)
    return made


def idle(qtbot, window) -> None:
    qtbot.waitUntil(lambda: not window.context.bridge.busy(), timeout=PATIENCE)


def generate(qtbot, window, count: int = 4) -> list[int]:
    window.inspector._count.set_value(count)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, window)
    return window.workspaces["canvas"].drawer.sheet.assets()


def test_ctrl_enter_draws_and_everything_is_in_the_history(qtbot, window, project) -> None:
    assets = generate(qtbot, window)
    assert len(assets) == 4
    assert project.asset_count() == 4
    assert window.filmstrip.model().rowCount() == 4


def test_pressing_a_cell_places_it_and_undo_takes_it_back(qtbot, window) -> None:
    assets = generate(qtbot, window)
    sheet = window.workspaces["canvas"].drawer.sheet
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.cell_rect(1).center())
    board = window.workspaces["canvas"].view.context.document.board
    assert [layer.asset for layer in board.layers] == [assets[1]]
    window.actions_by_id["undo"].trigger()
    assert not window.workspaces["canvas"].view.context.document.board.layers
    window.actions_by_id["redo"].trigger()
    assert window.workspaces["canvas"].view.context.document.board.layers


def test_placed_pictures_do_not_lie_on_each_other(qtbot, window) -> None:
    for asset in generate(qtbot, window, 12):
        window.workspaces["canvas"].place(asset)
    rects = [layer.rect for layer in window.workspaces["canvas"].view.context.document.board.layers]
    assert len(rects) == 12
    assert all(a.intersected(b).empty for i, a in enumerate(rects) for b in rects[:i])


def test_more_like_this_makes_children_of_the_picked_picture(qtbot, window, project) -> None:
    parent = generate(qtbot, window)[0]
    window._vary(parent)
    idle(qtbot, window)
    children = window.workspaces["canvas"].drawer.sheet.assets()
    assert children
    assert all(project.asset(child).parents == (parent,) for child in children)


def test_a_single_result_goes_straight_to_the_board(qtbot, window) -> None:
    generate(qtbot, window, 1)
    assert len(window.workspaces["canvas"].view.context.document.board.layers) == 1


def test_the_board_and_its_undo_survive_a_restart(qtbot, window, project, shelf) -> None:
    for asset in generate(qtbot, window):
        window.workspaces["canvas"].place(asset)
    window.workspaces["canvas"].undo()
    window.close()
    project.flush()
    with Session(project, shelf) as second:
        again = build(project, second)
        qtbot.addWidget(again)
        assert len(again.workspaces["canvas"].view.context.document.board.layers) == 3
        assert again.workspaces["canvas"].redo()
        assert len(again.workspaces["canvas"].view.context.document.board.layers) == 4


def test_what_was_picked_before_a_restart_is_varied_after_it(qtbot, window, project, shelf) -> None:
    assets = generate(qtbot, window)
    qtbot.mouseClick(
        window.workspaces["canvas"].drawer.sheet,
        Qt.MouseButton.LeftButton,
        pos=window.workspaces["canvas"].drawer.sheet.cell_rect(1).center(),
    )
    window.close()
    with Session(shelf=shelf, project=project, device="cpu") as second:
        again = build(project, second)
        qtbot.addWidget(again)
        again.context.choose_model("tiny-stylegan")
        idle(qtbot, again)
        assert again.inspector.choose_action("vary")
        again.inspector.press()
        idle(qtbot, again)
        assert project.asset(again.workspaces["canvas"].drawer.sheet.assets()[0]).parents == (assets[1],)


def test_dropping_a_picture_with_a_recipe_restores_model_settings_and_seed(qtbot, window, project, tmp_path) -> None:
    asset = project.asset(generate(qtbot, window)[0])
    recipe = Recipe.from_json(asset.recipe)
    path = tmp_path / "hero.png"
    save(picture_of(project, asset), path, asset.recipe)
    window.inspector.seed.set_seed(999_999)
    other = next(card.name for card in window.context.session.shelf.usable() if card.name != recipe.model)
    window.context.choose_model(other)
    with qtbot.waitSignal(window.context.recipe_dropped, timeout=PATIENCE):
        window.open_path(path)
    assert window.context.model == recipe.model
    assert window.inspector.seed.seed() == recipe.seed
    assert window.workspaces["canvas"].view.context.document.board.layers


@pytest.mark.parametrize("note", ['{"format": 1}', "not json", '{"model": "x"}', "[" * 10_000])
def test_a_forged_recipe_is_said_and_the_picture_is_placed_all_the_same(qtbot, window, tmp_path, note) -> None:
    path = tmp_path / "forged.png"
    save(Picture(np.full((8, 8, 4), 255, np.uint8)), path, note)
    with qtbot.waitSignal(window.context.problem, timeout=PATIENCE):
        window.open_path(path)
    assert "recipe cannot be used" in window.notice.text()
    assert len(window.workspaces["canvas"].view.context.document.board.layers) == 1


def test_a_broken_picture_is_named_and_nothing_is_placed(qtbot, window, tmp_path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n then nothing")
    with qtbot.waitSignal(window.context.problem, timeout=PATIENCE):
        window.open_path(path)
    assert "broken.png" in window.notice.text()
    assert not window.workspaces["canvas"].view.context.document.board.layers


def test_a_drawing_opens_at_the_size_that_is_asked_for(qtbot, window, tmp_path, monkeypatch) -> None:
    path = tmp_path / "hat.SVG"
    path.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="red"/></svg>')
    proposed = []
    answers = iter([(0, False), (64, True)])
    monkeypatch.setattr(QInputDialog, "getInt", lambda *args: (proposed.append(args[3]), next(answers))[1])
    window.open_path(path)
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE):
        window.open_path(path)
    assert proposed == [20, 20]
    (layer,) = window.workspaces["canvas"].view.context.document.board.layers
    assert (layer.picture.width, layer.picture.height) == (64, 32)


def test_of_an_animation_it_is_said_which_frame_came(qtbot, window, tmp_path) -> None:
    shades = [Picture(np.full((8, 8, 4), shade, np.uint8)) for shade in (255, 254, 253)]
    (tmp_path / "walk.gif").write_bytes(encode_gif(shades, 100))
    with qtbot.waitSignal(window.context.notice, timeout=PATIENCE, check_params_cb=lambda said: "3 frames; this is the first" in said):
        window.open_path(tmp_path / "walk.gif")


def test_a_dropped_picture_lands_where_it_was_dropped_under_its_own_name(qtbot, window, tmp_path) -> None:
    save(Picture(np.full((8, 8, 4), 255, np.uint8)), tmp_path / "hat.png")
    with qtbot.waitSignal(window.context.asset_added, timeout=PATIENCE):
        window.workspaces["canvas"].view.file_dropped.emit(tmp_path / "hat.png", QPoint(40, 50))
    (layer,) = window.workspaces["canvas"].view.context.document.board.layers
    assert (layer.name, layer.x, layer.y) == ("hat", 36, 46)


@pytest.mark.parametrize("ending", [".atelier", ".ATELIER"])
def test_a_project_is_one_however_its_ending_is_written(qtbot, window, tmp_path, ending) -> None:
    opened = []
    window._open_wanted = opened.append
    window.open_path(tmp_path / f"x{ending}")
    assert opened == [tmp_path / f"x{ending}"]


def test_a_removed_picture_leaves_the_history_and_stays_on_disk(qtbot, window, project) -> None:
    asset = generate(qtbot, window)[0]
    with qtbot.waitSignal(window.context.asset_removed, timeout=PATIENCE):
        window.context.remove_asset(asset)
    assert window.filmstrip.model().rowCount() == 3
    assert project.blob(project.asset(asset).sha256)


def test_exporting_the_board_writes_a_picture_with_what_it_was_made_of(qtbot, window, tmp_path) -> None:
    for asset in generate(qtbot, window, 2):
        window.workspaces["canvas"].place(asset)
    dialog = ExportDialog(window.context, window.workspaces["canvas"].view.context.document.board, window)
    qtbot.addWidget(dialog)
    dialog._scale.set_value(3)
    path = tmp_path / "board.png"
    with qtbot.waitSignal(window.context.notice, timeout=PATIENCE):
        dialog.write(path)
    picture, note = load(path)
    assert picture.width % 3 == 0
    assert note.count("tiny-") >= 2


def test_the_explorer_walks_keeps_and_goes_back(qtbot, window, project) -> None:
    window.go("explorer")
    idle(qtbot, window)
    explorer = window.workspaces["explorer"]
    first = explorer.walk.here
    assert first is not None
    middle = explorer.map.rect().center()
    qtbot.mouseMove(explorer.map, middle)
    qtbot.mouseClick(explorer.map, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, -30))
    assert len(explorer.walk.nodes) == 2
    window.actions_by_id["undo"].trigger()
    assert explorer.walk.here == first
    window.actions_by_id["redo"].trigger()
    assert explorer.walk.here.number == 1
    before = project.asset_count()
    explorer.keep_point()
    idle(qtbot, window)
    assert project.asset_count() == before + 1


def test_the_map_and_the_filmstrips_fill_in(qtbot, window) -> None:
    window.go("explorer")
    columns, rows = window.workspaces["explorer"].map.grid()
    qtbot.waitUntil(lambda: window.workspaces["explorer"].map.filled() == columns * rows, timeout=PATIENCE)
    assert all(slider._frames for slider in window.workspaces["explorer"]._sliders if slider.isVisible())


def test_the_walk_survives_a_restart(qtbot, window, project, shelf) -> None:
    window.go("explorer")
    idle(qtbot, window)
    window.workspaces["explorer"].reset_point()
    window.close()
    project.flush()
    with Session(project, shelf) as second:
        again = build(project, second)
        qtbot.addWidget(again)
        again.show()
        again.context.choose_first_model()
        again.go("explorer")
        idle(qtbot, again)
        assert [node.label for node in again.workspaces["explorer"].walk.nodes] == ["The first point", "The average"]


def test_every_control_has_a_name(window) -> None:
    for name in window.workspaces:
        window.go(name)
        for kind in (QAbstractButton, QComboBox, QLineEdit, QAbstractSlider, QAbstractItemView, NumberField):
            for widget in window.findChildren(kind):
                inside = widget.parent().metaObject().className() if widget.parent() else ""
                if (
                    widget.objectName().startswith("qt_")
                    or inside.startswith("QComboBox")
                    or isinstance(widget, QScrollBar)
                    or not widget.isVisible()
                ):
                    continue
                text = widget.text() if isinstance(widget, QAbstractButton) else ""
                assert widget.accessibleName() or text or widget.toolTip(), f"{kind.__name__} in {inside} of {name}"


def test_every_command_does_something(window, monkeypatch) -> None:
    for asked in ("ask_new_project", "ask_open"):
        monkeypatch.setattr(f"studio.ui.files.{asked}", lambda parent: None)
    monkeypatch.setattr(window, "close", lambda: True)
    for command in window.dispatch.commands:
        window.dispatch.do(command.id)


def test_a_second_studio_on_the_same_file_is_read_only_and_says_so(qtbot, window, project, shelf) -> None:
    with Project.open(project.path) as second, Session(second, shelf) as other:
        assert second.read_only
        again = build(second, other)
        qtbot.addWidget(again)
        assert again.notice.text()
        again.context.choose_first_model()
        idle(qtbot, again)
        again.inspector.press()
        idle(qtbot, again)
        assert second.asset_count() == 0


def test_filling_a_selection_changes_only_the_selected_pixels_and_is_undone(qtbot, window) -> None:
    view = window.workspaces["canvas"].view
    window.workspaces["canvas"].placing.lay(Picture(np.full((16, 16, 4), 200, np.uint8)), "Grey", None, QPoint(8, 8))
    view.select_all()
    board = view.context.document.board
    before = board.layers[0].picture
    from studio.documents.canvas.edits import Select
    from studio.documents.canvas.geometry import Rect
    from studio.documents.canvas.model import Selection

    view.context.apply(Select(Selection.rectangle(Rect(2, 2, 6, 6))))
    window.inspector._count.set_value(2)
    window.actions_by_id["fill_selection"].trigger()
    qtbot.waitUntil(lambda: window.context.model == "tiny-diffusion", timeout=PATIENCE)  # one that fits is looked for beside the window
    idle(qtbot, window)
    sheet = window.workspaces["canvas"].drawer.sheet
    assert sheet.finished() == 2
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.cell_rect(1).center())
    after = view.context.document.board.layers[0].picture
    inside = np.zeros((16, 16), bool)
    inside[2:8, 2:8] = True
    changed = (after.pixels != before.pixels).any(2)
    assert changed[inside].any()
    assert not changed[~inside].any()
    window.actions_by_id["undo"].trigger()
    assert view.context.document.board.layers[0].picture == before


def test_filling_without_a_selection_says_what_to_do(qtbot, window) -> None:
    window.actions_by_id["fill_selection"].trigger()
    assert "Nothing is selected" in window.notice.text()


def test_the_making_of_a_picture_is_saved_from_the_history(qtbot, window, tmp_path) -> None:
    from studio.ui.making import save_making

    window.context.choose_model("tiny-diffusion")
    asset = generate(qtbot, window, 1)[0]
    path = tmp_path / "making.gif"
    save_making(window.context, asset, window, path)
    qtbot.waitUntil(lambda: path.name in window.notice.text(), timeout=PATIENCE)
    assert path.exists()
