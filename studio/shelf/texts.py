"""Small files beside weights, read with limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studio.shelf.card import ShelfError

TEXT_LIMIT = 32 * 2**20


def read_text(path: Path) -> str:
    """What a file beside the weights says; raises ShelfError for one that is too large, or no text."""
    if path.stat().st_size > TEXT_LIMIT:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is larger than {TEXT_LIMIT // 2**20} MB.")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is damaged: it is no text.") from error


def read_table(path: Path) -> dict[str, Any]:
    """A JSON file that holds one table; raises ShelfError for another."""
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError, OSError) as error:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is not JSON.") from error
    if not isinstance(found, dict):
        raise ShelfError(f"{path.name} in “{path.parent.name}” is not a table.")
    return found
