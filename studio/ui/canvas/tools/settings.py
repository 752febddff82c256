"""What tools can be set to, as data: the strip draws its fields from these. Tools that share a name share its value. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from studio.documents.canvas.render import BRUSH_LIMIT
from studio.generators import setting


@dataclass(frozen=True)
class BrushSettings:
    """Of a tool that paints along the pointer; its outline is drawn there. A brush of its own kind adds fields in a subclass."""

    size: int = setting(1, "Across", low=1, high=BRUSH_LIMIT, step=1, unit="px")
    tip: str = setting("circle", "The shape of the brush", choices=("circle", "square"))
    opacity: int = setting(100, "How much of what lies below is covered", low=1, high=100, step=1, unit="%")


@dataclass(frozen=True)
class FillSettings:
    """Of a tool that covers an area."""

    opacity: int = setting(100, "How much of what lies below is covered", low=1, high=100, step=1, unit="%")
    tolerance: int = setting(0, "How far a colour may be from the one pressed on", low=0, high=255, step=1)
