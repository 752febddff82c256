"""Other people's models, brought into our form once: what comes of it lies in the cache, named by the sha256 of what it came from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from studio import generators
from studio.places import cache
from studio.shelf.card import Card, ShelfError, is_foreign_weights, verify
from studio.shelf.gguf import GgufFile
from studio.shelf.headers import CONFIG, GENERATION, TOKENIZER, ends_in, read_text, sizes_in

FORM = 2  # of what lies in the cache; counted up when it changes
BYTES_A_WEIGHT, BYTES_BESIDE = 1.25, 2 * 2**30  # that a model takes, and the floats of its largest matrix while it is brought into our form
BYTES_A_FLOAT = 6  # of a small one that is kept in floats as well
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
    needed = min(weights * BYTES_A_FLOAT, weights * BYTES_A_WEIGHT + BYTES_BESIDE)
    free = psutil.virtual_memory().available
    if needed > free:
        raise ShelfError(
            f"“{name}” has {weights / 1e9:.1f} thousand million weights. Reading it takes {needed / 2**30:.1f} GB of memory, "
            f"and {free / 2**30:.1f} GB are free. Close other programs, or choose a smaller model."
        )


def _convert(card: Card, kept: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        config, tensors, files = (_of_gguf if card.weights.lower().endswith(".gguf") else _of_folder)(card)
    except generators.GeneratorError as error:
        raise ShelfError(f"“{card.name}” cannot be read: {error}") from error
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".converting-") as folder:
            half = Path(folder) / kept.name
            notes = {"config": json.dumps(config), "files": json.dumps(files)}
            save_file(dict(tensors), half, notes)
            half.replace(kept)
    except (OSError, SafetensorError) as error:  # a full disk comes as either
        raise ShelfError(
            f"“{card.name}” is brought into Atelier's form once, and what comes of it cannot be kept in {kept.parent}: {_reason(error)}. "
            "Make room there, and try again."
        ) from error


def _of_gguf(card: Card) -> Converted:
    file = GgufFile(card.path_of(card.weights))
    try:
        refuse_what_is_too_large(card.name, file.weights())
        config, weights, files = generators.implementation(card.family).of_gguf(file.metadata, file.sizes, file.tensor)
        return config, {name: weight.contiguous() for name, weight in weights}, files
    finally:
        file.close()


def _of_folder(card: Card) -> Converted:
    from safetensors import safe_open

    paths = [card.folder / name for name in card.sha256 if name.endswith(".safetensors")]
    sizes = {name: (path, size) for path in paths for name, size in sizes_in(path).items()}
    refuse_what_is_too_large(card.name, sum(math.prod(size) for _, size in sizes.values()))
    config = json.loads(read_text(card.folder / CONFIG))
    if GENERATION in card.sha256:
        config |= ends_in(read_text(card.folder / GENERATION))
    with contextlib.ExitStack() as stack:
        files = {path: stack.enter_context(safe_open(path, "pt")) for path in paths}

        def tensor(name: str) -> Any:
            return files[sizes[name][0]].get_tensor(name)

        shapes = {name: size for name, (_, size) in sizes.items()}
        made, weights, _ = generators.implementation(card.family).of_folder(config, shapes, tensor)
        found = {name: weight.contiguous() for name, weight in weights}
    return made, found, {"tokenizer": read_text(card.folder / TOKENIZER)}


def _reason(error: Exception) -> str:
    """Why something could not be written, in the system's words where there are any."""
    return getattr(error, "strerror", None) or str(error)


def _opened(kept: Path) -> Converted:
    from safetensors import safe_open

    with safe_open(kept, "pt") as file:
        notes = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    files: dict[str, Any] = {stem: ({}, {"text": text}) for stem, text in json.loads(notes["files"]).items()}
    return json.loads(notes["config"]), tensors, files
