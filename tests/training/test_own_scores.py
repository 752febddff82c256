"""A folder of scores becomes a set: what can be read is, what cannot is named, doubles are left out."""

import zipfile

import pytest

from studio.media.score import encode_midi
from studio.training import gathering, material, own_scores
from studio.training.cutting import Choices
from studio.training.errors import TrainingError
from studio.training.own_scores import Scores
from tests.training.tales import tune, write_tunes

ABC = "X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\n" + "CDEF|GABc|cBAG|FEDC|" * 2 + "\n"


def look(folder) -> Scores:
    *_, last = material.look(gathering.gathered([folder]), "score")
    assert isinstance(last, Scores)
    return last


def test_scores_are_read_doubles_and_broken_ones_are_named(tmp_path) -> None:
    folder = write_tunes(tmp_path / "tunes")
    (folder / "again.mid").write_bytes(encode_midi(tune(0)))
    (folder / "broken.mid").write_bytes(b"MThd nonsense")
    (folder / "short.mid").write_bytes(encode_midi(tune(9, bars=1)))
    scores = look(folder)
    reasons = {each.name: each.reason for each in scores.left_out}
    assert scores.count == 6 and scores.notes == 6 * 32 and len(scores.clips) == 6
    assert reasons["again.mid"] == "the same notes as 0.mid"
    assert "at least 16" in reasons["short.mid"]
    assert "broken.mid" in reasons


def test_abc_is_read_beside_midi(tmp_path) -> None:
    folder = write_tunes(tmp_path / "tunes", 1)
    (folder / "scale.abc").write_text(ABC)
    assert look(folder).count == 2


def test_four_scores_are_too_few(tmp_path) -> None:
    scores = look(write_tunes(tmp_path / "tunes", 4))
    assert "at least 5 scores; here are 4" in scores.too_few()
    with pytest.raises(TrainingError, match="at least 5 scores"):
        list(material.prepare(scores, Choices()))


def test_a_set_comes_back_from_its_folder_as_it_was(tmp_path) -> None:
    *_, made = material.prepare(look(write_tunes(tmp_path / "tunes")), Choices())
    material.write(tmp_path, made)
    again = material.read(tmp_path, "score", "tunes")
    assert [piece.bars.rows.tolist() for piece in again.pieces] == [piece.bars.rows.tolist() for piece in made.pieces]
    assert again.programs() == [40] and len(again.train) == 6
    (tmp_path / "scores.zip").write_bytes(b"nonsense")
    with pytest.raises(TrainingError, match="Start a new training"):
        material.read(tmp_path, "score", "tunes")


def test_anyones_folder_zip_or_book_is_measured_with(tmp_path) -> None:
    folder = write_tunes(tmp_path / "tunes", 2)
    (folder / "book.abc").write_text(ABC + "\n" + ABC.replace("Scale", "Other").replace("CDEF", "cdef") + "\n")
    with zipfile.ZipFile(tmp_path / "tunes.zip", "w") as packed:
        for file in folder.iterdir():
            packed.write(file, f"inside/{file.name}")
        packed.writestr("notes.txt", "no score")
        packed.writestr("broken.mid", b"MThd nonsense")
    for path in (folder, tmp_path / "tunes.zip"):
        found = own_scores.to_measure(path)
        assert (len(found.test), found.train) == (4, [])
        assert not own_scores.is_a_set(path, "tunes")
    assert len(own_scores.to_measure(folder / "book.abc").test) == 2


def test_a_folder_without_scores_is_said(tmp_path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"MThd nonsense")
    with pytest.raises(TrainingError, match="no score that a model could be measured with"):
        own_scores.to_measure(tmp_path)


def test_a_set_with_a_manifest_is_one(tmp_path) -> None:
    *_, made = material.prepare(look(write_tunes(tmp_path / "tunes")), Choices())
    material.write(tmp_path, made)
    assert own_scores.is_a_set(tmp_path, "scores")
    assert own_scores.is_a_set(tmp_path / "scores.zip", "another")
