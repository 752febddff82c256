"""What we write and read beside music21 and partitura, which are no part of the studio: `pip install -r requirements-peers.lock`.

Without them these tests are left out.
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.media import Score
from studio.media.score import NOTE, Key, Metre, Track, load
from studio.media.score.musicxml_reading import decode_musicxml
from studio.media.score.musicxml_writing import encode_musicxml

pytestmark = pytest.mark.filterwarnings("ignore")
CASES = Path(__file__).parent / "cases"
BEAT = 480
Row = tuple[float, float, int]


def track(*rows: tuple[float, float, int], **more: Any) -> Track:
    """(beat, beats, pitch) of each note."""
    table = [(round(start * BEAT), round(length * BEAT), pitch, 80) for start, length, pitch in rows]
    return Track(more.pop("name", "Part"), more.pop("program", 40), notes=np.array(table, NOTE), **more)


SCORES: dict[str, Score] = {
    "a scale": Score((track(*((n, 1, 60 + n) for n in range(8))),)),
    "a pickup": Score((track(*((n, 1, 60 + n) for n in range(9))),), metres=(Metre(0), Metre(BEAT))),
    "ties over bar lines": Score((track((0, 3, 60), (3, 6, 62), (9, 3.5, 64)),)),
    "triplets and quavers": Score(
        (track((0, 1 / 3, 60), (1 / 3, 1 / 3, 62), (2 / 3, 1 / 3, 64), (1, 0.5, 65), (1.5, 0.5, 67), (2, 2, 69)),),
    ),
    "chords": Score((track((0, 2, 60), (0, 2, 64), (0, 2, 67), (2, 2, 59), (2, 2, 62)),)),
    "a unison": Score((track((0, 2, 60), (0, 4, 60), (2, 2, 64)),)),
    "two voices": Score((track((0, 4, 48), (0, 1, 72), (1, 1, 74), (2, 1, 76), (3, 1, 77)),)),
    "two hands": Score((track(*((n, 1, 40 + n) for n in range(4)), *((n, 1, 72 + n) for n in range(4)), program=0),)),
    "two parts in three flats": Score(
        (track(*((n, 1, 63 + n) for n in range(8)), name="One"), track((0, 8, 51), name="Two", program=70)), keys=(Key(0, -3, True),),
    ),
    "metres that change": Score(
        (track(*((n, 1, 60) for n in range(11))),), metres=(Metre(0, 3, 4), Metre(3 * BEAT, 2, 4), Metre(7 * BEAT, 4, 4)),
    ),
    "compound time": Score((track(*((n / 2, 0.5, 60 + n % 5) for n in range(12))),), metres=(Metre(0, 6, 8),)),
}  # fmt: skip


def ours(score: Score) -> list[list[Row]]:
    return [sorted((round(s / BEAT, 3), round(n / BEAT, 3), p) for s, n, p, _ in each.notes.tolist()) for each in score.tracks]


def of_music21(library: Any, score: Any) -> list[list[Row]]:
    """Parts of a music21 score; the staves of one instrument are one part."""
    found: dict[str, list[Row]] = {}
    for part in score.parts:
        name = str(part.id).partition("-Staff")[0]
        for each in part.stripTies().flatten().notes:
            if each.duration.isGrace or isinstance(each, library.harmony.ChordSymbol):
                continue
            row = (round(float(each.offset), 3), round(float(each.quarterLength), 3))
            found.setdefault(name, []).extend((*row, pitch.midi) for pitch in each.pitches)
    return [sorted(rows) for rows in found.values()]


@pytest.fixture(scope="module")
def music21() -> Any:
    return pytest.importorskip("music21")


@pytest.fixture(scope="module")
def partitura() -> Any:
    """Without FluidSynth, for which it would fetch a soundfont from the network when it is imported."""
    held = sys.modules.get("fluidsynth")
    sys.modules["fluidsynth"] = None  # type: ignore[assignment]
    try:
        return pytest.importorskip("partitura")
    finally:
        sys.modules.pop("fluidsynth")
        if held is not None:
            sys.modules["fluidsynth"] = held


@pytest.mark.parametrize("name", SCORES)
def test_music21_reads_what_we_write_as_we_meant_it(name: str, music21: Any) -> None:
    theirs = music21.converter.parseData(encode_musicxml(SCORES[name]).decode(), format="musicxml")
    assert of_music21(music21, theirs) == ours(SCORES[name])
    bars = [float(measure.offset) for measure in theirs.parts[0].getElementsByClass("Measure")]
    assert bars == (SCORES[name].bar_starts()[:-1] / BEAT).tolist()


@pytest.mark.parametrize("name", SCORES)
def test_we_read_what_music21_writes_as_it_meant_it(name: str, music21: Any) -> None:
    theirs = music21.converter.parseData(encode_musicxml(SCORES[name]).decode(), format="musicxml")
    written = music21.musicxml.m21ToXml.GeneralObjectExporter(theirs).parse()
    found, meant = (sorted(chain.from_iterable(ours(score))) for score in (decode_musicxml(written)[0], SCORES[name]))
    assert found == meant


@pytest.mark.parametrize("name", SCORES)
def test_partitura_reads_what_we_write_as_we_meant_it(name: str, tmp_path: Path, partitura: Any) -> None:
    (tmp_path / "a.musicxml").write_bytes(encode_musicxml(SCORES[name]))
    theirs = partitura.load_musicxml(str(tmp_path / "a.musicxml"))
    found = []
    for part in theirs.parts:
        notes = part.note_array()
        quarters = [(row["onset_quarter"], row["duration_quarter"], row["pitch"]) for row in notes]
        first = min(each[0] for each in quarters) if SCORES[name].pickup else 0.0  # it counts from the first whole bar
        found.append(sorted((round(float(s - first), 3), round(float(n), 3), int(p)) for s, n, p in quarters))
    assert found == ours(SCORES[name])


READ_BY_MUSIC21 = sorted({*CASES.glob("*.musicxml"), *CASES.glob("*.abc")} - {CASES / "timewise.musicxml"})  # which it does not read


@pytest.mark.parametrize("path", READ_BY_MUSIC21, ids=lambda path: path.name)
def test_music21_reads_every_case_as_we_do(path: Path, music21: Any) -> None:
    theirs = music21.converter.parse(path, forceSource=True)
    theirs = theirs.scores[0] if isinstance(theirs, music21.stream.Opus) else theirs
    assert of_music21(music21, theirs) == ours(load(path)[0])
