"""The command line makes scores, takes them in, selects bars, and makes a score again from its own file."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from studio import cli
from studio.commands.making import perform
from studio.engine import Request, Session
from studio.media import ScoreSelection
from studio.media.score import NOTE, Metre, Score, Track, load, save
from studio.project import Project, Recipe


@pytest.fixture
def atelier(music_shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The command line with the tiny model among the person's own."""
    from studio.shelf import shelf as rooms

    shutil.copytree(tmp_path / "music", tmp_path / "mine")
    monkeypatch.setattr(rooms, "user_models", lambda: tmp_path / "mine")
    return lambda *words: cli.run(cli.parse([str(word) for word in words]))


def melody(path: Path) -> Path:
    save(Score((Track(notes=np.array([(480 * place, 480, 60 + place, 80) for place in range(16)], NOTE)),)), path)
    return path


def test_generate_writes_midi_with_its_recipe_and_makes_it_again(atelier, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert atelier("generate", "tiny-markov", "--seed", 7, "-n", 2, "-o", tmp_path, "--set", "notes=9") == 0
    path = tmp_path / "tiny-markov-7-1.mid"
    score, note = load(path)
    assert len(score.tracks[0].notes) == 9
    assert Recipe.from_json(note).settings["notes"] == 9
    assert atelier("recipe", path, "--again") == 0
    assert "made again, the same score" in capsys.readouterr().out
    save(Score(score.tracks, title="mended"), path, note)
    assert atelier("recipe", path, "--again") == 1
    assert "edited afterwards" in capsys.readouterr().out


def test_bars_are_selected_as_a_musician_counts_them(atelier, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    source = melody(tmp_path / "source.mid")
    words = ("do", "tiny-markov", "infill", "--input", f"score={source}", "--select", "bars=2-3", "-o", tmp_path)
    assert atelier(*words) == 0
    before, after = load(source)[0].tracks[0].notes, load(tmp_path / "tiny-markov-infill-0-0.mid")[0].tracks[0].notes
    assert after[after["tick"] < 1920].tolist() == before[:4].tolist()
    assert after[after["tick"] >= 3 * 1920].tolist() == before[12:].tolist()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--select", "bars=3-2"), "bars=FIRST-LAST"),
        (("--select", "bars=0-2"), "bars=FIRST-LAST"),
        (("--select", "rect=1,2,3,4"), "bars=FIRST-LAST"),
        (("--select", "bars=900-904"), "bars 1 to 4 only"),
        (("--select", "bars=4-5"), "bars 1 to 4 only"),
        (("--select", "bars=1:2"), "1 tracks only"),
        (("--select", "bars=1:0"), "counts tracks from 1"),
        (("--scale", 2, "--select", "bars=1"), "--scale enlarges pictures"),
    ],
)
def test_wrong_words_are_answered(atelier, tmp_path: Path, capsys, words, says: str) -> None:  # type: ignore[no-untyped-def]
    source = melody(tmp_path / "source.mid")
    assert atelier("do", "tiny-markov", "infill", "--input", f"score={source}", *words, "-o", tmp_path) == 1
    assert says in capsys.readouterr().err


def test_a_file_of_another_medium_is_refused(atelier, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    from PIL import Image

    Image.new("RGBA", (4, 4)).save(tmp_path / "a.png")
    assert atelier("do", "tiny-markov", "continue", "--input", f"score={tmp_path / 'a.png'}") == 1
    assert "“score” takes a score; a.png is a picture" in capsys.readouterr().err


def test_a_project_exports_its_scores(atelier, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    score = load(melody(tmp_path / "source.mid"))[0]
    from studio.media import named

    with Project.open(tmp_path / "p.atelier", create=True) as project:
        project.add_asset("score", named("score").encode(score, "", ""), title="A tune").result()
    assert atelier("project", tmp_path / "p.atelier", "export", "-o", tmp_path / "out") == 0
    assert load(tmp_path / "out" / "00001-A-tune.mid")[0] == score


def test_a_pickup_is_bar_zero_to_select(atelier, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    notes = np.array([(480 * place, 480, 60 + place, 80) for place in range(9)], NOTE)
    save(Score((Track(notes=notes),), metres=(Metre(0), Metre(480))), tmp_path / "source.mid")
    words = ("do", "tiny-markov", "infill", "--input", f"score={tmp_path / 'source.mid'}", "-o", tmp_path)
    assert atelier(*words, "--select", "bars=1-1") == 0
    after = load(tmp_path / "tiny-markov-infill-0-0.mid")[0].tracks[0].notes
    assert after[after["tick"] < 480].tolist() == notes[:1].tolist()
    assert after[after["tick"] >= 5 * 480].tolist() == notes[5:].tolist()
    assert atelier(*words, "--select", "bars=0") == 0
    assert atelier(*words, "--select", "bars=3") == 1


def test_what_was_made_from_a_file_is_made_again_from_it(atelier, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    source = melody(tmp_path / "source.mid")
    words = ("--input", f"score={source}", "--select", "bars=2-3")
    assert atelier("do", "tiny-markov", "infill", *words, "-o", tmp_path) == 0
    made = tmp_path / "tiny-markov-infill-0-0.mid"
    assert atelier("recipe", made, "--again", *words) == 0
    assert "the same score" in capsys.readouterr().out
    assert atelier("recipe", made, "--again") == 1
    assert "Name it with --select and --input score=FILE" in capsys.readouterr().err
    assert atelier("recipe", made, "--again", "--input", f"score={source}") == 1
    assert "--select" in capsys.readouterr().err


@pytest.mark.parametrize("named_project", [True, False], ids=["named", "beside the file"])
def test_what_was_made_in_a_project_is_made_again_from_what_it_holds(  # type: ignore[no-untyped-def]
    atelier, music_shelf, tmp_path: Path, capsys, named_project: bool
) -> None:
    source, folder = load(melody(tmp_path / "source.mid"))[0], tmp_path / "work"
    folder.mkdir()
    with Project.open(folder / "p.atelier", create=True) as project, Session(project, music_shelf, device="cpu") as session:
        inputs = {"score": source, "bars": ScoreSelection(1, 3)}
        (made,) = perform(session, Request("tiny-markov", "infill", inputs=inputs))
    file = (tmp_path if named_project else folder) / "made.mid"
    save(made.media, file, made.recipe.to_json())
    words = ("--project", folder / "p.atelier") if named_project else ()
    assert atelier("recipe", file, "--again", *words) == 0
    assert "the same score" in capsys.readouterr().out
