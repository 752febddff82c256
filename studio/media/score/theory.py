"""Scales, chords and the names of pitches: tables, and the little that is reckoned with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PITCHES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
SCALES: dict[str, tuple[int, ...]] = {
    "Major": (0, 2, 4, 5, 7, 9, 11),
    "Minor": (0, 2, 3, 5, 7, 8, 10),
    "Harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "Melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "Dorian": (0, 2, 3, 5, 7, 9, 10),
    "Phrygian": (0, 1, 3, 5, 7, 8, 10),
    "Lydian": (0, 2, 4, 6, 7, 9, 11),
    "Mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "Pentatonic": (0, 2, 4, 7, 9),
    "Minor pentatonic": (0, 3, 5, 7, 10),
    "Blues": (0, 3, 5, 6, 7, 10),
    "Whole tone": (0, 2, 4, 6, 8, 10),
}
CHORDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "dim": (0, 3, 6),
    "m7♭5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "aug": (0, 4, 8), "sus4": (0, 5, 7), "sus2": (0, 2, 7), "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9), "add9": (0, 2, 4, 7), "5": (0, 7),
}  # fmt: skip
DRUMS: dict[int, str] = {
    27: "High Q", 28: "Slap", 29: "Scratch push", 30: "Scratch pull", 31: "Sticks", 32: "Square click", 33: "Metronome", 34: "Bell",
    35: "Kick 2", 36: "Kick", 37: "Side stick", 38: "Snare", 39: "Clap", 40: "Electric snare", 41: "Low floor tom", 42: "Closed hat",
    43: "High floor tom", 44: "Pedal hat", 45: "Low tom", 46: "Open hat", 47: "Low-mid tom", 48: "High-mid tom", 49: "Crash",
    50: "High tom", 51: "Ride", 52: "China", 53: "Ride bell", 54: "Tambourine", 55: "Splash", 56: "Cowbell", 57: "Crash 2",
    58: "Vibraslap", 59: "Ride 2", 60: "High bongo", 61: "Low bongo", 62: "Mute conga", 63: "Open conga", 64: "Low conga",
    65: "High timbale", 66: "Low timbale", 67: "High agogo", 68: "Low agogo", 69: "Cabasa", 70: "Maracas", 71: "Short whistle",
    72: "Long whistle", 73: "Short guiro", 74: "Long guiro", 75: "Claves", 76: "High block", 77: "Low block", 78: "Mute cuica",
    79: "Open cuica", 80: "Mute triangle", 81: "Open triangle", 82: "Shaker",
}  # fmt: skip
INSTRUMENTS: tuple[str, ...] = tuple(
    """Grand piano|Bright piano|Electric grand|Honky-tonk|Electric piano|Electric piano 2|Harpsichord|Clavinet
Celesta|Glockenspiel|Music box|Vibraphone|Marimba|Xylophone|Tubular bells|Dulcimer
Drawbar organ|Percussive organ|Rock organ|Church organ|Reed organ|Accordion|Harmonica|Bandoneon
Nylon guitar|Steel guitar|Jazz guitar|Clean guitar|Muted guitar|Overdriven guitar|Distorted guitar|Guitar harmonics
Acoustic bass|Fingered bass|Picked bass|Fretless bass|Slap bass|Slap bass 2|Synth bass|Synth bass 2
Violin|Viola|Cello|Contrabass|Tremolo strings|Pizzicato strings|Harp|Timpani
String ensemble|Slow strings|Synth strings|Synth strings 2|Choir aahs|Voice oohs|Synth voice|Orchestra hit
Trumpet|Trombone|Tuba|Muted trumpet|French horn|Brass section|Synth brass|Synth brass 2
Soprano sax|Alto sax|Tenor sax|Baritone sax|Oboe|English horn|Bassoon|Clarinet
Piccolo|Flute|Recorder|Pan flute|Bottle|Shakuhachi|Whistle|Ocarina
Square lead|Saw lead|Calliope lead|Chiff lead|Charang lead|Voice lead|Fifths lead|Bass and lead
New age pad|Warm pad|Polysynth|Choir pad|Bowed pad|Metallic pad|Halo pad|Sweep pad
Rain|Soundtrack|Crystal|Atmosphere|Brightness|Goblins|Echoes|Sci-fi
Sitar|Banjo|Shamisen|Koto|Kalimba|Bagpipe|Fiddle|Shanai
Tinkle bell|Agogo|Steel drums|Woodblock|Taiko|Melodic tom|Synth drum|Reverse cymbal
Fret noise|Breath|Seashore|Bird|Telephone|Helicopter|Applause|Gunshot""".replace("\n", "|").split("|")
)
CONTROLS: dict[int, str] = {
    1: "Modulation", 7: "Volume", 10: "Pan", 11: "Expression", 64: "Pedal", 71: "Resonance", 74: "Brightness", 91: "Reverb", 93: "Chorus",
}  # fmt: skip


def pitch_name(pitch: int) -> str:
    """`C4` for 60."""
    return f"{PITCHES[pitch % 12]}{pitch // 12 - 1}"


def scale_classes(root: int, name: str) -> frozenset[int]:
    """Pitch classes of a scale; every class where `name` is no scale."""
    return frozenset((root + step) % 12 for step in SCALES.get(name, range(12)))


def chord_of(sounding: Mapping[int, int]) -> str:
    """The chord behind notes that sound for so long each (pitch → ticks): passing notes are left out, the longest count."""
    weights: dict[int, int] = {}
    for pitch, ticks in sounding.items():
        weights[pitch % 12] = weights.get(pitch % 12, 0) + ticks
    total = sum(weights.values())
    ranked = sorted((each for each in weights if weights[each] * 10 >= total), key=lambda each: -weights[each])
    for count in (4, 3):
        chosen = set(ranked[:count])
        name = chord_name(pitch for pitch in sounding if pitch % 12 in chosen) if len(chosen) > 2 else ""
        if name:
            return name
    return ""


def chord_name(pitches: Iterable[int]) -> str:
    """The chord that these pitches are, its bass after a slash where that is not the root; empty where it is none of the table."""
    sounding = sorted(set(pitches))
    classes = {pitch % 12 for pitch in sounding}
    if len(classes) < 2:
        return ""
    bass = sounding[0] % 12
    for root in [bass, *sorted(classes - {bass})]:  # a chord over its own root before an inversion
        for suffix, steps in CHORDS.items():
            if classes == {(root + step) % 12 for step in steps}:
                return f"{PITCHES[root]}{suffix}" + (f"/{PITCHES[bass]}" if root != bass else "")
    return ""
