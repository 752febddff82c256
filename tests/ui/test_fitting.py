"""A model that fits is taken: of the same set as the one in hand, else of the set that the picture looks most like."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from studio.documents.canvas.edits import Select
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Selection
from studio.engine import Session
from studio.generators import Capability
from studio.media import Picture
from studio.media.picture import load, save
from studio.shelf import Card, Shelf
from studio.ui import fitting
from studio.ui.application import build
from tests import tiny
from tests.ui.conftest import PATIENCE, idle


def fillers(shelf: Shelf) -> list[Card]:
    pictures = [card for card in shelf.usable() if card.actions()[0].output == "picture"]
    return [card for card in pictures if any(action.capability is Capability.INFILLS for action in card.actions())]


def cell(card: Card, number: int) -> Picture:
    """One picture of a shipped model's unpicked sheet."""
    size = card.config["size"]
    row, column = divmod(number, 10)
    pixels = load(card.preview)[0].pixels
    return Picture(pixels[row * size : (row + 1) * size, column * size : (column + 1) * size])


def test_of_the_shipped_models_one_of_the_same_set_fills() -> None:
    shelf = Shelf()
    for hand, data in (("heroes-vae", "heroes32"), ("faces-vae", "faces64"), ("tiles-biggan", "tiles32")):
        assert fitting.same_set(fillers(shelf), shelf.card(hand)).training["data"] == data
    assert fitting.same_set(fillers(shelf), shelf.card("musenet")) is None


def test_most_pictures_look_like_their_own_set() -> None:
    shelf = Shelf()
    for name, data in (("heroes-vae", "heroes32"), ("faces-vae", "faces64"), ("tiles-biggan", "tiles32")):
        found = [fitting.nearest(fillers(shelf), cell(shelf.card(name), number)).training["data"] for number in range(0, 100, 19)]
        assert found.count(data) > 0.6 * len(found), (name, found)


def of_set(folder, data: str, colour: tuple[int, int, int, int]) -> None:
    """A tiny model's folder, said to have learnt from `data`, whose sheet is of one colour."""
    card = folder / "card.toml"
    card.write_text(f'{card.read_text()}\n[training]\ndata = "{data}"\n')
    save(Picture(np.full((160, 160, 4), colour, np.uint8)), folder / "preview.png")


@pytest.fixture
def window(qtbot, project, tmp_path):
    models = tmp_path / "fitting"
    of_set(tiny.make_diffusion(models, "a-faces"), "faces", (200, 160, 120, 255))
    of_set(tiny.make_diffusion(models, "z-heroes"), "heroes", (20, 30, 160, 255))
    of_set(tiny.make_vae(models, "hand"), "heroes", (20, 30, 160, 255))
    of_set(tiny.make_stylegan(models, "other"), "clouds", (250, 250, 250, 255))
    with Session(project, Shelf([models]), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        made.show()
        made.workspaces["canvas"].placing.lay(Picture(np.full((16, 16, 4), (15, 25, 150, 255), np.uint8)), "Blue", None, QPoint(8, 8))
        made.workspaces["canvas"].view.context.apply(Select(Selection.rectangle(Rect(2, 2, 6, 6))))
        made.inspector._count.set_value(1)
        yield made


@pytest.mark.parametrize(("hand", "why"), [("hand", "same set"), ("other", "most like this one")])
def test_filling_takes_the_model_that_fits_and_keeps_the_action(qtbot, window, hand: str, why: str) -> None:
    window.context.choose_model(hand)
    idle(qtbot, window)
    window.actions_by_id["fill_selection"].trigger()
    qtbot.waitUntil(lambda: window.context.model == "z-heroes", timeout=PATIENCE)
    assert why in window.notice.text()
    idle(qtbot, window)
    assert window.inspector.action().capability is Capability.INFILLS
    assert window.workspaces["canvas"].drawer.sheet.finished() == 1


def test_what_was_asked_of_one_model_is_asked_of_the_next(qtbot, window) -> None:
    window.context.choose_model("a-faces")
    assert window.inspector.choose_action("redraw")
    window.context.choose_model("z-heroes")
    assert window.inspector.action().id == "redraw"
    window.context.choose_model("hand")
    assert window.inspector.action().id == "generate"
    idle(qtbot, window)


def test_of_the_models_of_a_set_one_that_looks_all_around_fills(qtbot, project) -> None:
    with Session(project, Shelf(), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        asked = []
        made.inspector.asked.disconnect()
        made.inspector.asked.connect(asked.append)
        made.context._model, made.context._begun = "heroes-vae", True
        made.inspector.show_model()
        made.context.model_changed.disconnect()
        made.inspector.press_capable(Capability.INFILLS)
        assert asked[0].model == "heroes-diffusion"


def test_more_like_this_takes_a_model_of_the_same_set_where_the_one_in_hand_cannot(qtbot, project) -> None:
    with Session(project, Shelf(), device="cpu") as session:
        made = build(project, session)
        qtbot.addWidget(made)
        asked = []
        made.inspector.asked.disconnect()
        made.inspector.asked.connect(asked.append)
        made.context.model_changed.disconnect()
        made.context.model_changed.connect(lambda _: made.inspector.show_model())
        made.context.choose_model("heroes-pixelcnn")
        made.inspector.vary(None)
        assert asked[0].action == "vary"
        assert made.context.session.shelf.card(asked[0].model).training["data"] == "heroes32"
