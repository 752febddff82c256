"""Training resumes, stops on nonsense, and keeps the last good checkpoint."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.torch import save

from studio import generators
from studio.shelf import Shelf
from studio.training import evaluate, loop, metrics, snapshots
from studio.training.data import PictureSet, load_set
from studio.training.errors import TrainingError
from studio.training.plans import PLANS, plan
from studio.training.plans.plan import Plan


@pytest.fixture
def data() -> PictureSet:
    chance = np.random.default_rng(0)
    return PictureSet("tiny", chance.integers(0, 255, (60, 16, 16, 4), dtype=np.uint8), np.zeros((60, 0), np.int64), (), {})


TINY = Plan(
    name="tiny", title="Tiny", family="stylegan", data="tiny", minutes=1, batch_size=4, makes="noise", credit="nobody", licence="CC0-1.0",
    config=lambda data: {"size": 16, "latent": 16, "widths": [16, 16, 8], "channels": 4, "penalty": 1.0},
)  # fmt: skip


def test_a_training_goes_on_where_its_checkpoint_ended(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    steps = loop.train(TINY, data, tmp_path, minutes=1, device="cpu", resume=False)
    first = list(itertools.islice(steps, 5))
    steps.close()
    again = loop.train(TINY, data, tmp_path, minutes=1, device="cpu", resume=True)
    assert next(again).number == first[-1].number + 1
    again.close()


def test_minutes_on_an_accelerator_are_told_apart(data, tmp_path, monkeypatch) -> None:
    steps = loop.train(TINY, data, tmp_path, minutes=0.001, device="cpu", resume=False)
    assert [step for step in steps if step.losses]
    path = tmp_path / "checkpoint.safetensors"
    with safe_open(path, "pt") as file:
        state, metadata = {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118
    assert "accelerated" not in metadata
    path.write_bytes(save(state, metadata | {"accelerated": json.dumps({"A card": 540.0}), "seconds": "550.0"}))
    list(loop.train(TINY, data, tmp_path, minutes=1, device="cpu", resume=True, stopped=lambda: True))
    with safe_open(tmp_path / "trained.safetensors", "pt") as file:
        assert json.loads(file.metadata()["accelerated"]) == {"A card": 540.0}
        assert float(file.metadata()["seconds"]) == 550.0


def test_time_in_which_the_machine_slept_is_no_training(data, tmp_path, monkeypatch) -> None:
    from studio.generators.stylegan.training import StyleGanTrainer

    clock = [0.0]
    lasts = itertools.chain([2.0, 1.0, 1.0, 5000.0, 1.0], itertools.repeat(40.0))

    def step(self, batch, progress):
        clock[0] += next(lasts)
        return {"generator": 0.0}

    monkeypatch.setattr(StyleGanTrainer, "step", step)
    monkeypatch.setattr(loop.time, "monotonic", lambda: clock[0])
    steps = loop.train(TINY, data, tmp_path, minutes=10, device="cpu", resume=False)
    taken = list(itertools.islice((step for step in steps if step.losses), 8))  # not the sheet, which is long overdue
    steps.close()
    assert taken[2].seconds == 4.0
    assert 5.0 <= taken[3].seconds < 7.0  # it counts for a usual step
    assert taken[4].seconds == pytest.approx(taken[3].seconds + 1.0)
    assert taken[7].seconds >= taken[5].seconds + 80.0  # a machine that has become slow is no interruption


def test_a_loss_that_is_no_number_stops_and_keeps_the_checkpoint(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    from studio.generators.stylegan.training import StyleGanTrainer

    real_step = StyleGanTrainer.step
    count = itertools.count()

    def step(self, batch, progress):
        return {"generator": float("nan")} if next(count) == 3 else real_step(self, batch, progress)

    monkeypatch.setattr(StyleGanTrainer, "step", step)
    with pytest.raises(TrainingError, match="“generator” stopped being a number"):
        list(loop.train(TINY, data, tmp_path, minutes=1, device="cpu", resume=False))
    assert (tmp_path / "checkpoint.safetensors").exists()


def test_a_broken_checkpoint_is_named(data, tmp_path) -> None:
    (tmp_path / "checkpoint.safetensors").write_bytes(b"nonsense")
    with pytest.raises(TrainingError, match=r"checkpoint\.safetensors cannot be used"):
        next(loop.train(TINY, data, tmp_path, minutes=1, device="cpu", resume=True))


def test_every_tenth_picture_is_kept_from_training(data) -> None:
    assert len(data.test) == len(data.validation) == 6
    assert len(data.train) == 48
    kept = {each.tobytes() for each in data.test} | {each.tobytes() for each in data.validation}
    assert not kept & {each.tobytes() for each in data.train}


def test_a_set_that_is_none_is_named(tmp_path) -> None:
    with pytest.raises(TrainingError, match=r"no heroes32\.npz"):
        load_set(tmp_path, "heroes32")
    (tmp_path / "heroes32.npz").write_bytes(b"PK nonsense")
    with pytest.raises(TrainingError, match="not a picture set"):
        load_set(tmp_path, "heroes32")


def test_plans_are_found_by_name() -> None:
    assert all(plan(name).name == name for name in PLANS)
    with pytest.raises(TrainingError, match="judge-heroes"):
        plan("nothing")


def test_a_condensed_checkpoint_is_small_and_goes_on(data, tmp_path, monkeypatch) -> None:
    from studio.training.condense import condense

    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    steps = loop.train(TINY, data, tmp_path / "long", minutes=1, device="cpu", resume=False)
    last = list(itertools.islice(steps, 4))[-1]
    steps.close()
    whole, small = tmp_path / "long" / "checkpoint.safetensors", tmp_path / "short" / "checkpoint.safetensors"
    condense(whole, small)
    assert small.stat().st_size < whole.stat().st_size / 2
    again = loop.train(TINY, data, tmp_path / "short", minutes=1, device="cpu", resume=True)
    assert next(again).number == last.number + 1
    again.close()


def test_weights_are_kept_on_the_way_where_a_loss_is_watched(data, tmp_path) -> None:
    watched = dataclasses.replace(TINY, watches="discriminator")
    steps = list(loop.train(watched, data, tmp_path, minutes=0.03, device="cpu", resume=False))
    found = snapshots.kept(tmp_path)
    assert 1 <= len(found) <= snapshots.COUNT
    assert [step for step, _ in found] == sorted({step for step, _ in found})
    losses = snapshots.losses_at(tmp_path, [steps[-1].number], "discriminator")
    assert np.isfinite(losses).all()


def test_orders_agree_or_not() -> None:
    rising = np.array([1.0, 2.0, 5.0, 9.0])
    assert metrics.rank_correlation(rising, rising**3) == pytest.approx(1)
    assert metrics.rank_correlation(rising, -rising) == pytest.approx(-1)


def test_a_model_keeps_the_defaults_that_it_was_trained_with(data, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    for _ in loop.train(TINY, data, tmp_path, minutes=0.001, device="cpu", resume=False):
        pass
    with safe_open(tmp_path / "trained.safetensors", "pt") as trained:
        config = json.loads(trained.metadata()["config"])
    assert "codec" not in TINY.config(data)
    assert config["codec"] == "" and {**config, **TINY.config(data)} == config


@pytest.mark.parametrize("name", [card.name for card in Shelf().cards() if not card.weights.endswith(".gguf")])
def test_a_resolved_config_says_the_same(name: str) -> None:
    card = Shelf().card(name)
    whole = loop.resolved(card.family, card.config)
    assert {**whole, **card.config} == whole
    config_of = generators.implementation(card.family).config_of
    assert config_of(whole) == config_of(card.config)


@pytest.mark.parametrize("name", [card.name for card in Shelf().cards() if "frechet_over_limit" in card.metrics])
def test_a_shipped_card_has_the_grade_of_its_figures_unless_the_eyes_object(name: str) -> None:
    card, plan = Shelf().card(name), PLANS[name]
    assert card.grade == ("study" if plan.objection else evaluate.grade(card.metrics))
    assert plan.objection in ("", *card.notes)
