"""Sets of pictures with captions: what is trained on, what is held back, what is mirrored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.shelf import Shelf, loading, read_card
from studio.training import captions, condense, loop, package
from studio.training.captions import CaptionSet, word_counts
from studio.training.data import load_set
from studio.training.errors import TrainingError
from studio.training.plans.plan import Plan

STYLES = ["outline", "filled"]


def captioned(words: list[str], split: list[int] | None = None) -> CaptionSet:
    pictures = np.zeros((len(words), 8, 8, 1), np.uint8)
    pictures[:, :, :4] = 255
    parts = np.array(split or [0] * len(words), np.uint8)
    return CaptionSet("icons", pictures, np.array(words), np.arange(len(words)) % 2, tuple(STYLES), parts)


def written(folder: Path, **changes: Any) -> Path:
    arrays = {
        "x": np.zeros((3, 8, 8), np.uint8), "words": np.array(["cat alt", "dog variant", "alt"]), "style": np.array([0, 1, 0], np.uint8),
        "split": np.array([0, 1, 2], np.uint8),
    }  # fmt: skip
    np.savez(folder / "icons.npz", **{**arrays, **changes})
    (folder / "icons.json").write_text(json.dumps({"styles": STYLES}), "utf-8")
    return folder


def test_a_set_with_words_is_read_without_those_that_say_little(tmp_path: Path) -> None:
    data = load_set(written(tmp_path), "icons")
    assert data.captions.tolist() == ["cat", "dog", "alt"]
    assert data.pictures.shape == (3, 8, 8, 1)
    assert data.style_names == ("outline", "filled")
    assert data.train.tolist() == [0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"x": np.zeros((3, 8, 8))}, "holds no pictures"), ({"style": np.array([0, 1, 2])}, "damaged"), ({"split": np.array([0])}, "damaged")],
)
def test_a_set_that_is_not_what_it_claims_is_refused_by_name(tmp_path: Path, changes: dict[str, np.ndarray], reason: str) -> None:
    with pytest.raises(TrainingError, match=f"icons.npz.*{reason}"):
        load_set(written(tmp_path, **changes), "icons")


def test_a_set_without_the_names_of_its_styles_says_which_file_is_missing(tmp_path: Path) -> None:
    (written(tmp_path) / "icons.json").unlink()
    with pytest.raises(TrainingError, match=r"icons\.json"):
        load_set(tmp_path, "icons")


def test_captions_that_are_pickled_objects_are_never_read(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"icons\.npz"):
        load_set(written(tmp_path, words=np.array([{}, "a", "b"], object)), "icons")


def test_no_picture_with_a_held_word_is_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "ONE_IN", 3)
    data = captioned(["cat", "dog sun", "sun"] * 8 + ["home"] * 70)
    (held,) = data.held_words
    assert held in {"cat", "dog", "sun"}  # not what stands more often than 60 times
    assert held not in word_counts(data.captions[data.train])
    checks = data.checks()
    assert all(held in caption.split() for caption in checks["unseen"].captions)
    assert captioned(["cat", "dog sun", "sun"] * 8 + ["home"] * 70).held_words == (held,)  # whoever asks


def test_a_set_without_anything_to_train_on_says_so() -> None:
    with pytest.raises(TrainingError, match="icons has no pictures"):
        captioned(["cat"], [2]).feed(lambda pictures, chance: pictures)


def test_checks_hold_validation_and_never_test() -> None:
    data = captioned(["cat", "dog", "sun"], [0, 1, 2])
    assert data.checks()["validation"].captions.tolist() == ["dog"]
    assert len(data.checks()["unseen"]) == 0


def test_a_caption_is_drawn_as_often_as_the_square_root_of_its_pictures() -> None:
    data = captioned(["home"] * 100 + ["whale"])
    drawn = data.feed(lambda pictures, chance: pictures).batch(11_000, np.random.default_rng(0))
    assert 900 < (drawn.captions == "whale").sum() < 1100  # one in eleven: √1 of √1 + √100


def test_only_what_means_the_same_turned_around_is_mirrored() -> None:
    data = captioned(["cat", "arrow right", "letter b", "dice 6"])
    drawn = data.feed(lambda pictures, chance: pictures).batch(4000, np.random.default_rng(0))
    turned = drawn.pictures[:, 0, 0, 0] == 0
    assert np.array_equal(turned, drawn.mirrored)
    assert set(drawn.captions[turned]) == {"cat"}
    assert 0.25 < turned[drawn.captions == "cat"].mean() < 0.35
    assert data.pictures[:, 0, 0, 0].all()  # the set itself is left as it was


class Reader:
    """A language model to whom a word is its letters."""

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        return np.array([[sum(map(ord, word)) % (7 + column) for column in range(6)] for word in words], np.float32)


PLAN = Plan(
    name="tiny-dalle", title="Tiny", family="dalle", data="icons", minutes=1, batch_size=16, makes="bars", credit="", licence="CC0-1.0",
    config=lambda data: {
        "size": 8, "grid": 2, "levels": (4, 3), "codec_widths": (8, 8), "codec_pictures": 32, "styles": data.style_names,
        "vocabulary": data.vocabulary(4), "word_width": 4, "language_width": 6, "width": 16, "layers": 1, "heads": 2, "hidden": 16,
        "shown": ("cat", "whale"),
    },
)  # fmt: skip


def test_what_is_trained_on_captions_is_packaged_with_figures_and_draws_by_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (loop, loading):
        monkeypatch.setattr(module, "load_required", lambda requires, *rest: dict.fromkeys(requires, Reader()))
    data = captioned(["cat", "dog", "sun", "cat dog"] * 20, [0] * 60 + [1] * 10 + [2] * 10)
    steps: list[Mapping[str, float]] = []

    def enough() -> bool:
        return len(steps) >= 5

    for step in loop.train(PLAN, data, tmp_path / "training", minutes=60, device="cpu", resume=False, stopped=enough):
        steps += [step.losses] if step.losses else []
    assert [set(each) & {"codec", "nats"} for each in steps] == [{"codec"}] * 2 + [{"nats"}] * 3
    monkeypatch.setattr(condense, "FILE_LIMIT", 20_000)  # what is larger is kept as averages alone
    condense.condense(tmp_path / "training" / "checkpoint.safetensors", tmp_path / "again" / "checkpoint.safetensors")
    with safe_open(tmp_path / "again" / "checkpoint.safetensors", "np") as file:
        assert {key.split(".")[1] for key in file.keys() if "weight" in key} == {"averaged"}  # noqa: SIM118
    again = loop.train(PLAN, data, tmp_path / "again", minutes=60, device="cpu", resume=True)
    step = next(again)
    again.close()
    assert (step.number, set(step.losses)) == (6, {"nats"})
    assert abs(step.losses["nats"] - steps[-1]["nats"]) < 0.1
    folder = package.package(PLAN, data, tmp_path / "training" / "trained.safetensors", tmp_path / "models", Shelf(), lambda line: None)
    card = read_card(folder)
    assert set(card.metrics) == {"ink_overlap", "nats_per_code", "nats_per_code_without_words"}
    assert set(card.requires) == {"smollm2"}
    model = loading.load(card)
    settings = card.action("generate").checked({"prompt": "a dog and a whale", "style": "filled"})
    drawn = [event.media for event in model.perform(Call("generate", settings, 1, (0, 1))) if isinstance(event, Result)]
    assert [(each.width, each.height) for each in drawn] == [(8, 8)] * 2
