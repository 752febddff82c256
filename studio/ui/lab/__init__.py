"""The lab: own pictures at the left, the training in the middle, what it draws at the right."""

from studio.ui.lab.workspace import LabWorkspace

__all__ = ["LabWorkspace"]
