"""MIDI files of type 0 and 1: the door to the rooms that read and write them."""

from studio.media.score.midi_reading import decode_midi
from studio.media.score.midi_writing import crowded, encode_midi

__all__ = ["crowded", "decode_midi", "encode_midi"]
