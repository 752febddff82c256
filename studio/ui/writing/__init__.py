"""The writing workspace: a quiet page, and models that write along."""

from studio.ui.writing.workspace import WritingWorkspace

__all__ = ["WritingWorkspace"]
