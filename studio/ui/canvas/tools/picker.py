"""Takes the colour that is seen under the pointer."""

from __future__ import annotations

from studio.documents.canvas.render import pick
from studio.ui.canvas.desk import Desk, Pointer
from studio.ui.canvas.tools.tool import Tool


class Picker(Tool):
    name, label, icon, shortcut = "picker", "Colour picker", "pipette", "I"

    def press(self, desk: Desk, at: Pointer) -> None:
        colour = pick(desk.document.board, at.x, at.y)
        if colour[3] > 0:  # nothing there is no colour
            desk.brush.set(colour=colour)
            desk.on_picked(colour)

    def drag(self, desk: Desk, at: Pointer) -> None:
        self.press(desk, at)
