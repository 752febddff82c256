"""The command line with the shipped models, as a person at a terminal uses it."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from studio.media.picture import load
from studio.project import Project, Recipe

PICTURE = Image.new("RGBA", (8, 8), "red")


def atelier(*words: object, **rest: object) -> subprocess.CompletedProcess:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "studio", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False, **rest)


def failed_with_one_line(result: subprocess.CompletedProcess) -> str:
    assert result.returncode == 1, result
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("atelier: ")
    assert "Traceback" not in result.stderr
    return lines[0]


def hashes(folder) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("model", ["heroes-vae", "heroes-stylegan", "heroes-diffusion"])
def test_the_same_command_writes_the_same_bytes(tmp_path, model) -> None:
    for folder in ("a", "b"):
        result = atelier("generate", model, "-n", 4, "--seed", 7, "-o", tmp_path / folder)
        assert result.returncode == 0, result.stderr
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert sorted(hashes(tmp_path / "a")) == [f"{model}-7-{n}.png" for n in range(4)]
    assert len(set(hashes(tmp_path / "a").values())) == 4


def test_a_selected_part_is_drawn_anew_and_its_making_is_filmed(tmp_path) -> None:
    made = atelier("generate", "heroes-diffusion", "--seed", 5, "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    source = tmp_path / "heroes-diffusion-5-0.png"
    words = ("do", "heroes-diffusion", "infill", "--input", f"picture={source}", "--select", "rect=8,0,16,10", "--watch", "gif")
    filled = atelier(*words, "-o", tmp_path)
    assert filled.returncode == 0, filled.stderr
    before, after = load(source)[0].pixels, load(tmp_path / "heroes-diffusion-infill-0-0.png")[0].pixels
    changed = (before != after).any(2)
    assert changed[:10, 8:24].any()
    changed[:10, 8:24] = False
    assert not changed.any()
    with Image.open(tmp_path / "heroes-diffusion-infill-0-0-making.gif") as film:
        assert film.n_frames > 10


@pytest.mark.parametrize("select", ["rect=1,2", "rect=a,b,c,d", "circle=3", "rect=40,40,2,2"])
def test_a_selection_that_selects_nothing_says_so(tmp_path, select) -> None:
    PICTURE.save(tmp_path / "small.png")
    words = ("do", "heroes-diffusion", "infill", "--input", f"picture={tmp_path / 'small.png'}", "--select", select)
    assert "select" in failed_with_one_line(atelier(*words, "-o", tmp_path)).lower()


def test_a_picture_is_made_again_from_its_recipe(tmp_path) -> None:
    made = atelier("generate", "heroes-vae", "-n", 1, "--first", 3, "--set", "temperature=0.7", "--json", "-o", tmp_path)
    file = json.loads(made.stdout)[0]["file"]
    again = atelier("recipe", file, "--again", "--json")
    assert again.returncode == 0, again
    assert json.loads(again.stdout) == {"file": file, "same": True, "differs": []}
    assert json.loads(atelier("recipe", file, "--json").stdout)["settings"]["temperature"] == 0.7


def test_a_picture_carries_what_other_studios_read(tmp_path) -> None:
    atelier("generate", "heroes-vae", "--seed", 7, "-o", tmp_path)
    text = Image.open(tmp_path / "heroes-vae-7-0.png").text
    assert Recipe.from_json(text["atelier"]).seed == 7
    assert "Seed: 7" in text["parameters"]


def test_a_hero_has_the_part_that_was_asked_for(tmp_path) -> None:
    for name in ("none", "black"):
        result = atelier("generate", "heroes-vae", "--seed", 1, "--set", f"cloak={name}", "-o", tmp_path / name)
        assert result.returncode == 0, result.stderr
    pictures = [load(tmp_path / name / "heroes-vae-1-0.png")[0].pixels for name in ("none", "black")]
    assert (pictures[0] != pictures[1]).any()


def test_variations_begin_from_a_file(tmp_path) -> None:
    atelier("generate", "heroes-vae", "-o", tmp_path)
    result = atelier("do", "heroes-vae", "vary", "--input", f"picture={tmp_path / 'heroes-vae-0-0.png'}", "-n", 2, "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("generate", "nobody"), "no model “nobody”"),
        (("generate", "heroes-vae", "--set", "temperature=99"), "from 0 to 1.5"),
        (("generate", "heroes-vae", "--set", "oops"), "NAME=VALUE"),
        (("generate", "heroes-vae", "--set", "cloak=invisible"), "is one of"),
        (("generate", "heroes-vae", "-n", "0"), "1 to"),
        (("generate", "heroes-vae", "--device", "abacus"), "no device"),
        (("do", "heroes-vae", "sing"), "no action"),
        (("do", "heroes-vae", "vary"), "needs picture"),
        (("recipe", "nowhere.png"), "nowhere.png"),
        (("project", "nowhere.atelier", "check"), "nowhere.atelier"),
        (("train", "nothing", "--data", ".", "-o", "."), "no plan"),
        (("evaluate", "judge-heroes"), "--data"),
        (("models", "add"), "models add PATH"),
    ],
)
def test_wrong_words_are_one_line(words, says, tmp_path) -> None:
    assert says in failed_with_one_line(atelier(*words, cwd=os.getcwd()))


def test_an_unknown_option_ends_with_status_two() -> None:
    assert atelier("generate", "heroes-vae", "--colour", "red").returncode == 2


def test_broken_pictures_and_forged_recipes_are_one_line(tmp_path) -> None:
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    assert "cut.png" in failed_with_one_line(atelier("recipe", tmp_path / "cut.png"))
    for name, note in {
        "unknown": '{"format":1,"model":"nobody"}',
        "huge": '{"format":1,"model":"' + "x" * 300_000 + '"}',
        "words": "make me a hero",
    }.items():
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("atelier", note)
        PICTURE.save(tmp_path / f"{name}.png", pnginfo=chunks)
        failed_with_one_line(atelier("recipe", tmp_path / f"{name}.png", "--again"))


def test_a_recipe_of_an_unknown_model_or_wild_settings_is_refused(tmp_path) -> None:
    atelier("generate", "heroes-vae", "-o", tmp_path)
    picture, note = load(tmp_path / "heroes-vae-0-0.png")
    for change, says in (({"model": "nobody"}, "nobody"), ({"settings": {"temperature": 1e9}}, "from 0 to 1.5")):
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("atelier", json.dumps({**json.loads(note), **change}))
        Image.fromarray(picture.pixels).save(tmp_path / "forged.png", pnginfo=chunks)
        assert says in failed_with_one_line(atelier("recipe", tmp_path / "forged.png", "--again"))


def test_a_read_only_folder_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = failed_with_one_line(atelier("generate", "heroes-vae", "-o", tmp_path / "file"))
    assert "cannot be written" in line


def test_models_are_listed_and_whole() -> None:
    listed = json.loads(atelier("models", "--json").stdout)
    assert {"heroes-vae", "heroes-stylegan", "judge-heroes"} <= {each["name"] for each in listed}
    assert atelier("models", "check").returncode == 0


def test_a_project_is_listed_exported_and_checked(tmp_path) -> None:
    path = tmp_path / "p.atelier"
    with Project.open(path, create=True) as project:
        from studio.media import Picture
        from studio.media.picture.files import encode_png

        project.add_asset("picture", encode_png(Picture(np.full((4, 4, 4), 255, np.uint8))), title="white").result()
    assert json.loads(atelier("project", path, "list", "--json").stdout)[0]["title"] == "white"
    assert atelier("project", path, "export", "-o", tmp_path / "out").returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert atelier("project", path, "check").returncode == 0
    (tmp_path / "not.atelier").write_text("hello")
    assert "not.atelier" in failed_with_one_line(atelier("project", tmp_path / "not.atelier", "check"))


def test_a_shot_shows_a_workspace(tmp_path) -> None:
    result = atelier("shot", "explorer", "--size", "1000x700", "--theme", "light", "-o", tmp_path / "shot.png")
    assert result.returncode == 0, result.stderr
    image = Image.open(tmp_path / "shot.png")
    assert image.size == (1000, 700)
    assert len(image.convert("RGB").getcolors(10**6) or range(10**6)) > 200
