"""The numbers of Standard MIDI Files 1.0 (MIDI Manufacturers Association, 1996), and what Atelier adds to them."""

from __future__ import annotations

NOTE_KEY = "atelier:"
NOTE_LIMIT = 256 * 1024
DRUM_CHANNEL = 9
MELODIC = [channel for channel in range(16) if channel != DRUM_CHANNEL]
OFF, ON, POLY, CHANGE, PROGRAM, PRESSURE, WHEEL = 8, 9, 10, 11, 12, 13, 14
META, EXCLUSIVE = 0xFF, (0xF0, 0xF7)
TEXT, NAME, MARKER, PORT, END_OF_TRACK, TEMPO, METRE, KEY, OWN = 0x01, 0x03, 0x06, 0x21, 0x2F, 0x51, 0x58, 0x59, 0x7F
TEXTS = {TEXT: "text", 0x02: "copyright", 0x04: "instrument", 0x05: "lyric", 0x07: "cue", 0x08: "program", 0x09: "device"}
"""Meta events that are words, and what we call them."""
BANKS = (0, 32)
"""The controls that say from which bank the next program is taken."""
OWN_KEY = b"\x7datelier1"
"""Begins the one event of our own, which holds as JSON what MIDI has no word for; 0x7D is the number of makers without a number."""
OWN_LIMIT = 16 * 2**20
