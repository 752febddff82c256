"""Scores as `pretty_midi.PrettyMIDI` and back: the door for scripts that reckon in seconds. Imported when it is opened, not before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.entries import BEND, CONTROL, NOTE, Key, Metre, Tempo, Words
from studio.media.score.model import LAST_TICK, SLOWEST, Score, Track

if TYPE_CHECKING:
    import pretty_midi

# pretty_midi counts keys from C upwards, the minor ones after the twelve major ones; how many sharps each is written with:
MAJOR = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
MINOR = (-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2)


def to_pretty_midi(score: Score) -> pretty_midi.PrettyMIDI:
    """One instrument a track, and one more for each program that it changes to; times in seconds, controls with all of them."""
    import pretty_midi

    made = pretty_midi.PrettyMIDI(resolution=score.ticks_per_beat, initial_tempo=60e6 / score.tempos[0].microseconds)
    made._tick_scales = [(each.tick, each.microseconds / 1e6 / score.ticks_per_beat) for each in score.tempos]
    made._update_tick_to_time(max(score.end, score.tempos[-1].tick) + 1)
    at = score.seconds_at
    made.time_signature_changes = [pretty_midi.TimeSignature(each.beats, each.unit, float(at(each.tick))) for each in score.metres]
    made.key_signature_changes = [pretty_midi.KeySignature(_key_number(each), float(at(each.tick))) for each in score.keys]
    texts = [*score.texts, *(words for track in score.tracks for words in track.texts)]
    made.lyrics = [pretty_midi.Lyric(each.text, float(at(each.tick))) for each in _of_kind(texts, True)]
    made.text_events = [pretty_midi.Text(each.text, float(at(each.tick))) for each in _of_kind(texts, False)]
    for track in score.tracks:
        places = np.searchsorted(track.programs["tick"], track.notes["tick"], side="right")
        programs = np.concatenate([[track.program], track.programs["program"]]).astype(int)[places]
        for program in dict.fromkeys([track.program, *programs.tolist()]):
            notes = track.notes[programs == program]
            if len(notes) or program == track.program:
                made.instruments.append(_instrument(pretty_midi, score, track, program, notes))
    return made


def _of_kind(texts: Iterable[Words], lyric: bool) -> list[Words]:
    return sorted((each for each in texts if (each.kind == "lyric") == lyric), key=lambda each: each.tick)


def _instrument(library: Any, score: Score, track: Track, program: int, notes: np.ndarray) -> Any:
    found = library.Instrument(program, track.drums, track.name)
    starts = score.seconds_at(notes["tick"]).tolist()
    ends = score.seconds_at(notes["tick"].astype(np.int64) + notes["length"]).tolist()
    found.notes = [
        library.Note(velocity, pitch, start, end)
        for velocity, pitch, start, end in zip(notes["velocity"].tolist(), notes["pitch"].tolist(), starts, ends, strict=True)
    ]
    when = score.seconds_at(track.controls["tick"]).tolist()
    rows = zip(track.controls["number"].tolist(), track.controls["value"].tolist(), when, strict=True)
    found.control_changes = [library.ControlChange(number, value, time) for number, value, time in rows]
    found.pitch_bends = [
        library.PitchBend(value, time)
        for value, time in zip(track.bends["value"].tolist(), score.seconds_at(track.bends["tick"]).tolist(), strict=True)
    ]
    return found


def _key_number(key: Key) -> int:
    return 12 + (key.sharps * 7 + 9) % 12 if key.minor else key.sharps * 7 % 12


def from_pretty_midi(found: pretty_midi.PrettyMIDI) -> Score:
    """One track an instrument; seconds become ticks of its resolution under its tempos. Raises MediaError where that cannot be."""
    try:
        frame = Score((), int(found.resolution), _tempos(found))

        def ticks(times: Iterable[float]) -> np.ndarray:
            seconds = np.array(list(times), np.float64)
            if not np.isfinite(seconds).all():
                raise MediaError("A time in this PrettyMIDI is no number.")
            return np.clip(np.round(frame.ticks_at(seconds)), 0, LAST_TICK).astype(np.int64)

        metres = zip(ticks(each.time for each in found.time_signature_changes).tolist(), found.time_signature_changes, strict=True)
        keys = zip(ticks(each.time for each in found.key_signature_changes).tolist(), found.key_signature_changes, strict=True)
        words = [("lyric", each) for each in found.lyrics] + [("text", each) for each in found.text_events]
        at = ticks(each.time for _, each in words).tolist()
        return Score(
            tuple(_track(each, ticks) for each in found.instruments), frame.ticks_per_beat, frame.tempos,
            tuple(Metre(tick, each.numerator, each.denominator) for tick, each in metres),
            tuple(Key(tick, (MINOR if each.key_number > 11 else MAJOR)[each.key_number % 12], each.key_number > 11) for tick, each in keys),
            texts=tuple(Words(tick, each.text, kind) for tick, (kind, each) in zip(at, words, strict=True)),
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise MediaError(f"This PrettyMIDI cannot be taken: {error}") from error


def _tempos(found: pretty_midi.PrettyMIDI) -> tuple[Tempo, ...]:
    times, beats = found.get_tempo_changes()
    tempos, tick = [], 0
    for number, beat in enumerate(beats.tolist()):
        if number:
            tick += round((times[number] - times[number - 1]) * beats[number - 1] / 60 * found.resolution)
        tempos.append(Tempo(tick, min(SLOWEST, max(1, round(60e6 / beat)))))
    return tuple(tempos)


def _track(instrument: Any, ticks: Any) -> Track:
    notes = np.zeros(len(instrument.notes), NOTE)
    notes["tick"] = ticks(each.start for each in instrument.notes)
    notes["length"] = np.maximum(1, ticks(each.end for each in instrument.notes) - notes["tick"])
    notes["pitch"] = [each.pitch for each in instrument.notes]
    notes["velocity"] = [min(127, max(1, each.velocity)) for each in instrument.notes]
    controls = np.zeros(len(instrument.control_changes), CONTROL)
    controls["tick"] = ticks(each.time for each in instrument.control_changes)
    controls["number"] = [each.number for each in instrument.control_changes]
    controls["value"] = [each.value for each in instrument.control_changes]
    bends = np.zeros(len(instrument.pitch_bends), BEND)
    bends["tick"] = ticks(each.time for each in instrument.pitch_bends)
    bends["value"] = [each.pitch for each in instrument.pitch_bends]
    return Track(instrument.name, instrument.program, instrument.is_drum, notes, controls, bends)
