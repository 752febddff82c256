"""The tools of the canvas. To add one: a file here with a `Tool`, and its line in `TOOLS`, which is the order of the strip."""

from studio.ui.canvas.tools.eraser import Eraser
from studio.ui.canvas.tools.fill import Fill
from studio.ui.canvas.tools.lasso import Lasso
from studio.ui.canvas.tools.move import Move
from studio.ui.canvas.tools.pan import Pan
from studio.ui.canvas.tools.pencil import Pencil
from studio.ui.canvas.tools.picker import Picker
from studio.ui.canvas.tools.select_rectangle import SelectRectangle
from studio.ui.canvas.tools.tool import Tool

TOOLS: tuple[type[Tool], ...] = (Move, SelectRectangle, Lasso, Pencil, Eraser, Fill, Picker, Pan)

__all__ = ["TOOLS", "Eraser", "Fill", "Lasso", "Move", "Pan", "Pencil", "Picker", "SelectRectangle", "Tool"]
