"""Scores: tracks of notes on integer ticks, selections, and the files they live in."""

from studio.media.score.files import decode, load, save
from studio.media.score.joining import appended
from studio.media.score.midi import encode_midi
from studio.media.score.model import BEND, CONTROL, NOTE, Key, Marker, Metre, Score, ScoreSelection, Tempo, Track

__all__ = [
    "BEND",
    "CONTROL",
    "NOTE",
    "Key",
    "Marker",
    "Metre",
    "Score",
    "ScoreSelection",
    "Tempo",
    "Track",
    "appended",
    "decode",
    "encode_midi",
    "load",
    "save",
]
