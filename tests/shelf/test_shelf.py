"""The shelf finds good models and says what is wrong with the others."""

import tomllib

import pytest
import tomli_w

from studio.places import shipped
from studio.shelf import Shelf, ShelfError, load, read_card
from studio.shelf.card import verify
from tests import tiny


def edit(folder, **changes) -> None:
    path = folder / "card.toml"
    card = tomllib.loads(path.read_text())
    for key, value in changes.items():
        if value is None:
            del card[key]
        else:
            card[key] = value
    path.write_text(tomli_w.dumps(card))


@pytest.mark.parametrize("key", ["name", "family", "grade", "config", "sha256", "credit", "licence"])
def test_a_card_with_a_missing_key_names_it(tmp_path, key) -> None:
    folder = tiny.make_vae(tmp_path)
    edit(folder, **{key: None})
    with pytest.raises(ShelfError, match=key):
        read_card(folder)


def test_a_broken_card_leaves_the_others_on_the_shelf(tmp_path) -> None:
    tiny.make_vae(tmp_path)
    broken = tiny.make_stylegan(tmp_path)
    (broken / "card.toml").write_text("name = [")
    shelf = Shelf([tmp_path])
    assert [card.name for card in shelf.cards()] == ["tiny-vae"]
    assert "tiny-stylegan" in shelf.problems[0]


def test_a_card_cannot_point_outside_its_folder(tmp_path) -> None:
    folder = tiny.make_vae(tmp_path)
    edit(folder, sha256={"weights.safetensors": "0" * 64, "../../etc/passwd": "0" * 64})
    with pytest.raises(ShelfError, match="outside its folder"):
        read_card(folder)


def test_changed_weights_are_refused(tmp_path) -> None:
    folder = tiny.make_vae(tmp_path)
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes() + b"x")
    with pytest.raises(ShelfError, match="sha256"):
        verify(read_card(folder))


def test_weights_that_do_not_fit_their_config_are_refused(tmp_path) -> None:
    folder = tiny.make_vae(tmp_path)
    edit(folder, config={"size": 16, "latent": 9, "colours": 15, "beta": 1.0})
    with pytest.raises(ShelfError, match="do not fit its card"):
        load(read_card(folder))


def test_adding_copies_and_verifies(tmp_path) -> None:
    source = tiny.make_vae(tmp_path / "elsewhere")
    shelf = Shelf([tmp_path / "shipped", tmp_path / "own"])
    assert shelf.add(source).folder == tmp_path / "own" / "tiny-vae"
    with pytest.raises(ShelfError, match="already"):
        shelf.add(source)


def test_adding_a_damaged_model_adds_nothing(tmp_path) -> None:
    source = tiny.make_vae(tmp_path / "elsewhere")
    (source / "prior.safetensors").unlink()
    shelf = Shelf([tmp_path / "own"])
    with pytest.raises(ShelfError, match=r"prior\.safetensors"):
        shelf.add(source)
    assert not list(tmp_path.glob("own/*"))


@pytest.mark.parametrize("name", ["judge-heroes", "heroes-vae", "heroes-stylegan"])
def test_shipped_models_are_whole_and_within_their_size(name) -> None:
    card = Shelf([shipped("models")]).card(name)
    verify(card)
    assert card.credit
    assert card.metrics
    assert all((card.folder / file).stat().st_size <= 16 * 2**20 for file in card.sha256)
