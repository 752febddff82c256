"""Scores: tracks of notes on integer ticks, selections, and the files they live in."""

from studio.media.score.entries import (
    BEND,
    CONTROL,
    EVERY_PITCH,
    NOTE,
    PRESSURE,
    PROGRAM,
    Exclusive,
    Key,
    Mark,
    Marker,
    Metre,
    Tempo,
    Words,
)
from studio.media.score.files import decode, decode_all, load, load_all
from studio.media.score.formats import save
from studio.media.score.joining import appended
from studio.media.score.midi import encode_midi
from studio.media.score.model import Score, ScoreSelection, Track

__all__ = [
    "BEND",
    "CONTROL",
    "EVERY_PITCH",
    "NOTE",
    "PRESSURE",
    "PROGRAM",
    "Exclusive",
    "Key",
    "Mark",
    "Marker",
    "Metre",
    "Score",
    "ScoreSelection",
    "Tempo",
    "Track",
    "Words",
    "appended",
    "decode",
    "decode_all",
    "encode_midi",
    "load",
    "load_all",
    "save",
]
