"""What every tool is: press, drag, release in board pixels, and the words and picture that the strip shows. No Qt."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from studio.documents.canvas.model import Layer
from studio.ui.canvas.tool_context import Pointer, ToolContext

Cursor = Literal["arrow", "cross", "move", "hand"]


class Tool:
    """One gesture at a time: press, any number of drags, then release or cancel. An edit is made at release only."""

    name: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str]
    shortcut: ClassVar[str]
    cursor: ClassVar[Cursor] = "cross"
    settings: ClassVar[type | None] = None  # a dataclass of what it can be set to
    pans: ClassVar[bool] = False  # the view itself moves the board while it is chosen
    lifts: ClassVar[bool] = False  # dragged out of the window it takes the layer along

    def touches(self, context: ToolContext) -> np.ndarray:
        """The pixels that a press covers, (h, w) bool: their outline is drawn at the pointer."""
        return np.ones((1, 1), bool)

    def press(self, context: ToolContext, at: Pointer) -> None: ...

    def drag(self, context: ToolContext, at: Pointer) -> None: ...

    def release(self, context: ToolContext, at: Pointer) -> None: ...

    def cancel(self, context: ToolContext) -> None:
        """Leave the board as it was."""
        context.clear()


def refusal(layer: Layer | None) -> str:
    """Why nothing can be painted on this layer, empty where it can."""
    if layer is not None and not layer.visible:
        return f"“{layer.name}” is hidden. Show it in the layer list to paint on it."
    return ""
