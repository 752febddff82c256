"""Scores and sounds on their way to the ears, and scores into sound files. No Qt, and nothing here waits on the window's thread."""

from studio.player.errors import PlayerError
from studio.player.pcm import SoundPlayer
from studio.player.playback import Player
from studio.player.timeline import Timeline

__all__ = ["Player", "PlayerError", "SoundPlayer", "Timeline"]
