"""What is made, as plain data: pictures and latents. One folder a medium; nothing here knows a model, a file of ours or a screen."""

from studio.media.errors import MediaError
from studio.media.latent import Latent
from studio.media.picture import Picture, PictureSelection

__all__ = ["Latent", "MediaError", "Picture", "PictureSelection"]
