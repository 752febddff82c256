"""The page as a file, and what a file of it says of how it was made. No Qt: what is printed on paper, the window makes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping

from studio.media import Text, named
from studio.media.formats import kinds_of
from studio.project import Project, ProjectError, Recipe, Written

OFFERED = named("text").offered
KINDS = kinds_of(OFFERED)
NOTE_ASSETS = 200


def note_of(project: Project, assets: list[int], content: str, taken: Mapping[str, int] | None = None) -> str:
    """What the page says of itself: the recipe of the one work that it is, or all that models wrote into it, `taken` from grey text too."""
    recipes: list[Recipe] = []
    for asset in dict.fromkeys(assets[-NOTE_ASSETS:]):
        try:
            recipes.append(Recipe.from_json(project.asset(asset).recipe))
        except ProjectError:
            continue
    if len(recipes) == 1 and not taken:
        same = project.asset(assets[-1]).sha256 == hashlib.sha256(Text(content).content.encode()).hexdigest()
        return dataclasses.replace(recipes[0], edited=recipes[0].edited or not same).to_json()
    return Written(tuple(dataclasses.replace(each, edited=True) for each in recipes), taken or {}).to_json()
