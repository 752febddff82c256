"""Makes pixels transparent."""

from studio.ui.canvas.tools.stroking import Stroking


class Eraser(Stroking):
    name, label, icon, shortcut = "eraser", "Eraser", "eraser", "E"
    erases = True
