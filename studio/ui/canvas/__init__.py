"""The canvas workspace: a board without edges that holds RGBA layers at whole-pixel positions."""

from studio.ui.canvas.workspace import CanvasWorkspace

__all__ = ["CanvasWorkspace"]
