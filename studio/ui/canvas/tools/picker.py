"""Takes the colour that is seen under the pointer."""

from __future__ import annotations

from studio.documents.canvas.render import pick
from studio.ui.canvas.tool_context import Pointer, ToolContext
from studio.ui.canvas.tools.tool import Tool


class Picker(Tool):
    name, label, icon, shortcut = "picker", "Colour picker", "pipette", "I"

    def press(self, context: ToolContext, at: Pointer) -> None:
        colour = pick(context.document.board, at.x, at.y)
        if colour[3] > 0:  # nothing there is no colour
            context.brush.set(colour=colour)
            context.on_picked(colour)

    def drag(self, context: ToolContext, at: Pointer) -> None:
        self.press(context, at)
