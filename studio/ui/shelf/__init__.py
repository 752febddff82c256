"""The shelf workspace."""

from studio.ui.shelf.workspace import ShelfWorkspace

__all__ = ["ShelfWorkspace"]
