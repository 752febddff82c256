"""Weights as people keep them: a family recognises its own in any container, what would run code is refused, nothing is half added."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import safetensors
import torch
from safetensors.torch import load_file, save_file

from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Picture
from studio.places import shipped
from studio.shelf import Card, Shelf, ShelfError, is_model, load, read_card
from studio.shelf.containers import open_container
from tests import tiny
from tests.mutations import mutated, runs, survives

RAN: list[str] = []


def drawn(card: Card) -> list[Picture]:
    """Two pictures of a model."""
    action = card.action("generate")
    events = load(card).perform(Call("generate", action.checked({}), 3, (0, 1)))
    return [event.media for event in events if isinstance(event, Result)]


def checkpoint_of(folder: Path, wrapping: str = "module.") -> dict[str, Any]:
    """A model of ours as somebody's training might have saved it: names wrapped, everything in one nested table."""
    card = read_card(folder)
    weights = {f"{wrapping}{name}": value for name, value in load_file(folder / "weights.safetensors").items()}
    saved: dict[str, Any] = {"state_dict": OrderedDict(weights), "epoch": 7, "optimizer": {"state": {0: {"step": torch.ones(1)}}}}
    for path in sorted(folder.glob("*.safetensors")):
        if path.stem != "weights":
            with safetensors.safe_open(path, "pt") as file:
                notes = {key: json.loads(value) if value[0] == "[" else value for key, value in (file.metadata() or {}).items()}
            saved[path.stem] = {**load_file(path), **notes}
    saved["config"] = {"attributes": {name: list(values) for name, values in card.config.get("attributes", {}).items()}}
    return saved


def written(path: Path, saved: Any) -> Path:
    torch.save(saved, path)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf([tmp_path / "own"])


@pytest.mark.parametrize("name", ["faces-vae", "heroes-stylegan"])
def test_a_shipped_model_saved_as_a_torch_checkpoint_draws_the_same_pictures(shelf: Shelf, tmp_path: Path, name: str) -> None:
    theirs = written(tmp_path / "Somebody's Model.pt", checkpoint_of(shipped("models") / name))
    assert is_model(theirs)
    ours, card = read_card(shipped("models") / name), shelf.add(theirs)
    assert (card.name, card.family) == ("somebody-s-model", ours.family)
    assert {action.id for action in card.actions()} == {action.id for action in ours.actions()}
    assert drawn(card) == drawn(ours)


@pytest.mark.parametrize("make", [tiny.make_vae, tiny.make_stylegan])
@pytest.mark.parametrize("wrapping", ["", "generator.module."])
def test_names_may_be_wrapped_or_not(shelf: Shelf, tmp_path: Path, make: Any, wrapping: str) -> None:
    folder = make(tmp_path / "models")
    card = shelf.add(written(tmp_path / "wrapped.ckpt", checkpoint_of(folder, wrapping)))
    assert drawn(card) == drawn(read_card(folder))


def test_a_single_safetensors_file_is_recognised_as_well(shelf: Shelf, tmp_path: Path) -> None:
    folder = tiny.make_vae(tmp_path / "models")
    tensors = load_file(folder / "weights.safetensors")
    for stem in ("palette", "prior", "directions"):
        tensors |= {f"{stem}.{name}": value for name, value in load_file(folder / f"{stem}.safetensors").items()}
    save_file(tensors, tmp_path / "alone.safetensors")
    card = shelf.add(tmp_path / "alone.safetensors")
    assert card.name == "alone"
    assert drawn(card) == drawn(read_card(folder))
    assert load(card).directions().names[0] == "Direction 1"


def without(key: str) -> Any:
    return lambda saved: saved.pop(key)


