"""Opens a set by the file that it lies in: pictures in an .npz, scores in a .zip. A new kind of set is a row here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from studio.training.data import load_set
from studio.training.errors import TrainingError
from studio.training.scores import load_scores


def _pictures(file: Path, name: str, only: Collection[str]) -> Any:
    if only:
        raise TrainingError(f"The set {name} is not divided into collections. Leave --only out.")
    return load_set(file, name)


OPENERS: Mapping[str, Callable[[Path, str, Collection[str]], Any]] = {".npz": _pictures, ".zip": load_scores}


def open_set(path: Path, name: str, only: Collection[str] = ()) -> Any:
    """The set `name` from `path`, its file or the folder that holds it; `only` names collections. Raises TrainingError."""
    if "+" in name:  # several sets of pictures as one
        return _pictures(path, name, only)
    if not path.is_dir():
        ending = path.suffix.lower()
        return OPENERS.get(ending, _pictures)(path, name, only)
    files = [path / f"{name}{ending}" for ending in OPENERS]
    file = next((each for each in files if each.exists()), files[0])
    return OPENERS[file.suffix](file, name, only)
