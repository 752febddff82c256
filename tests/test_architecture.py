"""The picture of the rooms in docs/architecture.md is the one that the code draws."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_the_picture_is_drawn_from_the_code_as_it_is() -> None:
    drawing = runpy.run_path(str(DOCS / "draw_architecture.py"))
    assert drawing["PICTURE"].read_text("utf-8") == drawing["drawn"](), "draw it anew: python docs/draw_architecture.py"


def test_no_room_imports_one_above_it() -> None:
    drawing = runpy.run_path(str(DOCS / "draw_architecture.py"))
    order = drawing["rooms"]()
    found = drawing["imports"]()
    assert len(found) > 20
    assert [pair for pair in found if order.index(pair[0]) > order.index(pair[1])] == []
