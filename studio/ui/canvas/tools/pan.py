"""Moves the board under the window; the view does the moving, since the board itself stays as it is."""

from studio.ui.canvas.tools.tool import Tool


class Pan(Tool):
    name, label, icon, shortcut = "pan", "Pan", "hand", "H"
    cursor = "hand"
    pans = True
