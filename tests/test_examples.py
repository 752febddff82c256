"""The scripts of examples/ run as they stand, on the models in the box."""

import os
import runpy
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from studio.project import Recipe

EXAMPLES = Path(__file__).parents[1] / "examples"
SAMPLE = Path(__file__).parents[1] / "resources" / "samples" / "heroes.atelier"
Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch, capsys) -> Run:  # type: ignore[no-untyped-def]
    def run(name: str, *words: Path) -> str:
        monkeypatch.setattr(sys, "argv", [name, *map(os.fspath, words)])
        runpy.run_path(os.fspath(EXAMPLES / f"{name}.py"), run_name="__main__")
        return str(capsys.readouterr().out)

    return run


def test_heroes_are_drawn_with_their_recipes(run: Run, tmp_path: Path) -> None:
    run("draw_heroes", tmp_path)
    files = sorted(tmp_path.glob("*.png"))
    recipes = [Recipe.from_json(Image.open(path).text["atelier"]) for path in files]  # type: ignore[attr-defined]
    assert [(each.model, each.seed, each.index, each.settings["hand1"]) for each in recipes] == [
        ("heroes-vae", 7, n, "bow") for n in range(4)
    ]


def test_a_walk_is_a_film(run: Run, tmp_path: Path) -> None:
    assert "apart" in run("walk_a_latent_space", tmp_path / "walk.gif")
    film = Image.open(tmp_path / "walk.gif")
    assert (film.n_frames, film.size) == (16, (256, 256))  # type: ignore[attr-defined]


def test_a_hero_is_likelier_than_its_pixels_in_disorder(run: Run) -> None:
    said = [float(line.split()[-4]) for line in run("which_is_likelier").splitlines()]
    assert said[0] < said[1] < said[2]


def test_a_tune_is_written_twice(run: Run, tmp_path: Path) -> None:
    assert " notes, " in run("write_a_tune", tmp_path / "tune")
    assert (tmp_path / "tune.mid").read_bytes().startswith(b"MThd")
    assert "<score-partwise" in (tmp_path / "tune.musicxml").read_text("utf-8")


def test_a_project_tells_what_made_its_works(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "sample.atelier"
    shutil.copyfile(SAMPLE, copy)
    lines = run("look_into_a_project", copy).splitlines()
    assert len(lines) > 3 and all("seed" in line for line in lines if "heroes-vae" in line)


def test_every_example_is_run_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert all(f'run("{path.stem}"' in text for path in EXAMPLES.glob("*.py"))
