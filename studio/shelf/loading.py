"""From a card to a model in memory. Imports torch, so only the worker thread (or a script) calls it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from studio import generators
from studio.generators.capabilities import Performs
from studio.shelf.card import Card, ShelfError, verify
from studio.shelf.containers.safetensors import check_header
from studio.shelf.converting import converted, is_foreign
from studio.shelf.shelf import Shelf
from studio.shelf.texts import read_text


class Loaded(Performs, Protocol):
    """A model that is ready to work; which further capabilities it has, `isinstance` with the protocols tells."""


def load(card: Card, device: str = "cpu", shelf: Shelf | None = None) -> Any:
    """The model of `card` on `device`, with those that it requires from `shelf` (everybody's, where none is given).

    Raises ShelfError when its files are damaged or do not fit its config, or a model that it requires is not there.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if is_foreign(card):
            config, tensors, files = converted(card)
        else:
            files, config = read_files(card), card.config
            check_header(card.folder / card.weights)
            tensors = load_file(card.folder / card.weights, device="cpu")
        found = (config, tensors, files, torch.device(device))
        if not card.requires:
            return generators.implementation(card.family).load(*found)
        return generators.implementation(card.family).load(*found, load_required(card.requires, shelf or Shelf(), device))
    except OSError as error:
        file = f"its file {Path(error.filename).name}" if error.filename else "one of its files"
        raise ShelfError(f"“{card.name}” cannot be loaded: {file} cannot be read: {error.strerror or error}.") from error
    except generators.GeneratorError as error:
        raise ShelfError(f"“{card.name}” cannot be loaded: {error}") from error
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if isinstance(error, ShelfError | torch.cuda.OutOfMemoryError):
            raise
        reason = str(error).strip().splitlines()[0][:300]
        raise ShelfError(f"“{card.name}” cannot be loaded: its weights do not fit its card ({reason}).") from error


def load_required(requires: Mapping[str, str], shelf: Shelf, device: str = "cpu") -> dict[str, Any]:
    """The models of `requires` (name → sha256 of the weights, or nothing where any will do); raises ShelfError for another one."""
    found = {}
    for name, sha256 in requires.items():
        card = shelf.card(name)
        if sha256 and card.weights_sha256 != sha256:
            raise ShelfError(f"The “{name}” on the shelf is not the one that is needed here (its weights differ). Add the right one again.")
        found[name] = load(card, device, shelf)
    return found


def read_files(card: Card) -> dict[str, tuple[dict[str, np.ndarray], dict[str, str]]]:
    """The arrays beside the weights, by the stem of their file; every file's sha256 is checked first (ShelfError).

    Of a JSON file, such as a tokenizer, the text comes instead, as the note `text`.
    """
    verify(card)
    return {
        Path(name).stem: _arrays(card.folder / name) for name in card.sha256 if name.endswith(".safetensors") and name != card.weights
    } | {Path(name).stem: ({}, {"text": read_text(card.folder / name)}) for name in card.sha256 if name.endswith(".json")}


def _arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    from safetensors.numpy import load_file

    header = check_header(path)
    return load_file(path), dict(header.get("__metadata__", {}))
