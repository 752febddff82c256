"""The settings of a model's conditions: one choice an attribute, drawn from the model's own values. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.generators.description import setting

ANY = "any"
LABELS = {
    "base": "Race", "body": "Armour", "hand1": "Weapon", "hand2": "Shield", "head": "Headgear",
    "clothesColor": "Clothes' colour", "hairColor": "Hair colour", "primaryBackgroundColor": "Background", "rearHair": "Rear hair",
    "skinColor": "Skin", "headContrastColor": "Hair colour", "clothingColor": "Clothes' colour", "facialHair": "Beard",
}  # fmt: skip
MAIN = ("base", "hand1", "kind", "hair", "mouth")  # what the inspector shows at once; the rest stands under “More”

Attributes = Mapping[str, Sequence[str]]


def label(attribute: str) -> str:
    return LABELS.get(attribute, attribute.replace("_", " ").capitalize())


def fields(attributes: Attributes) -> list[Any]:
    """Fields for `make_dataclass`: each attribute as a choice among its values, or `any`."""
    found: list[Any] = []
    for name, values in attributes.items():
        help = f"Ask for one kind of {label(name).lower()}, or leave it to chance."
        choice = setting(ANY, help, label=label(name), choices=(ANY, *values), advanced=name not in MAIN)
        found.append((name, str, choice))
    return found


def wanted(settings: Any, attributes: Attributes) -> dict[str, str]:
    """Attribute → the value that `settings` ask for; those left to chance are missing."""
    asked = {name: getattr(settings, name, ANY) for name in attributes}
    return {name: value for name, value in asked.items() if value != ANY}
