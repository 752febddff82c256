"""The explorer workspace: walking through a model's latent space."""

from studio.ui.explorer.workspace import ExplorerWorkspace

__all__ = ["ExplorerWorkspace"]
