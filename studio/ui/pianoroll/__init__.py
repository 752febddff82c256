"""The piano roll: scores edited by hand, heard, and written on by models."""

from studio.ui.pianoroll.workspace import PianoRollWorkspace

__all__ = ["PianoRollWorkspace"]
