"""Other people's models, brought into our form once: what comes of it lies in the cache, named by the sha256 of what it came from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from studio import generators
from studio.places import cache
from studio.shelf.card import Card, ShelfError, is_foreign_weights, verify
from studio.shelf.gguf import GgufFile
from studio.shelf.headers import CONFIG, TOKENIZER, read_text, weights_in

FORM = 1  # of what lies in the cache; counted up when it changes
BYTES_A_WEIGHT = 6  # while one is brought into our form: float32 of everything, and what it came from
Converted = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]


def is_foreign(card: Card) -> bool:
    """Whether its weights lie as other people keep them."""
    return is_foreign_weights(card.weights)


def converted(card: Card) -> Converted:
    """Config, tensors and files of a GGUF or of a Hugging Face folder: from the cache where they lie there, made and left there otherwise.

    Raises ShelfError when the file is damaged, of a kind that cannot be read, or too large for this machine.
    """
    kept = cache() / "models" / f"{_fingerprint(card)[:24]}-{FORM}.safetensors"
    if not kept.is_file():
        verify(card)
        _convert(card, kept)
    try:
        return _opened(kept)
    except (OSError, ValueError, KeyError) as error:  # the cache is damaged: it is made anew
        kept.unlink(missing_ok=True)
        raise ShelfError(f"What Atelier kept of “{card.name}” was damaged and is thrown away: try again ({error}).") from error


def _fingerprint(card: Card) -> str:
    if len(card.sha256) == 1:
        return card.weights_sha256
    return hashlib.sha256("".join(card.sha256.values()).encode()).hexdigest()


def refuse_what_is_too_large(name: str, weights: int) -> None:
    """Raise ShelfError where so many weights do not fit into what memory is free now."""
    needed, free = weights * BYTES_A_WEIGHT, psutil.virtual_memory().available
    if needed > free:
        raise ShelfError(
            f"“{name}” has {weights / 1e9:.1f} thousand million weights. Reading it takes {needed / 2**30:.1f} GB of memory, "
            f"and {free / 2**30:.1f} GB are free. Close other programs, or choose a smaller model."
        )


def _convert(card: Card, kept: Path) -> None:
    import torch
    from safetensors.torch import save_file

    try:
        config, tensors, files = (_of_gguf if card.weights.endswith(".gguf") else _of_folder)(card)
    except generators.GeneratorError as error:
        raise ShelfError(f"“{card.name}” cannot be read: {error}") from error
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".converting-") as folder:
            half = Path(folder) / kept.name
            notes = {"config": json.dumps(config), "files": json.dumps(files)}
            save_file({key: value.to(torch.float16).contiguous() for key, value in tensors.items()}, half, notes)
            half.replace(kept)
    except OSError as error:
        raise ShelfError(f"“{card.name}” cannot be kept in {kept.parent}: {error.strerror or error}.") from error


def _of_gguf(card: Card) -> Converted:
    file = GgufFile(card.path_of(card.weights))
    try:
        refuse_what_is_too_large(card.name, file.weights())
        found: Converted = generators.implementation(card.family).of_gguf(file.metadata, file.tensor, lambda name: name in file.tensors)
        return found
    finally:
        file.close()


def _of_folder(card: Card) -> Converted:
    from safetensors.torch import load_file

    paths = [card.folder / name for name in card.sha256 if name.endswith(".safetensors")]
    refuse_what_is_too_large(card.name, sum(weights_in(path) for path in paths))
    tensors: dict[str, Any] = {}
    for path in paths:
        tensors |= load_file(path, device="cpu")
    config, found = generators.implementation(card.family).of_folder(json.loads(read_text(card.folder / CONFIG)), tensors)
    return config, found, {"tokenizer": read_text(card.folder / TOKENIZER)}


def _opened(kept: Path) -> Converted:
    from safetensors import safe_open

    with safe_open(kept, "pt") as file:
        notes = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    files: dict[str, Any] = {stem: ({}, {"text": text}) for stem, text in json.loads(notes["files"]).items()}
    return json.loads(notes["config"]), tensors, files
