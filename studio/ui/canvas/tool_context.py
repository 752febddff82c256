"""What tools work with: the document, the colour and the brush, and what a gesture shows while it goes on. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.render import Colour, Patch
from studio.documents.canvas.stroke import Stroke
from studio.generators import GeneratorError, settings_of
from studio.media import MediaError

S = TypeVar("S")


class Pointer(NamedTuple):
    """Where the pen is, in board pixels, and what is held on the keyboard."""

    x: int
    y: int
    shift: bool = False
    control: bool = False


@dataclass
class Brush:
    """How tools paint: the colour, and the values of their settings by name. `listeners` hear of every change."""

    colour: Colour = (0, 0, 0, 255)
    values: dict[str, Any] = field(default_factory=dict)
    recent: list[Colour] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def settings(self, kind: type[S]) -> S:
        """A tool's settings as they stand: what is out of range comes to its end, what makes no sense to its default."""
        return fitted(kind, self.values)

    def set(self, *, colour: Colour | None = None, **values: Any) -> None:
        """Change what is named."""
        if colour is not None:
            self.colour = colour
        self.values.update(values)
        for listener in tuple(self.listeners):
            listener()

    def used(self) -> None:
        """Remember the colour as one that was painted with: newest first, eight at most."""
        self.recent = [self.colour, *(each for each in self.recent if each != self.colour)][:8]
        self.set()


def fitted(kind: type[S], values: Mapping[str, Any]) -> S:
    """The settings dataclass `kind` filled from `values`, each brought into its range, or left at its default."""
    found: dict[str, Any] = {}
    for each in settings_of(kind):
        value = values.get(each.name, each.default)
        if each.low is not None and each.high is not None and type(value) in (int, float) and math.isfinite(value):
            value = each.kind(min(max(value, each.low), each.high))
        try:
            found[each.name] = each.checked(value)
        except GeneratorError:
            found[each.name] = each.default
    return kind(**found)


class ToolContext:
    """One canvas's working place. The view draws `patch` and `outline`, and listens through the three functions."""

    def __init__(self, document: BoardDocument, brush: Brush | None = None) -> None:
        self.document = document
        self.brush = brush or Brush()
        self.stroke: Stroke | None = None
        self.lifted: Patch | None = None
        self.outline: tuple[tuple[float, float], ...] = ()
        self.on_touched: Callable[[Rect | None], None] = lambda rect: None
        self.on_picked: Callable[[Colour], None] = lambda colour: None
        self.on_problem: Callable[[str], None] = lambda sentence: None

    @property
    def patch(self) -> Patch | None:
        """The pixels that a live gesture shows in place of a layer's own."""
        return self.stroke.patch if self.stroke is not None else self.lifted

    @property
    def painted(self) -> Rect:
        """Where `patch` shows something; empty where there is none."""
        if self.stroke is not None:
            return self.stroke.painted
        return self.lifted.rect if self.lifted is not None else Rect(0, 0, 0, 0)

    def apply(self, edit: Edit | None) -> bool:
        """Make an edit; a refusal becomes a sentence for the person. False where nothing was done."""
        if edit is None:
            return False
        try:
            self.document.apply(edit)
        except MediaError as error:
            self.on_problem(str(error))
            return False
        return True

    def preview(self, edit: Edit | None) -> None:
        """Show what an edit would do; one that cannot be done shows nothing."""
        try:
            self.document.preview(edit)
        except MediaError:
            self.document.preview(None)

    def clear(self) -> None:
        """Let go of everything that is only shown."""
        self.stroke, self.lifted, self.outline = None, None, ()
        self.document.preview(None)
        self.on_touched(None)
