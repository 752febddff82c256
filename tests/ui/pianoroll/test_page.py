"""The engraved page: it says that it is made anew, and never shows another piece as if it were this one."""

import numpy as np
import pytest

from studio.media import Score
from studio.media.score import NOTE, Metre, Track
from studio.ui.pianoroll.transport import bar_and_beat

BEAT = 480


def piece(title: str, count: int, **more: object) -> Score:
    notes = np.array([(n * BEAT, BEAT, 60 + n % 12, 80) for n in range(count)], NOTE)
    return Score((Track("Flute", 73, notes=notes),), title=title, **more)  # type: ignore[arg-type]


@pytest.fixture
def page(roll):  # type: ignore[no-untyped-def]
    roll.show_view("page")
    return roll.views.others["page"]


def test_another_piece_takes_the_pages_away_at_once_and_it_says_engraving(qtbot, roll, page) -> None:  # type: ignore[no-untyped-def]
    roll.open_score(piece("one", 8))
    qtbot.waitUntil(lambda: page.pages() == 1 and not page.engraving(), timeout=30_000)
    roll.open_score(piece("two", 8))
    assert page.pages() == 0
    assert page.engraving()
    qtbot.waitUntil(lambda: page.pages() == 1 and not page.engraving(), timeout=30_000)


def test_an_edit_leaves_the_old_page_pale_until_the_new_one_is_there(qtbot, roll, page) -> None:  # type: ignore[no-untyped-def]
    roll.open_score(piece("one", 8))
    qtbot.waitUntil(lambda: page.pages() == 1 and not page.engraving(), timeout=30_000)
    sheet = roll.state.document.sheet
    roll.state.document.apply("Change", sheet.with_track(0, sheet.score.tracks[0].with_notes(sheet.score.tracks[0].notes[:4])))
    assert page.pages() == 1
    assert page.engraving()
    qtbot.waitUntil(lambda: not page.engraving(), timeout=30_000)
    assert page.pages() == 1


def test_a_score_without_notes_says_what_to_do(qtbot, roll, page) -> None:  # type: ignore[no-untyped-def]
    roll.open_score(piece("one", 0))
    qtbot.waitUntil(lambda: not page.engraving(), timeout=30_000)
    assert page.pages() == 0


def test_the_bar_after_a_pickup_is_bar_one(roll) -> None:  # type: ignore[no-untyped-def]
    roll.open_score(piece("one", 9, metres=(Metre(0), Metre(BEAT))))
    places = [bar_and_beat(roll.state, tick)[0] for tick in (0, BEAT, 4 * BEAT, 5 * BEAT)]
    assert places == [0, 1, 1, 2]
    roll.open_score(piece("two", 9))
    assert bar_and_beat(roll.state, 0) == (1, 1)
