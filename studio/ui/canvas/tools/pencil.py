"""Hard pixels in the current colour."""

from studio.ui.canvas.tools.stroking import Stroking


class Pencil(Stroking):
    name, label, icon, shortcut = "pencil", "Pencil", "pencil", "B"
