"""What tools work with: the document, the colour and the brush, and what a gesture shows while it goes on. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import Edit
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.render import BRUSH_LIMIT, Colour, Patch
from studio.documents.canvas.stroke import Stroke
from studio.media import MediaError


class Pointer(NamedTuple):
    """Where the pen is, in board pixels, and what is held on the keyboard."""

    x: int
    y: int
    shift: bool = False
    control: bool = False


@dataclass
class Brush:
    """How tools paint; `listeners` hear of every change."""

    colour: Colour = (0, 0, 0, 255)
    size: int = 1
    is_round: bool = True
    opacity: float = 1.0
    tolerance: int = 0
    recent: list[Colour] = field(default_factory=list)
    listeners: list[Callable[[], None]] = field(default_factory=list)

    def set(self, *, colour: Colour | None = None, size: int | None = None, is_round: bool | None = None,
            opacity: float | None = None, tolerance: int | None = None) -> None:  # fmt: skip
        """Change what is named, within its range."""
        if colour is not None:
            self.colour = colour
        if size is not None:
            self.size = min(max(size, 1), BRUSH_LIMIT)
        if is_round is not None:
            self.is_round = is_round
        if opacity is not None:
            self.opacity = min(max(opacity, 0.0), 1.0)
        if tolerance is not None:
            self.tolerance = min(max(tolerance, 0), 255)
        for listener in tuple(self.listeners):
            listener()

    def used(self) -> None:
        """Remember the colour as one that was painted with: newest first, eight at most."""
        self.recent = [self.colour, *(each for each in self.recent if each != self.colour)][:8]
        self.set()


class Desk:
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
