"""MIDI read a second time, by mido: what our own reader and writer are held against."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import mido

USUAL = {7: 100, 10: 64, 11: 127, 64: 0}
"""What a synthesiser takes for volume, pan, expression and pedal that nobody set."""


@dataclass
class Read:
    """One file: notes of each of its tracks and channels as (tick, length, pitch, velocity), and what holds for all."""

    beat: int
    notes: dict[tuple[int, int], list[tuple[int, int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    names: list[str] = field(default_factory=list)
    tempos: list[tuple[int, int]] = field(default_factory=list)
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    controls: dict[tuple[int, int], list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    words: list[tuple[int, str, str]] = field(default_factory=list)
    exclusives: list[tuple[int, bytes]] = field(default_factory=list)


def opened(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data), clip=True, charset="utf-8")


def read(data: bytes) -> Read:
    """All of a file; an end belongs to the note of its pitch that has sounded longest, and nothing ends a note but its track's end."""
    file = opened(data)
    found = Read(file.ticks_per_beat)
    for number, track in enumerate(file.tracks):
        tick = 0
        sounding: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        found.names.append(track.name)
        for each in track:
            tick += each.time
            if each.type == "note_on" and each.velocity:
                sounding[each.channel, each.note].append((tick, each.velocity))
            elif each.type in ("note_on", "note_off") and sounding[each.channel, each.note]:
                start, velocity = sounding[each.channel, each.note].pop(0)
                found.notes[number, each.channel].append((start, max(1, tick - start), each.note, velocity))
            elif each.type == "set_tempo":
                found.tempos.append((tick, each.tempo))
            elif each.type == "time_signature":
                found.metres.append((tick, each.numerator, each.denominator))
            elif each.type == "control_change":
                found.controls[number, each.channel].append((tick, each.control, each.value))
            elif each.type in ("lyrics", "text", "copyright", "cue_marker", "instrument_name"):
                found.words.append((tick, each.type, each.text if hasattr(each, "text") else each.name))
            elif each.type == "sysex":
                found.exclusives.append((tick, bytes(each.data)))
        for (channel, pitch), rest in sounding.items():
            found.notes[number, channel] += [(start, max(1, tick - start), pitch, velocity) for start, velocity in rest]
    for notes in found.notes.values():
        notes.sort(key=lambda note: (note[0], note[2]))
    return found


def heard(data: bytes) -> Counter[tuple[Any, ...]]:
    """What a synthesiser hears at each note-on: when, what, and how its channel stands, as the tracks play together.

    (seconds, pitch, velocity, drums, program, bank, volume, pan, expression, pedal, bend, channel pressure)
    """
    file = opened(data)
    numbers = count()
    events = []
    for track in file.tracks:
        tick, port = 0, 0
        port = next((each.port for each in track if each.type == "midi_port"), 0)
        for each in track:
            tick += each.time
            events.append((tick, next(numbers), port, each))
    events.sort(key=lambda event: event[:2])
    found: Counter[tuple[Any, ...]] = Counter()
    state: dict[tuple[int, int], dict[Any, int]] = defaultdict(dict)
    elapsed, before, tempo = 0, 0, 500_000  # microseconds times ticks a beat
    for tick, _, port, each in events:
        elapsed += (tick - before) * tempo
        before = tick
        if each.type == "set_tempo":
            tempo = each.tempo
        if not hasattr(each, "channel") or each.is_meta:
            continue
        own = state[port, each.channel]
        if each.type == "program_change":
            own["program"], own["bank"] = each.program, own.get(0, 0)
        elif each.type == "control_change":
            own[each.control] = each.value
        elif each.type == "pitchwheel":
            own["bend"] = each.pitch
        elif each.type == "aftertouch":
            own["pressure"] = each.value
        elif each.type == "note_on" and each.velocity:
            how = [own.get("program", 0), own.get("bank", 0), *(own.get(number, usual) for number, usual in USUAL.items())]
            found[
                (
                    elapsed / file.ticks_per_beat / 1e6,
                    each.note,
                    each.velocity,
                    each.channel == 9,
                    *how,
                    own.get("bend", 0),
                    own.get("pressure", 0),
                )
            ] += 1
    return found
