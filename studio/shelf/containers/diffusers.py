"""A diffusers folder: model_index.json, and a folder a part (unet, vae, text_encoder …), each with its config and its weights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from studio.generators import Found
from studio.shelf.card import ShelfError
from studio.shelf.containers.container import About, TensorOf
from studio.shelf.containers.safetensors import sizes_in, tensors_of
from studio.shelf.texts import read_table, read_text

INDEX = "model_index.json"
PARTS_LIMIT = 32


class DiffusersFolder:
    """A pipeline: tensors are named PART/NAME; the config is the index, with each part's own config under its name."""

    noun: ClassVar[str] = "a diffusers folder"

    def __init__(self, path: Path) -> None:
        index = read_table(path / INDEX)
        names = [name for name, value in index.items() if isinstance(value, list) and name.isidentifier()][:PARTS_LIMIT]
        parts = [name for name in names if (path / name).is_dir()]
        self._weights = {part: sorted((path / part).glob("*.safetensors")) for part in parts}
        sizes = {f"{part}/{name}": size for part, files in self._weights.items() for each in files for name, size in sizes_in(each).items()}
        beside = [each for part in parts for each in sorted((path / part).glob("*.json")) if each.is_file()]
        configs: dict[str, Any] = {
            each.parent.name: read_table(each) for each in beside if each.name in ("config.json", "scheduler_config.json")
        }
        files = [path / INDEX, *beside, *(each for paths in self._weights.values() for each in paths)]
        self.found = Found(
            sizes,
            config={**index, **configs},
            texts={str(each.relative_to(path).as_posix()): read_text(each) for each in beside if each.name not in ("config.json",)},
        )
        self.files: Mapping[str, Path] = {each.relative_to(path).as_posix(): each for each in files}
        self.about = About(path.name, path.name)
        self.what = f"a diffusers pipeline ({str(index.get('_class_name', 'of no name'))[:60]} of {', '.join(names)[:120] or 'no parts'})"

    @staticmethod
    def sniff(path: Path) -> bool:
        return (path / INDEX).is_file()

    @contextlib.contextmanager
    def tensors(self) -> Iterator[TensorOf]:
        with contextlib.ExitStack() as stack:
            opened = {part: stack.enter_context(tensors_of(paths)) for part, paths in self._weights.items() if paths}

            def tensor(name: str) -> Any:
                part, _, key = name.partition("/")
                if part not in opened:
                    raise ShelfError(f"There is no part “{part[:60]}” with weights in this pipeline.")
                return opened[part](key)

            yield tensor
