"""How a text came to be that models wrote parts of: their recipes, and how much of their grey text was taken. As a canonical JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.project.errors import ProjectError
from studio.project.recipe import FORMAT, RECIPE_BYTES, Recipe

COUNT_LIMIT = 10**9


@dataclass(frozen=True)
class Written:
    """`recipes` are those of whole passages, oldest first; `taken` says how many characters came of each model's grey text.

    Grey text has no recipe: it comes again only with every key that was pressed before it.
    """

    recipes: tuple[Recipe, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """One recipe alone is written as it is; nothing at all is an empty text."""
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
        if not isinstance(values, dict) or "written" not in values:
            return cls((Recipe.from_json(text),))
        parts, taken = values["written"], values.get("taken", {})
        sound = isinstance(parts, list) and isinstance(taken, dict)
        if not sound or not all(type(count) is int and 0 <= count <= COUNT_LIMIT for count in taken.values()):
            raise ProjectError("The recipe cannot be read: what it says of several passages makes no sense.")
        return cls(tuple(Recipe.from_json(json.dumps(each)) for each in parts), taken)