@pytest.mark.parametrize(("change", "why"), [
    (without("palette"), "lacks palette/colours"),
    (lambda saved: saved["state_dict"].pop("module.decoder.stem.bias"), "lacks decoder.stem.bias"),
    (lambda saved: saved["state_dict"].update({"module.decoder.more": torch.ones(2)}), "decoder.more, which one of its kind has not"),
    (lambda saved: saved["palette"].update(colours=torch.ones(3, 3)), "3 × 3 here"),
    (lambda saved: saved["config"].update(attributes={"hair": "red"}), "attributes is damaged"),
    (lambda saved: saved.update(state_dict={"conv1.weight": torch.ones(2, 2)}), "no family of models here reads"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_reason(shelf: Shelf, tmp_path: Path, change: Any, why: str) -> None:
    saved = checkpoint_of(tiny.make_vae(tmp_path / "models"))
    change(saved)
    with pytest.raises(ShelfError, match=why):
        shelf.add(written(tmp_path / "odd.pt", saved))
    assert not list((tmp_path / "own").glob("*"))


def test_two_models_in_one_file_are_not_mixed(shelf: Shelf, tmp_path: Path) -> None:
    saved = checkpoint_of(tiny.make_vae(tmp_path / "models"))
    saved["ema"] = {name.removeprefix("module."): value + 1 for name, value in saved["state_dict"].items()}
    with pytest.raises(ShelfError, match="more than one model"):
        shelf.add(written(tmp_path / "twice.pt", saved))


class Wants:
    """Something whose pickle asks for code to run."""

    def __reduce__(self) -> Any:
        return RAN.append, ("opened",)


class Runs:
    def __reduce__(self) -> Any:
        return os.system, ("echo",)


@pytest.mark.parametrize("evil", [Wants(), Runs(), {"weights": torch.ones(2), "also": Path("x")}], ids=["call", "system", "class"])
def test_a_pickle_that_wants_code_is_refused_and_nothing_runs(shelf: Shelf, tmp_path: Path, evil: Any) -> None:
    path = written(tmp_path / "evil.pt", {"state_dict": {"decoder.stem.weight": torch.ones(2, 2)}, "evil": evil})
    with pytest.raises(ShelfError, match=r"evil\.pt asks for .* may run code, and is refused"):
        shelf.add(path)
    assert not RAN


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch.jit
def test_an_old_checkpoint_and_a_program_are_refused_by_name(shelf: Shelf, tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    with pytest.raises(ShelfError, match="since 2020"):
        shelf.add(tmp_path / "old.pth")
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(tmp_path / "program.pt"))
    with pytest.raises(ShelfError, match="TorchScript program"):
        shelf.add(tmp_path / "program.pt")
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(ShelfError, match="no zip"):
        shelf.add(tmp_path / "text.pt")
    with zipfile.ZipFile(tmp_path / "photos.pt", "w") as archive:
        archive.writestr("a.png", b"x")
    with pytest.raises(ShelfError, match=r"no data\.pkl"):
        shelf.add(tmp_path / "photos.pt")


class Rebuilt:
    """A tensor whose pickle claims what `args` say."""

    def __init__(self, *args: Any) -> None:
        self.args = args

    def __reduce__(self) -> Any:
        return torch._utils._rebuild_tensor_v2, self.args


class Storage:
    """Stands for 4 floats in the entry `0`."""


def crafted(path: Path, make: Any, entries: dict[str, bytes]) -> Path:
    """A checkpoint with a pickle written by hand."""
    data = io.BytesIO()
    pickler = pickle.Pickler(data, 2)
    pickler.persistent_id = lambda value: ("storage", torch.FloatStorage, "0", "cpu", 4) if isinstance(value, Storage) else None  # type: ignore[method-assign]
    pickler.dump(make)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data.getvalue())
        for name, content in entries.items():
            archive.writestr(f"archive/data/{name}", content)
    return path


def folded() -> list[Any]:
    """A list that holds itself twice, thirty times over: a thousand million values in a few bytes."""
    value: list[Any] = [0, 0]
    for _ in range(30):
        value = [value, value]
    return value


FLOATS = {"0": bytes(16)}


@pytest.mark.parametrize(("make", "entries", "why"), [
    ({"a": Rebuilt(Storage(), 0, (2**20, 2**20), (0, 0), False, OrderedDict())}, FLOATS, "past the end"),
    ({"a": Rebuilt(Storage(), 3, (2, 1), (1, 1), False, OrderedDict())}, FLOATS, "past the end"),
    ({"a": Rebuilt(Storage(), 0, (-2, 2), (1, 1), False, OrderedDict())}, FLOATS, "none can have"),
    ({"a": Rebuilt(Storage(), 0, (2, 2), (2, 1), False, OrderedDict())}, {}, "missing"),
    ({"a": Rebuilt(Storage(), 0, (2, 2), (2, 1), False, OrderedDict())}, {"0": bytes(8)}, "missing"),
    ({"a": folded()}, FLOATS, "folded into itself"),
    ({"a": 1}, FLOATS, "no tensors"),
], ids=["stride 0", "offset", "negative", "no bytes", "few bytes", "folded", "empty"])  # fmt: skip
def test_a_header_that_lies_is_refused(tmp_path: Path, make: Any, entries: dict[str, bytes], why: str) -> None:
    with pytest.raises(ShelfError, match=why):
        open_container(crafted(tmp_path / "lies.pt", make, entries))


def test_a_header_that_tells_the_truth_is_read_as_torch_reads_it(tmp_path: Path) -> None:
    base = torch.arange(24.0).reshape(4, 6)
    saved = {
        "whole": base, "turned": base.T, "part": base[1:3, ::2], "one": torch.tensor(3.0), "half": base.bfloat16(), "flag": base > 2,
        "parameter": torch.nn.Parameter(base.clone()), "list": [torch.ones(2), {"deep": torch.zeros(3, dtype=torch.int64)}],
        "name": "seven", "size": base.shape, "kind": torch.float16,
    }  # fmt: skip
    container = open_container(written(tmp_path / "true.pt", saved))
    assert container.found.sizes["turned"] == (6, 4)
    assert container.found.sizes["list.1.deep"] == (3,)
    assert container.found.metadata == {"name": "seven", "size": [4, 6]}
    with container.tensors() as tensor:
        for name, size in container.found.sizes.items():
            assert tuple(tensor(name).shape) == size
        assert torch.equal(tensor("part"), base[1:3, ::2])
        with pytest.raises(ShelfError, match="no tensor"):
            tensor("nothing")


@runs
def test_a_damaged_checkpoint_is_refused_or_read(tmp_path: Path, count: int) -> None:
    folder = tiny.make_vae(tmp_path / "models")
    whole = written(tmp_path / "whole.pt", checkpoint_of(folder)).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        told = archive.read("whole/data.pkl")
    place, hurt = whole.index(told[:64]), tmp_path / "hurt.pt"

    def read(damaged: bytes) -> None:
        hurt.write_bytes(damaged)
        open_container(hurt)

    survives(lambda damaged: read(whole[:place] + damaged + whole[place + len(told) :]), mutated(told, count), ShelfError)
    survives(read, mutated(whole, count, 1), ShelfError)


def pipeline(folder: Path) -> Path:
    """A diffusers folder in small."""
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
             "scheduler": ["diffusers", "DDIMScheduler"], "safety_checker": [None, None]}  # fmt: skip
    for part in ("unet", "vae", "scheduler"):
        (folder / part).mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "scheduler" / "scheduler_config.json").write_text('{"beta_start": 0.1}')
    for part in ("unet", "vae"):
        (folder / part / "config.json").write_text('{"in_channels": 4}')
        save_file({"conv_in.weight": torch.ones(2, 4)}, folder / part / "diffusion_pytorch_model.safetensors")
    return folder


