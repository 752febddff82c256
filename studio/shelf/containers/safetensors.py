"""A safetensors file: a header in JSON, and the tensors behind it. The format: https://github.com/huggingface/safetensors"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from studio.generators import Found
from studio.shelf.card import ShelfError
from studio.shelf.containers.container import About, TensorOf

HEADER_LIMIT = 16 * 2**20
WEIGHTS_LIMIT = 16 * 2**30


class SafetensorsFile:
    """A file on its own, with whatever its notes say."""

    noun: ClassVar[str] = "a safetensors file"

    def __init__(self, path: Path) -> None:
        self._path = path
        header = check_header(path)
        notes = header.get("__metadata__", {})
        self.found = Found(sizes_in(path), notes if isinstance(notes, dict) else {})
        self.files: Mapping[str, Path] = {"model.safetensors": path}
        self.about = About(path.stem, path.name)
        self.what = "a safetensors file"

    @staticmethod
    def sniff(path: Path) -> bool:
        return path.suffix.lower() == ".safetensors" and path.is_file()

    def tensors(self) -> contextlib.AbstractContextManager[TensorOf]:
        return tensors_of([self._path])


@contextlib.contextmanager
def tensors_of(paths: list[Path]) -> Iterator[TensorOf]:
    """Name → tensor over several files that hold one model together."""
    from safetensors import safe_open

    with contextlib.ExitStack() as stack:
        where: dict[str, Any] = {}
        for path in paths:
            names = sizes_in(path)
            file = stack.enter_context(safe_open(path, "pt"))
            where |= {name: partial(file.get_tensor, name) for name in names}

        def tensor(name: str) -> Any:
            if name not in where:
                raise ShelfError(f"There is no tensor “{name[:60]}” in {paths[0].name}.")
            return where[name]()

        yield tensor


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
