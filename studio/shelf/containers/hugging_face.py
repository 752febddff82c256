"""A Hugging Face folder: config.json, weights as safetensors in one file or several, and perhaps a tokenizer."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from studio.generators import Found
from studio.shelf.card import CARD_LIMIT, ShelfError, is_foreign_weights
from studio.shelf.containers.container import About, TensorOf
from studio.shelf.containers.safetensors import sizes_in, tensors_of
from studio.shelf.texts import read_table, read_text

CONFIG, TOKENIZER, GENERATION = "config.json", "tokenizer.json", "generation_config.json"  # the last two may lack


class HuggingFaceFolder:
    """A folder as `save_pretrained` leaves it."""

    noun: ClassVar[str] = "a Hugging Face folder"

    def __init__(self, path: Path) -> None:
        self._weights = sorted(each for each in path.glob("*.safetensors") if is_foreign_weights(each.name))
        if not self._weights:
            raise ShelfError(
                f"“{path.name}” has no model.safetensors. A folder's weights in other forms (.bin) may run code and are not read."
            )
        sizes = {name: size for each in self._weights for name, size in sizes_in(each).items()}
        config = read_table(path / CONFIG)
        texts = {TOKENIZER: read_text(path / TOKENIZER)} if (path / TOKENIZER).is_file() else {}
        files = [*self._weights, path / CONFIG, *(path / each for each in texts)]
        if (path / GENERATION).is_file() and (path / GENERATION).stat().st_size <= CARD_LIMIT:
            config = {**config, **ends_in(read_text(path / GENERATION))}
            files.append(path / GENERATION)
        self.found = Found(sizes, config=config, texts=texts)
        self.files: Mapping[str, Path] = {each.name: each for each in files}
        title = str(config.get("_name_or_path") or path.name).rsplit("/", 1)[-1]
        self.about = About(title, title, _licence(path / "README.md"))
        self.what = f"a Hugging Face folder of the kind “{str(config.get('model_type', '?'))[:40]}”"

    @staticmethod
    def sniff(path: Path) -> bool:
        return (path / CONFIG).is_file() and any(path.glob("*.safetensors"))

    def tensors(self) -> contextlib.AbstractContextManager[TensorOf]:
        return tensors_of(self._weights)


def ends_in(generation: str) -> dict[str, Any]:
    """The end tokens that a generation_config.json names, as config.json does; nothing where it is damaged, for it only says more."""
    try:
        found = json.loads(generation)["eos_token_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {"eos_token_id": found} if isinstance(found, int | list) else {}


def _licence(readme: Path) -> str:
    """The licence that the head of a Hugging Face README names."""
    try:
        head = readme.read_bytes()[:CARD_LIMIT].decode("utf-8", "replace")
    except OSError:
        return ""
    found = re.search(r"^license:\s*([\w.-]+)", head.split("\n---", 1)[0], re.MULTILINE)
    return found[1] if found else ""
