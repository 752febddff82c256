"""Sound: samples, and the files they live in."""

from studio.media.sound.files import decode, encode_flac, encode_wav
from studio.media.sound.model import Sound

__all__ = ["Sound", "decode", "encode_flac", "encode_wav"]
