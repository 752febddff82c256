"""The card of a model being packaged: written whole, with the sha256 of every file beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from studio.media.files import write_atomically
from studio.training.errors import TrainingError

FILE_LIMIT = 16 * 2**20


def hashes(target: Path) -> dict[str, str]:
    """File → sha256 of what a model folder holds; raises TrainingError for a file too large to ship."""
    found = {}
    for path in sorted([*target.glob("*.safetensors"), *target.glob("*.json")]):
        if path.stat().st_size > FILE_LIMIT:
            raise TrainingError(f"{path.name} has {path.stat().st_size / 2**20:.0f} MB; a shipped file has at most 16.")
        found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def write_card(target: Path, card: Mapping[str, Any]) -> None:
    write_atomically(target / "card.toml", tomli_w.dumps(card).encode())
