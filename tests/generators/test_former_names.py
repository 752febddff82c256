"""Weights, checkpoints, recipes and stored values of earlier versions, under the names that things had then."""

import hashlib
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
import torch
from safetensors import safe_open
from safetensors.torch import save

from studio.generators import family
from studio.shelf import load, read_card
from studio.training import loop
from studio.training.data import PictureSet
from studio.training.plans.plan import Plan
from tests import tiny

FORMER = {
    "attention.qkv_proj": "attention.inward", "attention.out_proj": "attention.outward", "feed.up_proj": "feed.inward",
    "feed.down_proj": "feed.outward", "condition_embedding": "listening", "condition_map": "blueprint", "condition_weight": "hears",
    "conditioning.": "told.", "discriminator.score": "discriminator.judgement",
}  # fmt: skip
"""What stands in a key now → what stood there."""


def former(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors as an earlier version wrote them."""
    found = {}
    for key, value in tensors.items():
        for now, was in FORMER.items():
            key = key.replace(now, was)
        found[key] = value.contiguous()
    return found


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    with safe_open(path, "pt") as file:
        return {key: file.get_tensor(key).clone() for key in file.keys()}, file.metadata() or {}  # noqa: SIM118 (not the file, which is written over)


MODELS: dict[str, Callable[[Path], Path]] = {
    "biggan": lambda folder: tiny.make_point_model(folder, "biggan"),
    "diffusion": tiny.make_diffusion,
    "musenet": tiny.make_musenet,
    "pixelcnn": lambda folder: tiny.make_raster(folder, "pixelcnn"),
}


@pytest.mark.parametrize("name", MODELS)
def test_weights_under_their_former_keys_are_the_same_model(name: str, tmp_path: Path) -> None:
    folder = MODELS[name](tmp_path)
    known = load(read_card(folder)).network.state_dict()
    before, _ = read(folder / "weights.safetensors")
    written = save(former(before))
    assert former(before).keys() != before.keys()
    (folder / "weights.safetensors").write_bytes(written)
    card = read_card(folder)
    sha256 = {**card.sha256, "weights.safetensors": hashlib.sha256(written).hexdigest()}
    values = {"name": card.name, "title": card.title, "family": card.family, "makes": card.makes, "grade": card.grade}
    values |= {"credit": card.credit, "licence": card.licence, "config": dict(card.config), "sha256": sha256, "requires": {}}
    (folder / "card.toml").write_text(tomli_w.dumps(values))
    again = load(read_card(folder)).network.state_dict()
    assert known.keys() == again.keys()
    assert all(torch.equal(known[key], again[key]) for key in known)


CONFIGS: dict[str, dict[str, Any]] = {
    "biggan": tiny.POINTS["biggan"] | {"hint": 1.0},
    "diffusion": {"size": 16, "channels": 4, "patch": 1, "widths": [8, 16, 16], "deviation": 0.6, "attributes": tiny.COLOURS},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_checkpoint_under_its_former_keys_goes_on_with_its_optimisers(name: str, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    pictures, kinds = chance.integers(0, 255, (24, 16, 16, 4), dtype=np.uint8), np.arange(24)[:, None] % 3
    data = PictureSet("tiny", pictures, kinds, ("colour",), tiny.COLOURS, holds_out=False)
    plan = Plan(
        name="tiny", title="Tiny", family=name, data="tiny", minutes=1, batch_size=4, makes="noise", credit="nobody", licence="CC0-1.0",
        config=lambda data: CONFIGS[name],
    )  # fmt: skip
    pace = loop.Pace(600, 600, rows=1, columns=1)

    def train(resume: bool, steps: int) -> None:
        taken = itertools.count()
        list(loop.train(plan, data, tmp_path, minutes=1e6, device="cpu", resume=resume, pace=pace, stopped=lambda: next(taken) >= steps))

    train(resume=False, steps=2)
    checkpoint = tmp_path / "checkpoint.safetensors"
    state, metadata = read(checkpoint)
    assert any("optimiser" in key for key in state)
    checkpoint.write_bytes(save(former(state), metadata))
    assert read(checkpoint)[0].keys() != state.keys()
    train(resume=True, steps=0)
    again, counted = read(checkpoint)
    assert counted["number"] == metadata["number"] == "2"
    assert again.keys() == state.keys()
    assert [key for key in state if not torch.equal(again[key], state[key])] == []


SETTINGS = [("ebm", {}, "generate", "heat", "noise_scale"), ("musicvae", tiny.MUSICVAE, "generate", "boldness", "note_temperature")]


@pytest.mark.parametrize(("name", "config", "action_id", "was", "now"), SETTINGS)
def test_settings_are_taken_under_their_former_names(name: str, config: dict[str, Any], action_id: str, was: str, now: str) -> None:
    action = family(name).action(config, action_id)
    assert getattr(action.checked({was: 0.5}), now) == getattr(action.checked({now: 0.5}), now) == 0.5
    assert action.renamed({was: 0.5, "tempo": 90}) == {now: 0.5, "tempo": 90}
