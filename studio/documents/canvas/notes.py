"""What an exported picture says of itself: the recipe of its layer, or those of all that lie on the board. No Qt."""

from __future__ import annotations

import dataclasses
import json

from studio.documents.canvas.model import Layer
from studio.project import Project, ProjectError, Recipe


def recipe_of(project: Project, layer: Layer) -> Recipe | None:
    """The recipe that the layer was made by, marked as edited when a hand changed it since; None where there is none."""
    if layer.asset is None:
        return None
    try:
        recipe = Recipe.from_json(project.asset(layer.asset).recipe)
    except ProjectError:
        return None
    return dataclasses.replace(recipe, edited=recipe.edited or layer.edited)


def note_of(project: Project, layers: tuple[Layer, ...]) -> tuple[str, str]:
    """Note and `parameters` text for a picture of these layers. Several layers give a list of what each was made by."""
    recipes = [recipe_of(project, layer) for layer in layers]
    if len(layers) == 1:
        only = recipes[0]
        return (only.to_json(), only.parameters_text()) if only is not None else ("", "")
    made = [
        {"name": layer.name, "x": layer.x, "y": layer.y, "recipe": json.loads(recipe.to_json()) if recipe else None}
        for layer, recipe in zip(layers, recipes, strict=True)
    ]
    return json.dumps({"format": 1, "layers": made}, sort_keys=True, separators=(",", ":")), ""
