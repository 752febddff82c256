"""What is made, as plain data: pictures, scores, sounds, texts and latents. One folder a medium; nothing here knows a model or a screen."""

from studio.media.animation import Animation
from studio.media.errors import MediaError
from studio.media.journey import Journey
from studio.media.latent import Latent
from studio.media.picture import Picture, PictureSelection
from studio.media.registry import Media, Medium, medium_of, named
from studio.media.score import Score, ScoreSelection
from studio.media.sound import Sound, SoundSelection
from studio.media.text import Text, TextSelection

__all__ = [
    "Animation",
    "Journey",
    "Latent",
    "Media",
    "MediaError",
    "Medium",
    "Picture",
    "PictureSelection",
    "Score",
    "ScoreSelection",
    "Sound",
    "SoundSelection",
    "Text",
    "TextSelection",
    "medium_of",
    "named",
]
