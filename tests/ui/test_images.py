"""What stands for a model where there is room for one small picture."""

import numpy as np
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from studio.media import Picture
from studio.ui.images import sheet_corner, sheet_icon, to_image, to_picture


def test_a_model_is_shown_by_the_first_picture_that_is_not_dull(qtbot: QtBot) -> None:
    """A speckled wall and a plain one come first; from afar only the drawings after them show."""
    side = 16
    pixels = np.full((10 * side, 10 * side, 4), (20, 20, 30, 255), np.uint8)
    pixels[:side, :side, :3] = np.random.default_rng(0).integers(0, 90, (side, side, 1))
    for cell in range(2, 100):
        row, column = cell // 10 * side, cell % 10 * side
        pixels[row + 4 : row + 12, column + 4 : column + 12, :3] = 255 - cell % 2  # no two neighbours alike
    icon = to_picture(sheet_icon(QPixmap.fromImage(to_image(Picture(pixels))), side).toImage())
    assert (icon.pixels == pixels[:side, 2 * side : 3 * side]).all()


def test_a_preview_that_is_no_sheet_is_shown_whole(qtbot: QtBot) -> None:
    wide = QPixmap.fromImage(to_image(Picture(np.full((10, 30, 4), 255, np.uint8))))
    assert (sheet_icon(wide, 15).width(), sheet_icon(wide, 15).height()) == (15, 5)


def test_a_damaged_preview_is_shown_as_nothing(qtbot: QtBot) -> None:
    assert sheet_icon(QPixmap(), 16).isNull()
    assert sheet_corner(QPixmap(), 5, 2, 16).isNull()
