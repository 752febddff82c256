"""Headers and texts of other people's files, read with limits and without torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.shelf.card import ShelfError

HEADER_LIMIT = 16 * 2**20
TEXT_LIMIT = 32 * 2**20
WEIGHTS_LIMIT = 16 * 2**30
CONFIG, TOKENIZER = "config.json", "tokenizer.json"  # of a Hugging Face folder


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


def weights_in(path: Path) -> int:
    """How many numbers a safetensors file holds; raises ShelfError for a damaged one."""
    shapes = [each["shape"] for name, each in check_header(path).items() if name != "__metadata__"]
    return sum(math.prod(shape) for shape in shapes)
