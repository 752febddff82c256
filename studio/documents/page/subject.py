"""A sentence about another work, to begin a text with: what it is, and what it was asked to be. No Qt."""

from __future__ import annotations

from studio.media.registry import known
from studio.project import Asset, ProjectError, Recipe

LEFT_OUT = ("any", "none", "", "off", "own")  # values that say nothing of what is seen or heard


def subject_of(asset: Asset) -> str:
    """From the conditions in its recipe; from its title where it was made by hand."""
    medium = known(asset.medium)
    kind = medium.noun.capitalize() if medium is not None else "A work"
    said = []
    try:
        settings = Recipe.from_json(asset.recipe).settings if asset.recipe else {}
    except ProjectError:
        settings = {}
    for name, value in settings.items():
        if isinstance(value, str) and value.lower() not in LEFT_OUT and len(value) < 60:
            said.append(f"{name.replace('_', ' ')} {value.replace('_', ' ')}")
    if said:
        return f"{kind}: {', '.join(said)}.\n\n"
    title = asset.title.strip()
    return f"{kind} called “{title}”.\n\n" if title and "·" not in title else f"{kind}, seen for the first time.\n\n"
