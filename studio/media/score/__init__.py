"""Scores: tracks of notes on integer ticks."""

from studio.media.score.model import BEND, CONTROL, NOTE, Key, Marker, Metre, Score, ScoreSelection, Tempo, Track

__all__ = ["BEND", "CONTROL", "NOTE", "Key", "Marker", "Metre", "Score", "ScoreSelection", "Tempo", "Track"]
