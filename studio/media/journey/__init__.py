"""A way through a latent space, with times."""

from studio.media.journey.model import Journey

__all__ = ["Journey"]