def test_a_diffusers_folder_is_named_and_no_family_reads_it_yet(shelf: Shelf, tmp_path: Path) -> None:
    folder = pipeline(tmp_path / "pipeline")
    assert is_model(folder)
    with pytest.raises(ShelfError, match=r"a diffusers pipeline \(StableDiffusionPipeline of unet, vae, .*no family of models here reads"):
        shelf.add(folder)


def test_a_diffusers_folder_gives_its_parts(tmp_path: Path) -> None:
    container = open_container(pipeline(tmp_path / "pipeline"))
    assert container.found.sizes == {"unet/conv_in.weight": (2, 4), "vae/conv_in.weight": (2, 4)}
    assert container.found.config["scheduler"] == {"beta_start": 0.1}
    assert "unet/diffusion_pytorch_model.safetensors" in container.files
    with container.tensors() as tensor:
        assert tensor("vae/conv_in.weight").shape == (2, 4)
        with pytest.raises(ShelfError, match="no part"):
            tensor("text_encoder/x")


def in_a_subfolder(folder: Path, name: str = "decoder/palette.safetensors") -> Path:
    """A model whose card names its palette by another path."""
    text = (folder / "card.toml").read_text()
    (folder / "card.toml").write_text(text.replace('"palette.safetensors"', json.dumps(name)))
    return folder


def test_a_card_may_name_files_in_subfolders_and_they_come_along(shelf: Shelf, tmp_path: Path) -> None:
    folder = tiny.make_vae(tmp_path / "models")
    wanted = drawn(read_card(folder))
    text = (folder / "card.toml").read_text().replace("[sha256]", '[sha256]\n"more/deep/notes.json" = "' + EMPTY_TABLE + '"')
    (folder / "card.toml").write_text(text)
    (folder / "more" / "deep").mkdir(parents=True)
    (folder / "more" / "deep" / "notes.json").write_text("{}")
    card = shelf.add(folder)
    assert (card.folder / "more" / "deep" / "notes.json").read_text() == "{}"
    assert drawn(card) == wanted


EMPTY_TABLE = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("name", [
    "../palette.safetensors", "a/../../palette.safetensors", "/etc/passwd", "a//b.safetensors", "./palette.safetensors", "C:/x.safetensors",
    "a\\\\..\\\\b.safetensors", "",
])  # fmt: skip
def test_a_card_that_names_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    folder = in_a_subfolder(tiny.make_vae(tmp_path / "models"), name)
    with pytest.raises(ShelfError, match="outside its folder"):
        read_card(folder)


@pytest.mark.parametrize("link", ["palette.safetensors", "sub"])
def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path, link: str) -> None:
    folder = tiny.make_vae(tmp_path / "models")
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "palette.safetensors").rename(outside / "palette.safetensors")
    (folder / link).symlink_to(outside if link == "sub" else outside / "palette.safetensors")
    in_a_subfolder(folder, "sub/palette.safetensors" if link == "sub" else link)
    with pytest.raises(ShelfError, match="outside its folder"):
        read_card(folder)
