"""Sound: samples, and the files they live in."""

from studio.media.sound.files import decode, encode_flac, encode_wav
from studio.media.sound.model import Sound
from studio.media.sound.selection import SoundSelection

__all__ = ["Sound", "SoundSelection", "decode", "encode_flac", "encode_wav"]
