"""The band writes: within its bars, its parts and its kit, in any metre, as often the same as it is asked to, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from studio.generators import GeneratorError, implementation
from studio.generators.band import FAMILY
from studio.generators.band.form import EXACT, NOTHING
from studio.generators.band.naming import METRES
from studio.generators.band.requests import chords_of_text
from studio.generators.band.templates import FormTemplates
from studio.generators.capabilities import Call
from studio.generators.events import Delta, Result
from studio.generators.parts.bars import DRUMS
from studio.generators.parts.harmony import parse_chord
from studio.media import Score, ScoreSelection
from studio.media.score import NOTE, Metre, Track

CONFIG: dict[str, Any] = {
    "width": 32, "layers": 1, "heads": 2, "hidden": 48, "steps": 260, "composers": ["A"], "styles": ["swing", "waltz"],
    "programs": [0, 33, 65, DRUMS], "ensembles": [[65, 33, DRUMS], [0]],
}  # fmt: skip
TEMPLATES = FormTemplates(
    np.array([0, 1, 2, 2, 0, 1]), np.array([NOTHING, EXACT, EXACT, EXACT, NOTHING, EXACT]), np.array([0, 4, 6]), np.array([1, 2]),
    np.array([[65, 33, DRUMS, *[-1] * 9], [0, *[-1] * 11]]), np.array([[4, 4, 400_000], [3, 4, 500_000]]),
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Any:
    torch.manual_seed(1)
    from studio.generators.band import BandConfig
    from studio.generators.band.networks import Band

    weights = {name: value.half() for name, value in Band(BandConfig(**CONFIG)).state_dict().items()}
    return implementation("band").load(CONFIG, weights, {"form": (TEMPLATES.arrays(), {})}, torch.device("cpu"))


def made(model: Any, action: str, *, seed: int = 3, index: int = 0, score: Score | None = None, selection: ScoreSelection | None = None,
         **settings: Any) -> Score:  # fmt: skip
    inputs = {name: each for name, each in (("score", score), ("selection", selection)) if each is not None}
    wanted = FAMILY.action(CONFIG, action).checked(settings)
    events = list(model.perform(Call(action, wanted, seed, (index,), inputs)))
    assert isinstance(events[0], Delta)
    (result,) = [each for each in events if isinstance(each, Result)]
    assert isinstance(result.media, Score)
    return result.media


def notes(*rows: tuple[int, int, int]) -> np.ndarray:
    """(tick, length, pitch) at 480 a beat."""
    found = np.zeros(len(rows), NOTE)
    found["tick"], found["length"], found["pitch"] = np.array(rows).T
    found["velocity"] = 90
    return found


TUNE = Score(
    (
        Track("Tune", 65, False, notes(*((480 * beat, 480, 60 + beat % 5) for beat in range(16)))),
        Track("Kit", 0, True, notes(*((480 * beat, 120, 36) for beat in range(16)))),
    ),
    480,
)


def test_a_piece_is_played_as_is_usual_in_its_style(model: Any) -> None:
    swing = made(model, "generate", style="swing", bars=4)
    assert [(track.program, track.drums) for track in swing.tracks] == [(65, False), (33, False), (0, True)]
    assert swing.metres[0] == Metre(0, 4, 4) and swing.tempos[0].microseconds == 400_000
    waltz = made(model, "generate", style="waltz", bars=4, tempo=60)
    assert len(waltz.tracks) == 1 and waltz.metres[0].beats == 3 and waltz.tempos[0].microseconds == 1_000_000


@pytest.mark.parametrize("metre", METRES)
def test_every_metre_is_kept(model: Any, metre: str) -> None:
    score = made(model, "generate", bars=3, metre=metre, ensemble="alto sax, fingered bass, drums", seed=5)
    beats, unit = (int(each) for each in metre.split("/"))
    assert (score.metres[0].beats, score.metres[0].unit) == (beats, unit)
    end = 3 * beats * 4 * 480 // unit
    assert sum(len(track.notes) for track in score.tracks) > 0
    for track in score.tracks:
        assert (track.notes["tick"] < end).all() and (track.notes["tick"] % 40 == 0).all()


def test_drums_play_pieces_of_the_kit_and_others_keep_to_their_range(model: Any) -> None:
    score = made(model, "generate", style="swing", bars=6, lowest=50, highest=70)
    for track in score.tracks:
        low, high = (27, 87) if track.drums else (50, 70)
        assert len(track.notes) and track.notes["pitch"].min() >= low and track.notes["pitch"].max() <= high


def test_no_note_sounds_into_another_of_its_part_and_pitch(model: Any) -> None:
    score = made(model, "generate", bars=8, ensemble="grand piano", seed=11)
    (track,) = score.tracks
    for pitch in np.unique(track.notes["pitch"]):
        own = track.notes[track.notes["pitch"] == pitch]
        assert (own["tick"][1:] >= (own["tick"] + own["length"])[:-1]).all()


def test_the_same_seed_writes_the_same_and_an_item_stands_alone(model: Any) -> None:
    first = made(model, "generate", style="swing", bars=4, index=2)
    made(model, "continue", score=TUNE, bars=2)
    assert made(model, "generate", style="swing", bars=4, index=2) == first
    assert made(model, "generate", style="swing", bars=4, index=1) != first


def test_what_goes_on_leaves_what_was_there(model: Any) -> None:
    longer = made(model, "continue", score=TUNE, bars=3, style="swing")
    for before, after in zip(TUNE.tracks, longer.tracks, strict=True):
        old = after.notes[after.notes["tick"] < 16 * 480]
        assert np.array_equal(old, before.notes)
    assert sum((track.notes["tick"] >= 16 * 480).sum() for track in longer.tracks) > 0
    assert max(int(track.notes["tick"].max()) for track in longer.tracks) < 28 * 480


def test_only_the_selected_bars_of_the_selected_tracks_are_written_anew(model: Any) -> None:
    changed = made(model, "infill", score=TUNE, selection=ScoreSelection(1, 3, (0,)))
    assert np.array_equal(changed.tracks[1].notes, TUNE.tracks[1].notes)
    inside = (changed.tracks[0].notes["tick"] >= 4 * 480) & (changed.tracks[0].notes["tick"] < 12 * 480)
    before = TUNE.tracks[0].notes
    assert np.array_equal(changed.tracks[0].notes[~inside], before[(before["tick"] < 4 * 480) | (before["tick"] >= 12 * 480)])
    assert not np.array_equal(changed.tracks[0].notes, before)


def test_a_part_and_a_band_are_written_to_what_is_there(model: Any) -> None:
    grown = made(model, "add_track", score=TUNE, instrument="fingered bass", role="bass")
    assert [track.program for track in grown.tracks] == [65, 0, 33] and len(grown.tracks[2].notes)
    band = made(model, "accompany", score=replace(TUNE, tracks=TUNE.tracks[:1]), style="swing")
    assert [(track.program, track.drums) for track in band.tracks] == [(65, False), (33, False), (0, True)]
    assert np.array_equal(band.tracks[0].notes, TUNE.tracks[0].notes)


def test_drums_can_be_written_anew_and_a_tune_of_drums_alone_be_accompanied(model: Any) -> None:
    changed = made(model, "infill", score=TUNE, selection=ScoreSelection(0, 4, (1,)))
    assert changed.tracks[1].drums and 27 <= changed.tracks[1].notes["pitch"].min() <= changed.tracks[1].notes["pitch"].max() <= 87
    alone = replace(TUNE, tracks=TUNE.tracks[1:])
    assert len(made(model, "continue", score=alone, bars=1).tracks) == 1
    assert made(model, "add_track", score=alone, instrument="grand piano").tracks[1].program == 0


def test_chords_are_read_bar_by_bar_and_a_wrong_one_is_named() -> None:
    assert chords_of_text(" C | Am7 | F G |") == [
        (parse_chord("C"), parse_chord("C")), (parse_chord("Am7"), parse_chord("Am7")), (parse_chord("F"), parse_chord("G")),
    ]  # fmt: skip
    assert chords_of_text("  ") == []
    with pytest.raises(GeneratorError, match="Bar 2 of the chords: “Hx”"):
        chords_of_text("C | Hx | G")
    with pytest.raises(GeneratorError, match="Bar 2 of the chords holds 3"):
        chords_of_text("C | C F G | G")


@pytest.mark.parametrize("chords", ["C | Am7 | F G", "N.C."])
def test_chords_that_are_asked_for_are_said_of_every_bar(model: Any, chords: str) -> None:
    open_, told = (made(model, "generate", style="swing", bars=5, chords=each) for each in ("", chords))
    assert told != open_ and told == made(model, "generate", style="swing", bars=5, chords=f"{chords} | {chords}")


def test_what_cannot_be_asked_is_a_sentence(model: Any) -> None:
    with pytest.raises(GeneratorError, match="lowest note is above"):
        made(model, "generate", lowest=70, highest=60, bars=1)
    with pytest.raises(GeneratorError, match="no notes to write a part to"):
        made(model, "accompany", score=Score((Track("x"),), 480))
    with pytest.raises(GeneratorError, match="no track"):
        made(model, "continue", score=Score((), 480), bars=1)


def test_a_score_of_forty_tracks_is_continued_on_twelve(model: Any) -> None:
    many = Score(tuple(Track(f"{number}", number, False, notes((0, 480, 60))) for number in range(40)), 480)
    longer = made(model, "continue", score=many, bars=1)
    assert len(longer.tracks) == 40
    assert all(np.array_equal(longer.tracks[number].notes, many.tracks[number].notes) for number in range(12, 40))
