"""Sets of scores, the figures of music, and a model of music from its plan to its card."""

import csv
import io
import itertools
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.generators.batches import Piece
from studio.generators.parts.bars import DRUMS, bars_of, coarse
from studio.media.score import NOTE, Track, encode_midi
from studio.shelf import Shelf, load, read_card
from studio.training import loop, music_metrics, package
from studio.training.data import load_set
from studio.training.errors import TrainingError
from studio.training.measuring import measures_of, notes
from studio.training.plans.musicvae import as_they_are
from studio.training.plans.plan import Plan
from studio.training.scores import ScoreSet, Transposition, shares
from tests import tiny

SPLITS = ["train"] * 6 + ["validation", "test", "test"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """scores.zip: nine pieces of eight bars and one that is broken."""
    rows = io.StringIO()
    table = csv.DictWriter(rows, ("path", "composer", "collection", "split"))
    table.writeheader()
    with zipfile.ZipFile(tmp_path / "scores.zip", "w") as archive:
        for number, split in enumerate(SPLITS):
            song = tiny.song(bars=12)
            melody = song.tracks[0].notes.copy()
            melody["pitch"] += number % 5
            song = replace(song, tracks=(song.tracks[0].with_notes(melody), *song.tracks[1:]))
            archive.writestr(f"{number}.mid", encode_midi(song))
            table.writerow({"path": f"{number}.mid", "composer": "AB"[number % 2], "collection": "cd"[number % 2], "split": split})
        archive.writestr("broken.mid", b"MThd nonsense")
        table.writerow({"path": "broken.mid", "composer": "A", "collection": "c", "split": "train"})
        archive.writestr("manifest.csv", rows.getvalue())
    return tmp_path


@pytest.fixture
def data(folder: Path) -> ScoreSet:
    found: ScoreSet = load_set(folder, "scores")
    return found


def plan(family: str, config: dict[str, Any], augmentation: Any) -> Plan:
    return Plan(
        name=f"tiny-{family}", title="Tiny", family=family, data="scores", minutes=1, batch_size=4, makes="noise", credit="nobody",
        licence="CC0-1.0", config=lambda data: config, augmentation=augmentation,
    )  # fmt: skip


MUSENET = plan("musenet", tiny.MUSENET, Transposition())
MUSICVAE = plan("musicvae", tiny.MUSICVAE, as_they_are)
BAND = plan("band", {"width": 32, "layers": 1, "heads": 2, "hidden": 48, "steps": 200, "composers": ["A"], "styles": ["c"]}, as_they_are)


def test_the_manifest_says_what_is_train(data: ScoreSet) -> None:
    assert [len(data.part(split)) for split in ("train", "validation", "test")] == [6, 1, 2]
    assert data.composers(1) == ["A"] and data.collections() == ["c", "d"]
    assert data.programs() == [0, 53] and data.ensembles(3) == [[53, 0, 0]]
    assert len(data.feed(Transposition()).batch(5, np.random.default_rng(0))) == 5


def test_a_set_can_be_cut_down_to_its_collections(folder: Path) -> None:
    assert {piece.collection for piece in load_set(folder, "scores", ["d"]).pieces} == {"d"}
    with pytest.raises(TrainingError, match="no pieces"):
        load_set(folder, "scores", ["z"])


def test_a_broken_set_is_named(tmp_path: Path) -> None:
    (tmp_path / "scores.zip").write_bytes(b"PK nonsense")
    with pytest.raises(TrainingError, match="not a set of scores"):
        load_set(tmp_path, "scores")
    with zipfile.ZipFile(tmp_path / "scores.zip", "w") as archive:
        archive.writestr("manifest.csv", "path,composer\n1.mid,A\n")
    with pytest.raises(TrainingError, match="no column “collection”"):
        load_set(tmp_path, "scores")


@pytest.fixture
def bands(folder: Path) -> Path:
    """band.zip beside scores.zip: three pieces with drums, styles and chords."""
    kit = Track("Drums", 0, True, np.array([(beat * 480, 60, 42, 80) for beat in range(32)], NOTE))
    with zipfile.ZipFile(folder / "band.zip", "w") as archive:
        for number in range(3):
            song = tiny.song(bars=8)
            archive.writestr(f"{number}.mid", encode_midi(replace(song, tracks=(*song.tracks, kit))))
        rows = [
            f"{number}.mid,swing,{' | '.join(['C', 'Am G7'] * 4)},{split}" for number, split in enumerate(("train", "validation", "test"))
        ]
        archive.writestr("manifest.csv", "\n".join(["path,style,chords,split", *rows]))
    return folder


def test_a_set_of_bands_has_drums_styles_chords_and_names(bands: Path) -> None:
    piece = load_set(bands, "band").train[0]
    assert piece.bars.programs == (53, 0, 0, DRUMS)
    assert (piece.composer, piece.collection, piece.source) == ("", "swing", "band")
    assert piece.names == ("Voice", "Right", "Left", "Drums")
    assert piece.chords == ("C", "Am G7") * 4


def test_two_sets_of_scores_are_drawn_from_equally_often(bands: Path) -> None:
    both = load_set(bands, "scores+band")
    sources = np.array([piece.source for piece in both.train])
    found = shares(both.train, several=True)
    assert found.sum() == pytest.approx(1)
    assert found[sources == "band"].sum() == pytest.approx(0.5)
    assert {piece.source for piece in both.feed(as_they_are).everything.held} == {"scores", "band"}


def test_of_several_sets_a_collection_is_drawn_as_often_as_the_root_of_its_notes() -> None:
    bars = bars_of(tiny.song(bars=4), (0, 1, 2))
    pieces = [Piece(bars, "", kind, "scores") for kind in "ppppppppc"] + [Piece(bars, "", "swing", "band")]
    found = shares(pieces, several=True)
    assert found[:8].sum() / found[8] == pytest.approx(8**0.5)
    assert found[9] == pytest.approx(0.5)


def test_augmenting_moves_notes_and_tempo_but_no_note_against_another(data: ScoreSet) -> None:
    piece = data.train[0]
    moved = Transposition()([piece] * 40, np.random.default_rng(0))
    steps = {int(each.bars.rows["pitch"][0]) - int(piece.bars.rows["pitch"][0]) for each in moved}
    assert steps == set(range(-5, 7))
    for each in moved:
        assert (np.diff(each.bars.rows["pitch"].astype(int)) == np.diff(piece.bars.rows["pitch"].astype(int))).all()
        assert each.bars.microseconds == pytest.approx(piece.bars.microseconds, rel=0.17)


@pytest.mark.parametrize("tiny_plan", [MUSENET, MUSICVAE, BAND], ids=["musenet", "musicvae", "band"])
def test_a_training_of_scores_goes_on_from_its_checkpoint(data: ScoreSet, tmp_path: Path, monkeypatch: Any, tiny_plan: Plan) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    steps = loop.train(tiny_plan, data, tmp_path, minutes=1, device="cpu", resume=False)
    first = list(itertools.islice(steps, 3))
    steps.close()
    again = loop.train(tiny_plan, data, tmp_path, minutes=1, device="cpu", resume=True)
    assert next(again).number == first[-1].number + 1
    again.close()


@pytest.mark.parametrize("tiny_plan", [MUSENET, MUSICVAE], ids=["musenet", "musicvae"])
def test_a_model_of_music_comes_to_the_shelf_with_figures(data: ScoreSet, tmp_path: Path, monkeypatch: Any, tiny_plan: Plan) -> None:
    for name, value in {"KNOB_SAMPLES": 1, "KNOB_BARS": 1, "COMPOSER_SAMPLES": 1, "COMPOSER_BARS": 2, "ORIGINALS": 2, "HOLES": 2}.items():
        monkeypatch.setattr(notes, name, value)
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    steps = loop.train(tiny_plan, data, tmp_path / "training", minutes=1, device="cpu", resume=False)
    list(itertools.islice(steps, 2))
    steps.close()
    target = package.package(tiny_plan, data, tmp_path / "training" / "trained.safetensors", tmp_path, Shelf([tmp_path]), lambda line: None)
    card = read_card(target)
    assert card.grade == "study"
    assert (target / "preview.png").exists() and (target / "preview.mid").exists()
    figure = "bits_per_note" if tiny_plan is MUSENET else "onset_pitch_f1"
    assert card.metrics[figure] >= 0
    assert load(card).memory() > 0
    if tiny_plan is MUSENET:
        assert card.metrics["bits_per_note_bigram"] < card.metrics["bits_per_note_unigram"] < 40
        assert {"control_bar_density", "control_part_register", "longest_run_median_test", "infill_f1"} <= set(card.metrics)


def test_measuring_music_without_scores_says_what_is_missing(tmp_path: Path) -> None:
    card = read_card(tiny.make_musenet(tmp_path))
    with pytest.raises(TrainingError, match="needs the scores"):
        measures_of("score").again(card, None, Shelf([tmp_path]), lambda line: None)


def test_a_copy_is_a_long_run_and_a_transposed_one_too() -> None:
    song = bars_of(tiny.song(bars=16), (0,))
    runs = music_metrics.Runs([song])
    assert runs.longest(song) == len(song.rows)
    assert runs.longest(song.transposed(3)) == len(song.rows)
    changed = song.rows.copy()
    changed["pitch"][30] += 5
    assert runs.longest(replace(song, rows=changed)) == max(30, len(song.rows) - 31)
    assert music_metrics.Runs([]).longest(song) == 0


def test_counting_pairs_beats_counting_notes_where_notes_follow_each_other() -> None:
    song = bars_of(tiny.song(bars=60), (0, 1, 2))
    bits = [music_metrics.NGram([song], order).bits(song).sum(1).mean() for order in (1, 2)]
    assert bits[1] < bits[0] - 1


def test_overlaps_are_one_for_the_same_in_any_key() -> None:
    song = bars_of(tiny.song(), (0, 1, 2))
    classes = music_metrics.pitch_classes(song.rows)
    assert music_metrics.overlap(classes, classes) == pytest.approx(1)
    assert music_metrics.overlap_in_any_key(music_metrics.pitch_classes(song.transposed(5).rows), classes) == pytest.approx(1)
    assert music_metrics.overlap(music_metrics.durations(song.rows[:0]), music_metrics.durations(song.rows)) == 0


def test_the_coarse_grid_has_no_odd_places() -> None:
    song = bars_of(tiny.song(), (0, 1, 2))
    rows = song.rows.copy()
    rows["position"][1::2] += 1
    rows["length"][::3] = 5
    rough = coarse(replace(song, rows=rows))
    assert (rough.rows["position"] % 2 == 0).all() and (rough.rows["length"] % 2 == 0).all()


def test_f1_counts_onset_and_pitch_together() -> None:
    assert music_metrics.onset_pitch_f1([(0, 60), (4, 62)], [(0, 60), (4, 64)]) == 0.5
    assert music_metrics.onset_pitch_f1([], []) == 1.0


def test_a_piece_begins_with_whole_bars() -> None:
    piece = Piece(bars_of(tiny.song(bars=20), (0, 1, 2)))
    assert 80 < len(notes.beginning(piece, 100).bars.rows) <= 100
