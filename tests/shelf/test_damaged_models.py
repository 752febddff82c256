"""Damaged models of other people, and damaged cards, are refused with a sentence, whatever is wrong with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken

from studio.generators import GeneratorError
from studio.generators.gpt.foreign import check_tokenizer
from studio.generators.gpt.vocabulary import Vocabulary
from studio.shelf import Shelf, ShelfError, load, read_card
from studio.shelf.containers.hugging_face import ends_in
from tests import tiny
from tests.mutations import mutated, runs, survives

pytest.importorskip("transformers")
from tests.foreign import checkpoint, network, written

TALE = "the fox and the crow met at the well. " * 20
USER_ERRORS = (ShelfError, GeneratorError)


def tokenizer() -> Any:
    made = tiny.tokenizer([TALE], 280)
    made.add_tokens(["Zaphod", AddedToken("    ")])
    return made


def used(folder: Path, source: Path) -> None:
    """Put a model on an empty shelf, load it, and read with it."""
    shutil.rmtree(folder, ignore_errors=True)
    shelf = Shelf([folder])
    model = load(shelf.card(shelf.add(source).name))
    next(iter(model.bits_of_text("the fox")), None)


@runs
def test_a_damaged_gguf_is_refused_or_read(tmp_path: Path, count: int) -> None:
    whole = written(tmp_path / "whole.gguf", network("qwen2", tokenizer().get_vocab_size(), num_hidden_layers=1), tokenizer(), "qwen2")
    data, hurt = whole.read_bytes(), tmp_path / "hurt.gguf"
    header = data.index(b"blk.0")  # most of the damage is done to what is read first

    def read(damaged: bytes) -> None:
        hurt.write_bytes(damaged + data[header:])
        used(tmp_path / "own", hurt)

    survives(read, mutated(data[:header], count), USER_ERRORS)
    survives(lambda damaged: (hurt.write_bytes(damaged), used(tmp_path / "own", hurt)), mutated(data, count, 1), USER_ERRORS)


@runs
@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_file_of_a_folder_is_refused_or_read(tmp_path: Path, name: str, count: int) -> None:
    folder = tmp_path / "hurt"
    checkpoint(folder, "llama", tokenizer(), num_hidden_layers=1)
    whole = (folder / name).read_bytes()

    def read(damaged: bytes) -> None:
        (folder / name).write_bytes(damaged)
        used(tmp_path / "own", folder)

    survives(read, mutated(whole, count), USER_ERRORS)


@runs
def test_damaged_end_tokens_are_none(count: int) -> None:
    def read(damaged: bytes) -> None:
        found = ends_in(damaged.decode("utf-8", "replace"))
        assert set(found) <= {"eos_token_id"}

    survives(read, mutated(b'{"eos_token_id": [7, 9], "bos_token_id": 1}', count), ShelfError)


@runs
def test_a_config_with_any_value_is_refused_or_read(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "odd"
    checkpoint(folder, "qwen3", tokenizer(), num_hidden_layers=1)
    config = json.loads((folder / "config.json").read_text())
    odd = (None, -1, 0, 1e400, "x", [], {}, [1], {"rope_type": "linear"}, True, 2**70, 0.5, {"rope_type": ["a"]}, [[]])

    def changed(number: int) -> bytes:
        key = list(config)[number % len(config)]
        return json.dumps({**config, key: odd[number // len(config) % len(odd)]}).encode()

    def read(damaged: bytes) -> None:
        (folder / "config.json").write_bytes(damaged)
        used(tmp_path / "own", folder)

    survives(read, (changed(number) for number in range(count)), USER_ERRORS)


@runs
def test_a_damaged_tokenizer_is_refused_or_reads(count: int) -> None:
    def read(damaged: bytes) -> None:
        text = damaged.decode("utf-8", "replace")
        check_tokenizer(text)
        found = Vocabulary(text)
        found.text(found.encode("the fox met Zaphod    \n"))

    survives(read, mutated(tokenizer().to_str().encode(), count), GeneratorError)


@runs
def test_a_damaged_card_is_said_and_the_others_stay(tmp_path: Path, count: int) -> None:
    folder = tiny.make_vae(tmp_path / "own")
    whole = (folder / "card.toml").read_bytes()
    tiny.make_stylegan(tmp_path / "own")

    def read(damaged: bytes) -> None:
        (folder / "card.toml").write_bytes(damaged)
        shelf = Shelf([tmp_path / "own"])
        assert "tiny-stylegan" in [card.name for card in shelf.cards()]
        load(read_card(folder))

    survives(read, mutated(whole, count), USER_ERRORS)
