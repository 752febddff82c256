"""Helps a family to know its models in other people's files: names without their wrapping, sizes that must agree. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studio.generators.description import Found
from studio.generators.errors import GeneratorError

WRAPPERS = frozenset({"state_dict", "model", "module", "network", "net", "generator", "g_ema", "ema", "params", "weights"})
IDLE = ("optimizer", "optimizer_states", "optimiser", "lr_schedulers")  # what a training keeps beside its model
VALUES_LIMIT = 65_536  # of all attributes together
Sizes = Mapping[str, tuple[int, ...]]


def renamer(own: Sequence[str], beside: Sequence[str]) -> Callable[[str], str]:
    """A `rename` that takes off what a model is wrapped in: `state_dict.module.decoder.x` → `decoder.x`.

    `own` are the first parts of the family's own names, `beside` the stems of files that lie beside the weights:
    `palette.colours` → `palette/colours`. What only a training needs becomes nothing, all else stays as it is.
    """

    def rename(key: str) -> str:
        parts = key.split(".")
        if parts[0] in IDLE:
            return ""
        while len(parts) > 1 and parts[0] in WRAPPERS and parts[0] not in own:
            parts.pop(0)
        if parts[0] in beside and len(parts) == 2:
            return "/".join(parts)
        return ".".join(parts)

    return rename


def renamed(sizes: Sizes, rename: Callable[[str], str]) -> dict[str, tuple[int, ...]]:
    """The sizes under our names; raises GeneratorError where two would have the same."""
    found: dict[str, tuple[int, ...]] = {}
    for theirs, size in sizes.items():
        ours = rename(theirs)
        if ours in found:
            raise GeneratorError(f"Two tensors in it would both be {ours[:80]}: it holds more than one model.")
        if ours:
            found[ours] = size
    return found


def length(sizes: Sizes, name: str) -> int:
    """The first size of a tensor; 0 where it is not there, or has none."""
    return sizes[name][0] if sizes.get(name) else 0


def compare(wanted: Sizes, found: Sizes, idle: tuple[str, ...] = ()) -> None:
    """Raises GeneratorError where a tensor is missing, of another size, or there though nothing would be done with it.

    What ends as one of `idle` may be there all the same.
    """
    for name, size in wanted.items():
        if name not in found:
            raise GeneratorError(f"This model lacks {name[:80]}, which one of its kind has.")
        if tuple(found[name]) != size:
            raise GeneratorError(f"{name[:80]} is {_sized(found[name])} here; by the model's header it would be {_sized(size)}.")
    for name in found:
        if name not in wanted and not name.endswith(idle):
            raise GeneratorError(f"This model has {name[:80]}, which one of its kind has not. It would be read wrongly.")


def _sized(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"


def said(found: Found, key: str) -> Any:
    """What a file says under `key`, at its top or in its `config`; None where it does not."""
    inner = found.metadata.get("config")
    value = found.metadata.get(key, inner.get(key) if isinstance(inner, Mapping) else None)
    if isinstance(value, str) and value[:1] in "[{":  # notes of safetensors are texts
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise GeneratorError(f"What this model says of its {key} is damaged.") from error
    return value


def attributes_of(found: Found) -> dict[str, list[str]]:
    """The attributes that a model says it listens to, with their values; none where it says nothing."""
    told = said(found, "attributes") or {}
    if not isinstance(told, Mapping) or not all(map(_are_words, told.values())) or sum(map(len, told.values())) > VALUES_LIMIT:
        raise GeneratorError("What this model says of its attributes is damaged: each has a list of words, its values.")
    return {str(name): list(values) for name, values in told.items()}


def _are_words(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(each, str) for each in values)


def directions_notes(found: Found, space: str, count: int) -> dict[str, str]:
    """The notes of `directions`: names as the file gives them, or numbers."""
    told = said(found, "directions")
    names = told.get("names") if isinstance(told, Mapping) else None
    if not isinstance(names, list) or len(names) != count or not all(isinstance(each, str) for each in names):
        names = [f"Direction {number}" for number in range(1, count + 1)]
    return {"space": space, "names": json.dumps(names)}
