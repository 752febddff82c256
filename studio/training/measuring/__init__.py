"""What is measured of a finished model: one module a medium. Imports them on demand."""

from __future__ import annotations

import importlib
from typing import Any

MODULES = {
    "captioned": "studio.training.measuring.captioned",
    "picture": "studio.training.measuring.pictures",
    "score": "studio.training.measuring.scores",
    "text": "studio.training.measuring.texts",
}


def measures_of(medium: str) -> Any:
    """The module that completes and measures models of this medium: `palette`, `complete` and `again`."""
    return importlib.import_module(MODULES[medium])
