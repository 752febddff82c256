"""How a work of several parts came to be: the recipes of a text's passages and how much of grey text was taken, or those of a board's
layers, which `documents/canvas/notes.py` writes. As a canonical JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.project.errors import ProjectError
from studio.project.recipe import FORMAT, RECIPE_BYTES, Recipe

COUNT_LIMIT = 10**9
NAME_LENGTH = 100


@dataclass(frozen=True)
class Written:
    """`recipes` are those of whole passages, oldest first; `taken` says how many characters came of each model's grey text.

    `layers` are the names and recipes of all layers of a picture from the board, bottom first; one that no model made has no recipe.

    Grey text has no recipe: it comes again only with every key that was pressed before it.
    """

    recipes: tuple[Recipe, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    layers: tuple[tuple[str, Recipe | None], ...] = ()

    @property
    def alone(self) -> Recipe | None:
        """The one recipe of a work that is nothing but what it made."""
        return self.recipes[0] if len(self.recipes) == 1 and not self.taken else None

    def to_json(self) -> str:
        """Of a text: one recipe alone is written as it is; nothing at all is an empty text."""
        if not self.taken and len(self.recipes) < 2:
            return self.recipes[0].to_json() if self.recipes else ""
        found = {"format": FORMAT, "written": [json.loads(each.to_json()) for each in self.recipes]}
        return json.dumps(found | ({"taken": dict(self.taken)} if self.taken else {}), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Written:
        """Read what may come from anywhere; raises ProjectError with the reason."""
        if len(text) > 2 * RECIPE_BYTES:
            raise ProjectError("The recipe is larger than any recipe needs.")
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ProjectError(f"The recipe cannot be read: it is not JSON ({str(error)[:80]}).") from error
        if isinstance(values, dict) and "layers" in values:
            return cls._of_board(values)
        if not isinstance(values, dict) or "written" not in values:
            return cls((Recipe.from_json(text),))
        parts, taken = values["written"], values.get("taken", {})
        sound = isinstance(parts, list) and isinstance(taken, dict)
        if not sound or not all(type(count) is int and 0 <= count <= COUNT_LIMIT for count in taken.values()):
            raise ProjectError("The recipe cannot be read: what it says of several passages makes no sense.")
        return cls(tuple(Recipe.from_json(json.dumps(each)) for each in parts), taken)

    @classmethod
    def _of_board(cls, values: Mapping[str, Any]) -> Written:
        layers = values["layers"]
        sound = values.get("format") == FORMAT and isinstance(layers, list) and layers
        if not sound or not all(isinstance(each, dict) and _printable(each.get("name")) for each in layers):
            raise ProjectError("The recipe cannot be read: what it says of several layers makes no sense.")
        made = [Recipe.from_json(json.dumps(each["recipe"])) if each.get("recipe") is not None else None for each in layers]
        return cls(layers=tuple((each["name"][:NAME_LENGTH], recipe) for each, recipe in zip(layers, made, strict=True)))


def _printable(name: Any) -> bool:
    return isinstance(name, str) and name.isprintable()
