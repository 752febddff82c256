"""Other people's models put on the shelf, out of any container that a family recognises something in.

Nothing is converted here. The files get a card, and are brought into our form when the model is first loaded. Imports no torch.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from studio import generators
from studio.shelf.card import ShelfError
from studio.shelf.containers import Container, is_container, open_container
from studio.shelf.converting import refuse_what_is_too_large

NAME_LIMIT = 40
_ACCENTS = re.compile("[\u0300-\u036f]")


def is_model(path: Path) -> bool:
    """Whether this looks like something for the shelf: a folder with a card, or a container of weights."""
    return (path / "card.toml").is_file() or is_container(path)


def card_of(source: Path) -> tuple[dict[str, Any], Mapping[str, Path]]:
    """The card of a container, without its sha256, and the files that belong to it: the name in the model's folder → where it lies.

    Raises ShelfError when no family recognises it, when it is damaged, or when it is too large for this machine.
    """
    container = open_container(source)
    refuse_what_is_too_large(source.name, container.found.weights)
    family, found = recognised(source.name, container)
    stem = source.name if source.is_dir() else source.stem
    about = container.about
    return {
        "name": _slug(stem), "title": about.title[:80], "family": family.name, "makes": found.makes, "grade": "study",
        "credit": about.credit, "licence": about.licence or "see where it comes from", "config": dict(found.config),
        "notes": ["You added this model. Atelier did not train it, and has not measured it."],
    }, container.files  # fmt: skip


def recognised(name: str, container: Container) -> tuple[generators.Family, generators.Recognised]:
    """The family that says it is one of its own, and what that says; raises ShelfError with the reasons when none does."""
    reasons = []
    for each in generators.FAMILIES:
        family = generators.family(each)
        try:
            found = family.recognise(container.found)
        except generators.GeneratorError as error:
            reasons.append(str(error))
        else:
            if found is not None:
                return family, found
    why = " ".join(reasons) or f"it is {container.what}, and no family of models here reads such a one yet."
    raise ShelfError(f"“{name}” cannot be put on the shelf: {why}")


def lay(card: Mapping[str, Any], files: Mapping[str, Path], folder: Path) -> None:
    """Put the files and the card into an empty folder. Files are linked where the disk allows it: they may be large."""
    sha256 = {}
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path.resolve(), target)
        except OSError:
            shutil.copyfile(path, target)
        with target.open("rb") as file:
            sha256[name] = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "card.toml").write_text(tomli_w.dumps({**card, "sha256": sha256}), "utf-8")


def _slug(stem: str) -> str:
    """The name of a folder and for the command line: letters of any script, small and without accents, and digits."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", stem.casefold()))
    return re.sub(r"[^\w.]+|_", "-", unicodedata.normalize("NFC", plain)).strip("-.")[:NAME_LIMIT].strip("-.") or "model"
