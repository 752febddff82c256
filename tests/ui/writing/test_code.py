"""A page can be code, by its ending: letters of one width, colours, and ghost text that fills in the middle."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QFontInfo, QTextBlock

from studio.ui import theme
from studio.ui.writing import export

PATIENCE = 60_000
CODE = 'def sing(times):\n    """Sing\n    aloud."""  # 🦊 often\n    return times * 42\n'


def opened(qtbot: Any, writing: Any, path: Path, content: str = CODE) -> None:
    path.write_text(content)
    writing.open([path])
    qtbot.waitUntil(lambda: writing.edit.text == content, timeout=PATIENCE)


def colours(edit: Any, line: int) -> dict[str, str]:
    """The parts of a line that are coloured, and how."""
    block: QTextBlock = edit.document().findBlockByNumber(line)
    wide = block.text().encode("utf-16-le")
    return {
        wide[2 * each.start : 2 * (each.start + each.length)].decode("utf-16-le"): each.format.foreground().color().name()
        for each in block.layout().formats()
    }  # fmt: skip


def test_a_file_of_code_opens_as_code(qtbot: Any, writing: Any, tmp_path: Path) -> None:
    opened(qtbot, writing, tmp_path / "song.py")
    edit, tokens = writing.edit, theme.tokens()
    assert edit.code == ".py"
    assert QFontInfo(edit.document().defaultFont()).fixedPitch() or edit.document().defaultFont().fixedPitch()
    assert writing.sheet.pages.title(writing.sheet.pages.number) == "song.py"
    assert colours(edit, 0)["def"] == tokens.color("accent").name()
    assert colours(edit, 3)["42"] == tokens.color("warn").name()
    good = tokens.color("good").name()
    qtbot.waitUntil(lambda: colours(edit, 2).get('    aloud."""') == good, timeout=PATIENCE)  # begun on the line before
    assert colours(edit, 2)["# 🦊 often"] == tokens.color("quiet").name()
    assert not writing.proofing.misspelt("retrun tims")


def test_a_page_of_words_is_dressed_as_before_when_it_comes_back(qtbot: Any, writing: Any, tmp_path: Path) -> None:
    writing.sheet.apply("Write", 0, 0, "# A heading\n")
    first = writing.sheet.pages.number
    opened(qtbot, writing, tmp_path / "song.py")
    second = writing.sheet.pages.number
    assert second != first
    writing.open_page(first)
    assert not writing.edit.code
    assert writing.edit.document().defaultFont().family() == theme.page_font().family()
    assert writing.edit.document().findBlockByNumber(0).layout().formats()[0].format.font().pixelSize() == theme.PAGE_HEADINGS[0]
    writing.open_page(second)
    assert writing.edit.code == ".py"
    assert colours(writing.edit, 0)["def"] == theme.tokens().color("accent").name()


def test_a_new_file_beside_it_is_no_code(qtbot: Any, writing: Any, tmp_path: Path) -> None:
    opened(qtbot, writing, tmp_path / "notes.txt", "def is a word\n")
    assert not writing.edit.code


def test_code_is_written_as_it_stands(tmp_path: Path) -> None:
    from studio.media import Text

    export.write(Text(CODE), tmp_path / "song.py", '{"format": 1}')
    assert (tmp_path / "song.py").read_text() == CODE
    assert (tmp_path / "song.py.atelier.json").read_text() == '{"format": 1}'
    page = Text("<p>as it *stands*</p>\n")
    export.write(page, tmp_path / "song.html", code=True)
    assert export.load(tmp_path / "song.html")[0] == page
    assert export.load(tmp_path / "song.py") == (Text(CODE), '{"format": 1}')


@pytest.mark.parametrize(("name", "after"), [("song.py", "\n    return times * 42\n"), ("song.txt", "")])
def test_ghost_text_knows_what_comes_after_it_in_code(
    qtbot: Any, writing: Any, window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, after: str
) -> None:
    content = 'def sing(times):\n    words = "la"\n    return times * 42\n'
    opened(qtbot, writing, tmp_path / name, content)
    asked: list[tuple[str, str]] = []

    def ghost(before: str, settings: Any, more: str = "") -> Any:
        asked.append((before, more))
        return lambda model: iter(())

    monkeypatch.setattr("studio.ui.writing.model_queries.ghost", ghost)
    place = content.index('"la"') + 4
    writing.edit.choose(place, place)
    writing.edit.setFocus()
    qtbot.waitUntil(lambda: writing.ghost.ask() or bool(asked), timeout=PATIENCE)
    assert asked[0] == (content[:place], after)
