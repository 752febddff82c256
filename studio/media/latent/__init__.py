"""A point in a model's latent space."""

from studio.media.latent.model import Latent

__all__ = ["Latent"]
