"""Headers and texts of other people's files, read with limits and without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.shelf.card import ShelfError

HEADER_LIMIT = 16 * 2**20
TEXT_LIMIT = 32 * 2**20
WEIGHTS_LIMIT = 16 * 2**30
CONFIG, TOKENIZER, GENERATION = "config.json", "tokenizer.json", "generation_config.json"  # of a Hugging Face folder; the last may lack


def check_header(path: Path) -> Mapping[str, Any]:
    """The header of a safetensors file; raises ShelfError for one that is hostile or cut off."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size > WEIGHTS_LIMIT or length > min(HEADER_LIMIT, size):
            raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: its header claims {length} bytes.")
        try:
            header = json.loads(file.read(length))
        except (ValueError, RecursionError) as error:
            raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: its header is not JSON.") from error
    if not isinstance(header, dict):
        raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: its header is not a table.")
    return header


def read_text(path: Path) -> str:
    """What a file beside the weights says; raises ShelfError for one that is too large, or no text."""
    if path.stat().st_size > TEXT_LIMIT:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is larger than {TEXT_LIMIT // 2**20} MB.")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: it is no text.") from error


def ends_in(generation: str) -> dict[str, Any]:
    """The end tokens that a generation_config.json names, as config.json does; nothing where it is damaged, for it only says more."""
    try:
        found = json.loads(generation)["eos_token_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {"eos_token_id": found} if isinstance(found, int | list) else {}


def sizes_in(path: Path) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor in a safetensors file; raises ShelfError for a damaged one."""
    found = {}
    for name, each in check_header(path).items():
        if name == "__metadata__":
            continue
        shape = each.get("shape") if isinstance(each, dict) else None
        if not isinstance(shape, list) or not all(isinstance(size, int) and 0 <= size < 2**40 for size in shape):
            raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: its header gives “{name[:40]}” no size.")
        found[name] = tuple(shape)
    return found
