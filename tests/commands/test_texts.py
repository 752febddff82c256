"""The command line reads how a page came to be from every kind of file that has a place for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio import cli
from studio.media import Text
from studio.media.text import formats
from studio.project import Recipe, Written
from studio.ui.writing.export import write

RECIPE = Recipe("smollm2", "w", "continue", {"words": 9}, 7, 0, {}, "cpu", "float32", 2, "0.1", "2.13")
WRITTEN = Written((RECIPE, RECIPE), {"smollm2": 1234})


def recipe_of(path: Path, *words: str) -> int:
    return cli.run(cli.parse(["recipe", str(path), *words]))


@pytest.mark.parametrize("ending", [".md", ".docx", ".txt", ".pdf"])
def test_a_page_that_models_wrote_parts_of_names_them_all(qtbot, ending: str, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"page{ending}"
    write(Text("The harbour & <the> sea"), path, WRITTEN.to_json())
    assert recipe_of(path) == 0
    told = capsys.readouterr().out
    assert told.count("smollm2 · continue · seed 7") == 2 and "1,234 characters" in told


def test_what_cannot_be_made_again_says_why(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "page.md"
    formats.save(Text("x"), path, WRITTEN.to_json())
    assert recipe_of(path, "--again") != 0 and "cannot be made again" in capsys.readouterr().err
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert recipe_of(tmp_path / "other.pdf") != 0
