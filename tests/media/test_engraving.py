"""Engraving runs in a process of its own, which takes nothing from the folder it is started in; first pages come first."""

from pathlib import Path

import numpy as np
import pytest

from studio.media import MediaError, Score
from studio.media.score import NOTE, Track
from studio.media.score.engraving import OPENING_BARS, Engraving, engraved, until

BEAT = 480


def piece(beats: int) -> Score:
    return Score((Track("Oboe", 68, notes=np.array([(n * BEAT, BEAT, 60 + n % 12, 80) for n in range(beats)], NOTE)),))


def test_a_module_in_the_working_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "verovio", "os"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit(1)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert len(engraved(piece(8), 2100, 2970)) == 1
    assert not (tmp_path / "ran").exists()


def test_a_page_has_no_svg_inside_its_svg() -> None:
    page = engraved(piece(8), 2100, 2970)[0]
    assert page.count("<svg") == 1
    assert ">Oboe</text>" in page


def test_the_first_pages_of_a_long_piece_come_first() -> None:
    told: list[list[str]] = []
    pages = Engraving(piece(4 * (3 * OPENING_BARS)), 2100, 1000).pages(told.append)
    assert len(told) == 1
    assert 0 < len(told[0]) < len(pages)


def test_what_is_stopped_ends_with_a_sentence() -> None:
    engraving = Engraving(piece(8), 2100, 2970)
    engraving.stop()
    with pytest.raises(MediaError, match="stopped"):
        engraving.pages()


def test_an_opening_ends_with_its_last_bar() -> None:
    score = until(piece(10), 2)
    assert (score.end, len(score.bar_starts())) == (8 * BEAT, 3)
    assert until(piece(10), 3) == piece(10)
