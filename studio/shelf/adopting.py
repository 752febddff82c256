"""Other people's language models put on the shelf: a GGUF file, or a Hugging Face folder with safetensors.

Nothing is converted here. The files get a card, and are brought into our form when the model is first loaded. Imports no torch.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from studio import generators
from studio.shelf.card import CARD_LIMIT, ShelfError, is_foreign_weights
from studio.shelf.converting import refuse_what_is_too_large
from studio.shelf.gguf import GgufFile
from studio.shelf.headers import CONFIG, GENERATION, TOKENIZER, read_text, sizes_in

NAME_LIMIT = 40
_ACCENTS = re.compile("[\u0300-\u036f]")


def is_model(path: Path) -> bool:
    """Whether this looks like something for the shelf: a folder with a card, a GGUF file, or a Hugging Face folder."""
    if path.is_dir():
        return (path / "card.toml").is_file() or ((path / CONFIG).is_file() and any(path.glob("*.safetensors")))
    return path.suffix.lower() == ".gguf"


def card_of(source: Path) -> tuple[dict[str, Any], list[Path]]:
    """The card of a GGUF file or a Hugging Face folder, without its sha256, and the files that belong to it.

    Raises ShelfError when no family reads it, when it is damaged, or when it is too large for this machine.
    """
    return _of_folder(source) if source.is_dir() else _of_gguf(source)


def lay(card: Mapping[str, Any], files: list[Path], folder: Path) -> None:
    """Put the files and the card into an empty folder. Files are linked where the disk allows it: they may be large."""
    sha256 = {}
    for path in files:
        target = folder / path.name
        try:
            os.link(path.resolve(), target)
        except OSError:
            shutil.copyfile(path, target)
        with target.open("rb") as file:
            sha256[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "card.toml").write_text(tomli_w.dumps({**card, "sha256": sha256}), "utf-8")


def _of_gguf(source: Path) -> tuple[dict[str, Any], list[Path]]:
    file = GgufFile(source)
    try:
        refuse_what_is_too_large(source.name, file.weights())
        family = _reading(source.name, lambda reads: reads.gguf(file.metadata, file.sizes))
        told = {key: str(file.metadata.get(f"general.{key}", ""))[:200] for key in ("name", "organization", "license")}
    finally:
        file.close()
    by = f" by {told['organization']}" if told["organization"] else ""
    return _card(source.stem, told["name"] or source.stem, f"{told['name'] or source.name}{by}", told["license"], family), [source]


def _of_folder(source: Path) -> tuple[dict[str, Any], list[Path]]:
    weights = sorted(path for path in source.glob("*.safetensors") if is_foreign_weights(path.name))
    if not weights:
        raise ShelfError(f"“{source.name}” has no model.safetensors. Weights in other forms (.bin, .pt) may run code and are not read.")
    for name in (CONFIG, TOKENIZER):
        if not (source / name).is_file():
            raise ShelfError(f"“{source.name}” has no {name}, which a Hugging Face model has.")
    sizes = {name: size for path in weights for name, size in sizes_in(path).items()}
    refuse_what_is_too_large(source.name, sum(math.prod(size) for size in sizes.values()))
    config = _table(source / CONFIG)

    def check(reads: generators.Reads) -> None:
        reads.folder(config, sizes)
        reads.tokenizer(read_text(source / TOKENIZER))

    family = _reading(source.name, check)
    files = [*weights, source / CONFIG, source / TOKENIZER]
    if (source / GENERATION).is_file() and (source / GENERATION).stat().st_size <= CARD_LIMIT:
        files.append(source / GENERATION)
    title = str(config.get("_name_or_path") or source.name).rsplit("/", 1)[-1]
    return _card(source.name, title, title, _licence(source / "README.md"), family), files


def _reading(name: str, check: Any) -> generators.Family:
    """The family that reads it; raises ShelfError with what the last one said when none does."""
    said = "no family of models reads such files"
    for each in generators.FAMILIES:
        family = generators.family(each)
        if family.reads is None:
            continue
        try:
            check(family.reads)
        except generators.GeneratorError as error:
            said = str(error)
        else:
            return family
    raise ShelfError(f"“{name}” cannot be put on the shelf: {said}")


def _card(stem: str, title: str, credit: str, licence: str, family: generators.Family) -> dict[str, Any]:
    reads = family.reads
    return {
        "name": _slug(stem), "title": title[:80], "family": family.name, "makes": reads.makes if reads is not None else "",
        "grade": "study", "credit": credit, "licence": licence or "see where it comes from", "config": {},
        "notes": ["You added this model. Atelier did not train it, and has not measured it."],
    }  # fmt: skip


def _slug(stem: str) -> str:
    """The name of a folder and for the command line: letters of any script, small and without accents, and digits."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", stem.casefold()))
    return re.sub(r"[^\w.]+|_", "-", unicodedata.normalize("NFC", plain)).strip("-.")[:NAME_LIMIT].strip("-.") or "model"


def _table(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError, OSError) as error:
        raise ShelfError(f"{path.name} in “{path.parent.name}” is not JSON.") from error
    if not isinstance(found, dict):
        raise ShelfError(f"{path.name} in “{path.parent.name}” is not a table.")
    return found


def _licence(readme: Path) -> str:
    """The licence that the head of a Hugging Face README names."""
    try:
        head = readme.read_bytes()[:CARD_LIMIT].decode("utf-8", "replace")
    except OSError:
        return ""
    found = re.search(r"^license:\s*([\w.-]+)", head.split("\n---", 1)[0], re.MULTILINE)
    return found[1] if found else ""
