"""GGUF models, dequantised once: what comes of it lies in the cache, named by the sha256 of the file it came from."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from studio import generators
from studio.places import cache
from studio.shelf.card import Card, ShelfError, verify
from studio.shelf.gguf import GgufFile

FORM = 1  # of what lies in the cache; counted up when it changes
BYTES_A_WEIGHT = 5  # while one is dequantised: float32 of everything, and the file
Converted = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]


def converted(card: Card) -> Converted:
    """Config, tensors and files of a GGUF model: from the cache where they lie there, made and left there otherwise.

    Raises ShelfError when the file is damaged, of a kind that cannot be read, or too large for this machine.
    """
    kept = cache() / "models" / f"{card.weights_sha256[:24]}-{FORM}.safetensors"
    if not kept.is_file():
        verify(card)
        _convert(card, kept)
    try:
        return _opened(kept)
    except (OSError, ValueError, KeyError) as error:  # the cache is damaged: it is made anew
        kept.unlink(missing_ok=True)
        raise ShelfError(f"What Atelier kept of “{card.name}” was damaged and is thrown away: try again ({error}).") from error


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

    file = GgufFile(card.path_of(card.weights))
    try:
        refuse_what_is_too_large(card.name, file.weights())
        family = generators.implementation(card.family)
        config, tensors, files = family.of_gguf(file.metadata, file.tensor, lambda name: name in file.tensors)
    except generators.GeneratorError as error:
        raise ShelfError(f"“{card.name}” cannot be read: {error}") from error
    finally:
        file.close()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".converting-") as folder:
            half = Path(folder) / kept.name
            notes = {"config": json.dumps(config), "files": json.dumps(files)}
            save_file({key: value.to(torch.float16).contiguous() for key, value in tensors.items()}, half, notes)
            half.replace(kept)
    except OSError as error:
        raise ShelfError(f"“{card.name}” cannot be kept in {kept.parent}: {error.strerror or error}.") from error


def _opened(kept: Path) -> Converted:
    from safetensors import safe_open

    with safe_open(kept, "pt") as file:
        notes = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    files: dict[str, Any] = {stem: ({}, {"text": text}) for stem, text in json.loads(notes["files"]).items()}
    return json.loads(notes["config"]), tensors, files
