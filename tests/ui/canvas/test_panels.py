"""The strip of tools and the panel of layers: what they show, and that all they do can be undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.documents.canvas.document import BoardDocument
from studio.generators import setting
from studio.ui import theme
from studio.ui.canvas.drawer import Drawer
from studio.ui.canvas.layer_list import eye_rect
from studio.ui.canvas.layers import LayersPanel
from studio.ui.canvas.tools.pencil import Pencil
from studio.ui.canvas.tools.settings import BrushSettings
from studio.ui.canvas.toolstrip import ToolStrip
from studio.ui.canvas.view import BoardView


@pytest.fixture
def strip(view: BoardView, qtbot: QtBot) -> ToolStrip:
    made = ToolStrip(view)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def panel(view: BoardView, qtbot: QtBot) -> LayersPanel:
    made = LayersPanel(view)
    qtbot.addWidget(made)
    made.resize(280, 400)
    made.show()
    return made


def names(panel: LayersPanel) -> list[str]:
    return [str(panel.model.index(row).data()) for row in range(panel.model.rowCount())]


def row_rect(panel: LayersPanel, row: int):  # type: ignore[no-untyped-def]
    return panel.list.visualRect(panel.model.index(row))


def test_every_tool_has_a_button_with_its_key(strip: ToolStrip, view: BoardView) -> None:
    assert strip.buttons["pencil"].toolTip() == "Pencil (B)"
    QTest.mouseClick(strip.buttons["pencil"], Qt.MouseButton.LeftButton)
    assert view.tool.name == "pencil" and strip.buttons["pencil"].isChecked()
    view.set_tool("fill")
    assert strip.buttons["fill"].isChecked() and strip.fields["tolerance"].isVisible() and not strip.fields["size"].isVisible()
    assert all(button.size().toTuple() == (32, 32) for button in strip.buttons.values())


def test_numbers_answer_to_drag_wheel_keys_and_double_click(strip: ToolStrip, view: BoardView) -> None:
    view.set_tool("pencil")
    number = strip.fields["size"]
    QTest.mousePress(number, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(number, QPoint(30, 10))
    QTest.mouseRelease(number, Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert view.context.brush.settings(BrushSettings).size == 3
    QTest.keyClick(number, Qt.Key.Key_Up)
    assert view.context.brush.settings(BrushSettings).size == 4 and number.text() == "4 px"
    QTest.keyClicks(number, "1")
    QTest.keyClicks(number.findChild(QLineEdit), "2")
    QTest.keyClick(number.findChild(QLineEdit), Qt.Key.Key_Return)
    assert view.context.brush.settings(BrushSettings).size == 12
    QTest.mouseDClick(number, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert view.context.brush.settings(BrushSettings).size == 1


def test_the_colour_popup_sets_the_brush_and_shows_recent_colours(strip: ToolStrip, view: BoardView) -> None:
    QTest.mouseClick(strip.swatch, Qt.MouseButton.LeftButton)
    assert strip.popup.isVisible()
    letters = strip.popup.findChild(QLineEdit)
    letters.setText("#3366cc")
    QTest.keyClick(letters, Qt.Key.Key_Return)
    assert view.context.brush.colour == (0x33, 0x66, 0xCC, 255) and not strip.popup.isVisible()
    view.context.brush.used()
    view.context.brush.set(colour=(1, 2, 3, 255))
    view.context.brush.used()
    assert view.context.brush.recent == [(1, 2, 3, 255), (0x33, 0x66, 0xCC, 255)]


def test_wrong_letters_leave_the_colour(strip: ToolStrip, view: BoardView) -> None:
    letters = strip.popup.findChild(QLineEdit)
    letters.setText("#xyz")
    QTest.keyClick(letters, Qt.Key.Key_Return)
    assert view.context.brush.colour == (0, 0, 0, 255) and letters.text() == "#000000"


def test_layers_are_listed_top_first_and_the_active_one_is_chosen(panel: LayersPanel, view: BoardView) -> None:
    assert names(panel) == ["b", "a"] and panel.list.currentIndex().row() == 0
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=row_rect(panel, 1).center())
    assert view.context.document.board.active == "a" and view.context.document.history.undo_label == ""


def test_the_eye_hides_and_shows_and_so_does_space(panel: LayersPanel, view: BoardView) -> None:
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=eye_rect(row_rect(panel, 1)).center())
    assert not view.context.document.board.layer("a").visible and view.context.document.history.undo_label == "Hide layer"
    assert "hidden" in str(panel.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole))
    panel.list.setCurrentIndex(panel.model.index(1))
    QTest.keyClick(panel.list, Qt.Key.Key_Space)
    assert view.context.document.board.layer("a").visible


def test_a_double_click_renames(panel: LayersPanel, view: BoardView, qtbot: QtBot) -> None:
    place = row_rect(panel, 0).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    editor = panel.list.viewport().findChild(QLineEdit)
    editor.setText("Knight")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.context.document.board.layer("b").name == "Knight")  # Qt commits an editor after the key
    assert names(panel) == ["Knight", "a"]
    view.context.document.undo()
    assert names(panel) == ["b", "a"]


def test_a_row_dragged_elsewhere_reorders_the_board(panel: LayersPanel, view: BoardView) -> None:
    model = panel.model
    model.dropMimeData(model.mimeData([model.index(0)]), Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert [each.id for each in view.context.document.board.layers] == ["b", "a"] and names(panel) == ["a", "b"]
    assert view.context.document.history.undo_label == "Reorder layers"
    model.dropMimeData(model.mimeData([model.index(1)]), Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert names(panel) == ["b", "a"]


def test_buttons_do_what_they_say_and_are_off_where_they_cannot(panel: LayersPanel, view: BoardView) -> None:
    document = view.context.document
    assert not panel.buttons["up"].isEnabled() and panel.buttons["down"].isEnabled()
    for name, label in (("duplicate", "Duplicate layer"), ("down", "Reorder layers"), ("up", "Reorder layers"), ("merge", "Merge down"),
                        ("add", "Add layer"), ("delete", "Delete layer")):  # fmt: skip
        QTest.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)
        assert document.history.undo_label == label, name
    assert names(panel) == ["b", "a"]
    view.set_document(BoardDocument())
    assert names(panel) == [] and not panel.buttons["delete"].isEnabled() and not panel.opacity.isEnabled()


def test_opacity_is_previewed_while_it_slides_and_is_one_edit_at_release(panel: LayersPanel, view: BoardView) -> None:
    document = view.context.document
    panel.opacity.setSliderDown(True)
    for value in (80, 60, 40):
        panel.opacity.setSliderPosition(value)
        assert document.shown.layer("b").opacity == value / 100 and document.board.layer("b").opacity == 1
    panel.opacity.setSliderDown(False)
    assert document.board.layer("b").opacity == 0.4 and document.history.position == 1
    document.undo()
    assert panel.opacity.value() == 100


def test_everything_that_can_be_pressed_has_a_name(strip: ToolStrip, panel: LayersPanel, view: BoardView) -> None:
    for window in (strip, panel, view, strip.popup):
        for widget in [window, *window.findChildren(QWidget)]:
            if isinstance(widget, QAbstractButton) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), widget


def test_panels_follow_the_theme(strip: ToolStrip, panel: LayersPanel, view: BoardView, qapp) -> None:  # type: ignore[no-untyped-def]
    def brightness(widget: QWidget) -> int:
        image = widget.grab().toImage()
        return image.pixelColor(image.width() - 3, image.height() - 3).lightness()

    try:
        dark = [brightness(view), brightness(panel)]
        theme.apply(qapp, "light")
        assert all(light > before + 100 for light, before in zip([brightness(view), brightness(panel)], dark, strict=True))
    finally:
        theme.apply(qapp, "dark")


def test_a_long_heading_of_a_sheet_never_widens_the_window(qtbot: QtBot) -> None:
    drawer = Drawer()
    qtbot.addWidget(drawer)
    drawer.begin("", 16)
    narrowest = drawer.minimumSizeHint().width()
    drawer.begin("Dungeon tiles (PixelCNN)  ·  Finish the lower half  ·  seed 644503  ·  " * 3, 16)
    assert drawer.minimumSizeHint().width() == narrowest
    assert any(label.toolTip().startswith("Dungeon tiles") for label in drawer.findChildren(QLabel))


@dataclass(frozen=True)
class SpraySettings(BrushSettings):
    density: float = setting(0.5, "How many of the pixels are painted", low=0.0, high=1.0, step=0.1)
    soft: bool = setting(False, "Fades to its edge")


class Spray(Pencil):
    name, label, icon, shortcut = "spray", "Spray", "sparkles", "Y"
    settings = SpraySettings

    @staticmethod
    def shape(settings: BrushSettings) -> np.ndarray:
        assert isinstance(settings, SpraySettings)
        return np.random.default_rng(0).random((settings.size, settings.size)) < settings.density


def test_a_new_brush_brings_its_settings_with_it(view: BoardView, qtbot: QtBot) -> None:
    view.tools["spray"] = Spray()
    strip = ToolStrip(view)
    qtbot.addWidget(strip)
    strip.show()
    density, soft = strip.fields["density"], strip.fields["soft"]
    view.set_tool("pencil")
    assert strip.fields["size"].isVisible() and not density.isVisible()
    view.set_tool("spray")
    assert density.isVisible() and soft.isVisible() and not strip.fields["tolerance"].isVisible()
    view.context.brush.set(size=4, density=1.0)
    assert density.value() == 1.0 and view.tool.touches(view.context).sum() == 16
    qtbot.mouseClick(soft, Qt.MouseButton.LeftButton)
    assert view.context.brush.settings(SpraySettings) == SpraySettings(size=4, density=1.0, soft=True)
    tip = strip.fields["tip"]
    qtbot.mouseClick(tip, Qt.MouseButton.LeftButton)
    assert view.context.brush.settings(SpraySettings).tip == "square" and "square" in tip.accessibleName()


def test_a_layer_is_blended_as_is_chosen_and_undone(panel: LayersPanel, view: BoardView, qtbot: QtBot) -> None:
    document = view.context.document
    layer = document.board.active
    panel.blend.setCurrentIndex(panel.blend.findText("Color dodge"))
    panel.blend.activated.emit(panel.blend.currentIndex())
    assert document.board.layer(layer).blend == "color-dodge" and document.history.undo_label == "Change how it blends"
    assert document.undo()
    assert document.board.layer(layer).blend == "normal" and panel.blend.currentText() == "Normal"
