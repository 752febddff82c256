"""What a score holds and MIDI has no word for: signs on paper, repeats, later verses, composite metres. JSON in one event of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from studio.media.errors import MediaError
from studio.media.score.entries import MARKS, REPEATS, Mark, Words
from studio.media.score.model import Score


def extra_of(score: Score) -> bytes:
    """The JSON of what would be lost; empty where nothing would."""
    plain: dict[str, Any] = {}
    if any(track.marks for track in score.tracks):
        plain["marks"] = [[_plain(mark) for mark in track.marks] for track in score.tracks]
    if score.repeats:
        plain["repeats"] = [_plain(mark) for mark in score.repeats]
    verses = [[[each.tick, each.text, each.kind, each.verse] for each in track.texts if each.verse != 1] for track in score.tracks]
    if any(verses):
        plain["verses"] = verses
    if any(metre.written for metre in score.metres):
        plain["metres"] = [[metre.tick, metre.written] for metre in score.metres if metre.written]
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode() if plain else b""


def with_extra(score: Score, data: bytes) -> Score:
    """The score with what `extra_of` kept. What fits it no longer, because another program changed the file, is left out."""
    if not data:
        return score
    try:
        plain = json.loads(data)
        tracks = list(score.tracks)
        for name, place in (("marks", "marks"), ("verses", "texts")):
            rows = plain.get(name, [])
            if len(rows) == len(tracks):
                read = _mark if name == "marks" else _verse
                tracks = [
                    replace(track, **{place: (*getattr(track, place), *(read(row) for row in own))})  # type: ignore[arg-type]
                    for track, own in zip(tracks, rows, strict=True)
                ]
        written = {int(tick): str(text) for tick, text in plain.get("metres", [])}
        metres = tuple(replace(each, written=written.get(each.tick, "")[:40]) for each in score.metres)
        repeats = tuple(mark for row in plain.get("repeats", []) if (mark := _mark(row)).kind in REPEATS)
        return replace(score, tracks=tuple(tracks), metres=metres, repeats=repeats)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError, MediaError):
        return score


def _plain(mark: Mark) -> list[Any]:
    return [mark.tick, mark.kind, mark.text, mark.pitch]


def _mark(row: Any) -> Mark:
    tick, kind, text, pitch = row
    if kind not in MARKS and kind not in REPEATS:
        raise ValueError(kind)
    return Mark(_whole(tick), kind, str(text), min(127, max(-1, int(pitch))))


def _verse(row: Any) -> Words:
    tick, text, kind, verse = row
    return Words(_whole(tick), str(text), str(kind), max(1, int(verse)))


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value
