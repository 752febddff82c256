"""Other people's models, brought into our form once: what comes of it lies in the cache, named by the sha256 of what it came from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from studio import generators
from studio.places import cache
from studio.shelf.card import Card, ShelfError, is_foreign_weights, verify
from studio.shelf.containers import Container, open_container
from studio.shelf.containers.container import TensorOf
from studio.shelf.containers.hugging_face import CONFIG

FORM = 4  # of what lies in the cache; counted up when it changes
BYTES_A_WEIGHT, BYTES_BESIDE = 1.25, 2 * 2**30  # that a model takes, and the floats of its largest matrix while it is brought into our form
BYTES_A_FLOAT = 6  # of a small one that is kept in floats as well
Tensors = dict[str, Any]
Files = Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]]
Converted = tuple[Mapping[str, Any], Tensors, Files]


def is_foreign(card: Card) -> bool:
    """Whether its weights lie as other people keep them."""
    return is_foreign_weights(card.weights)


def converted(card: Card) -> Converted:
    """Config, tensors and files of somebody's container: from the cache where they lie there, made and left there otherwise.

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

    container = open_container(card.folder if CONFIG in card.sha256 else card.path_of(card.weights))
    refuse_what_is_too_large(card.name, container.found.weights)
    try:
        config, tensors, files = _brought(card, container)
    except generators.GeneratorError as error:
        raise ShelfError(f"“{card.name}” cannot be read: {error}") from error
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".converting-") as folder:
            half = Path(folder) / kept.name
            notes = {"config": json.dumps(config), "files": json.dumps({stem: told for stem, (_, told) in files.items()})}
            beside = {f"{stem}/{name}": array for stem, (arrays, _) in files.items() for name, array in arrays.items()}
            save_file({**tensors, **beside}, half, notes)
            half.replace(kept)
    except (OSError, SafetensorError) as error:  # a full disk comes as either
        raise ShelfError(
            f"“{card.name}” is brought into Atelier's form once, and what comes of it cannot be kept in {kept.parent}: {_reason(error)}. "
            "Make room there, and try again."
        ) from error


def _brought(card: Card, container: Container) -> Converted:
    """What is in the container in our form: renamed, or made over by its family where names are not all that differs."""
    found = generators.family(card.family).recognise(container.found)
    if found is None:
        raise ShelfError(f"“{card.name}” cannot be read: its files are of no {card.family} model.")
    with container.tensors() as tensor:
        if found.rename is not None:
            return found.config, *_renamed(container, found, found.rename, tensor)
        config, weights, texts = generators.implementation(card.family).convert(container.found, tensor)
        files: Files = {stem: ({}, {"text": text}) for stem, text in texts.items()}
        return config, {name: weight.contiguous() for name, weight in weights}, files


def _renamed(container: Container, found: generators.Recognised, rename: Callable[[str], str], tensor: TensorOf) -> tuple[Tensors, Files]:
    """The weights, and the arrays that lie beside them in our form, each under our name."""
    import torch

    weights: Tensors = {}
    files: dict[str, tuple[dict[str, Any], dict[str, str]]] = {stem: ({}, dict(notes)) for stem, notes in found.notes.items()}
    for theirs in container.found.sizes:
        ours = rename(theirs)
        if not ours:
            continue
        stem, slash, array = ours.partition("/")
        into, key = (files.setdefault(stem, ({}, {}))[0], array) if slash else (weights, ours)
        into[key] = torch.as_tensor(tensor(theirs)).contiguous()
    return weights, files


def _reason(error: Exception) -> str:
    """Why something could not be written, in the system's words where there are any."""
    return getattr(error, "strerror", None) or str(error)


def _opened(kept: Path) -> Converted:
    from safetensors import safe_open

    with safe_open(kept, "pt") as file:
        notes = file.metadata()
        found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    files: dict[str, tuple[dict[str, Any], dict[str, str]]] = {stem: ({}, told) for stem, told in json.loads(notes["files"]).items()}
    tensors = {}
    for name, each in found.items():
        stem, slash, array = name.partition("/")
        if slash:
            files[stem][0][array] = each.numpy()
        else:
            tensors[name] = each
    return json.loads(notes["config"]), tensors, files
