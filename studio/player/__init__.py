"""Scores become sound: on the way to the ears, or into a file. No Qt, and nothing here waits on the window's thread."""

from studio.player.errors import PlayerError
from studio.player.playback import Player
from studio.player.timeline import Timeline

__all__ = ["Player", "PlayerError", "Timeline"]
