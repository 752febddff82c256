"""A medium is two rows: with them the history, the inspector, opening and saving know it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from studio.documents.page.subject import subject_of
from studio.generators import Input
from studio.media import MediaError, Picture, registry
from studio.media.files import write_atomically
from studio.media.formats import Format, begins
from studio.media.registry import Medium, load_file, medium_of_file
from studio.ui import media
from studio.ui.files import opened_kinds, save_asset
from studio.ui.media import Look, look_of
from studio.ui.widgets.inspector import InputSlot
from tests.ui.conftest import idle

MAGIC = b"GIMP Palette"


@dataclass(frozen=True)
class Colours:
    """A made-up medium: a few colours, as #rrggbb."""

    names: tuple[str, ...]


def decoded(data: bytes, name: str) -> tuple[Colours, str]:
    if not data.startswith(MAGIC):
        raise MediaError(f"{name} is no palette.")
    return Colours(tuple(data.decode().split()[2:])), ""


def drawn(colours: Colours) -> Picture:
    return Picture(np.array([[[int(each[at : at + 2], 16) for at in (1, 3, 5)] for each in colours.names]], np.uint8))


def encoded(colours: Colours) -> bytes:
    return MAGIC + b"\n" + "\n".join(colours.names).encode()


@pytest.fixture
def with_colours(monkeypatch) -> None:
    file = Format(
        "Palette", (".gpl",), lambda path: decoded(path.read_bytes(), path.name),
        lambda colours, path, note, parameters: write_atomically(path, encoded(colours)), begins(MAGIC),
    )  # fmt: skip
    row = Medium(
        "colours", Colours, lambda colours, *_: encoded(colours), decoded, "colours", "a set of colours", (file,), drawing=drawn,
    )  # fmt: skip
    monkeypatch.setattr(registry, "MEDIA", (*registry.MEDIA, row))
    look = Look("colours", "palette", "sets of colours", open_words="Paint with them", slot="any colours", offers=("open", "export"))
    monkeypatch.setattr(media, "LOOKS", (*media.LOOKS, look))


def test_two_rows_make_a_medium(qtbot, with_colours, studio_window, project, monkeypatch, tmp_path: Path) -> None:
    window, context = studio_window, studio_window.context
    path = tmp_path / "sunset.png"  # a wrong ending
    path.write_bytes(encoded(Colours(("#ff0000", "#ffaa00"))))
    assert medium_of_file(path).name == "colours" and "*.gpl" in opened_kinds() and "sets of colours" in opened_kinds()
    colours, _ = load_file(path)
    with qtbot.waitSignal(context.asset_added) as added:
        context.add(colours, "Sunset")
    asset = added.args[0]
    assert subject_of(asset) == "A set of colours called “Sunset”.\n\n"

    strip = window.filmstrip
    qtbot.waitUntil(lambda: context.images.image(asset.id) is not None)
    assert strip.model().rowCount() == 1 and not strip.grab().isNull()
    offered = [each.text() for each in strip.menu_of(asset.id).actions() if each.text()]
    assert offered == ["Paint with them", "Export…", "Remove from the history"]

    slot = InputSlot(context, Input("colours", "colours", "Colours"))
    qtbot.addWidget(slot)
    assert slot._text.text() == "Colours: any colours"
    context.work_in("colours")
    assert window.inspector._about.text() == look_of("colours").nothing_makes

    target = tmp_path / "saved.gpl"
    filters: list[str] = []

    def answer(parent, title, suggested, kinds, options) -> tuple[str, str]:
        filters.append(kinds)
        return str(target), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    save_asset(context, asset.id, window)
    idle(qtbot, window)
    qtbot.waitUntil(target.exists)
    assert filters == ["Palette (*.gpl)"] and load_file(target)[0] == colours
