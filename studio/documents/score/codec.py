"""Sheets and edits as bytes: a JSON header and the tables compressed. Never pickle; whatever is not ours raises MediaError."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.documents.codec import Format
from studio.documents.score.model import Origin, Sheet, Strip
from studio.media import MediaError, Score
from studio.media.score import Exclusive, Key, Mark, Marker, Metre, Tempo, Track, Words
from studio.media.score.model import EVENTS_LIMIT, TABLES

FORMAT = Format("score", (lambda header: header,), magic=b"ATSHEET1")  # the first had no number, and tracks of three tables
DTYPES = TABLES
OLDEST = ("notes", "controls", "bends")
"""The tables that every stored track has; one that has more names them."""
MAPS: dict[str, type] = {"tempos": Tempo, "metres": Metre, "keys": Key, "markers": Marker}
LATER: dict[str, type] = {"texts": Words, "repeats": Mark}
"""Maps that older heads lack."""


def pack(header: dict[str, Any], tables: Sequence[np.ndarray]) -> bytes:
    """`header` must be plain; `tables` are those of tracks."""
    blobs = [zlib.compress(table.tobytes(), 1) for table in tables]
    return FORMAT.pack({"header": header, "rows": [len(table) for table in tables]}, blobs)


class Reader:
    """Takes the header and the tables of `pack` apart; everything else raises MediaError."""

    def __init__(self, data: bytes) -> None:
        plain, self._blobs = FORMAT.parts(data)
        try:
            plain = FORMAT.current(plain)
            self.header: dict[str, Any] = plain["header"]
            self._rows = list(plain["rows"])
        except (KeyError, TypeError) as error:
            raise MediaError("This piece of the score is damaged and cannot be read.") from error
        if len(self._rows) != len(self._blobs):
            raise MediaError("This piece of the score is cut short.")
        self._next = 0

    def table(self, kind: str) -> np.ndarray:
        """The next table, which is one of `kind`."""
        try:
            rows, blob, dtype = self._rows[self._next], self._blobs[self._next], DTYPES[kind]
            self._next += 1
            if type(rows) is not int or not 0 <= rows <= EVENTS_LIMIT:
                raise MediaError("This piece of the score is larger than a score may be.")
            found = zlib.decompressobj().decompress(blob, rows * dtype.itemsize + 1)
            if len(found) != rows * dtype.itemsize:
                raise MediaError("This piece of the score is damaged: a table is not as long as it says.")
            return np.frombuffer(found, dtype)
        except (IndexError, KeyError, zlib.error) as error:
            raise MediaError("This piece of the score is damaged and cannot be read.") from error


def head_of(sheet: Sheet) -> dict[str, Any]:
    """All of a sheet but its tracks, plain."""
    score = sheet.score
    plain: dict[str, Any] = {name: [list(dataclasses.astuple(each)) for each in getattr(score, name)] for name in MAPS}
    plain |= {name: [list(dataclasses.astuple(each)) for each in found] for name in LATER if (found := getattr(score, name))}
    if score.exclusives:
        plain["exclusives"] = _plain_exclusives(score.exclusives)
    plain |= {"ticks_per_beat": score.ticks_per_beat, "title": score.title, "loop": list(sheet.loop) if sheet.loop else None}
    plain["origin"] = [sheet.origin.recipe, sheet.origin.sha256] if sheet.origin else None
    plain["strips"] = [[strip.muted, strip.soloed, strip.colour] for strip in sheet.strips]
    return plain


def with_head(plain: dict[str, Any], tracks: tuple[Track, ...]) -> Sheet:
    """The sheet of `head_of` with these tracks; raises MediaError for a head that is not ours."""
    try:
        maps = {name: tuple(kind(*entry) for entry in plain[name]) for name, kind in MAPS.items()}
        maps |= {name: tuple(kind(*entry) for entry in plain.get(name, ())) for name, kind in LATER.items()}
        maps["exclusives"] = _exclusives(plain.get("exclusives", ()))
        score = Score(tracks, ticks_per_beat=int(plain["ticks_per_beat"]), title=str(plain["title"]), **maps)
        strips = tuple(Strip(bool(muted), bool(soloed), int(colour)) for muted, soloed, colour in plain["strips"])
        origin = Origin(str(plain["origin"][0]), str(plain["origin"][1])) if plain.get("origin") else None
        loop = (int(plain["loop"][0]), int(plain["loop"][1])) if plain["loop"] else None
    except (KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError("This piece of the score is damaged and cannot be read.") from error
    return Sheet(score, strips, loop, origin)


def _plain_exclusives(messages: Sequence[Exclusive]) -> list[list[Any]]:
    return [[each.tick, each.data.hex()] for each in messages]


def _exclusives(plain: Sequence[Any]) -> tuple[Exclusive, ...]:
    return tuple(Exclusive(int(tick), bytes.fromhex(data)) for tick, data in plain)


def plain_track(track: Track) -> list[Any]:
    """All of a track but the rows of its tables: name, instrument, drums, and what only some have."""
    more: dict[str, Any] = {}
    tables = kept_tables(track)
    if len(tables) > len(OLDEST):
        more["tables"] = tables[len(OLDEST) :]
    more |= {name: [list(dataclasses.astuple(each)) for each in found] for name in ("texts", "marks") if (found := getattr(track, name))}
    if track.exclusives:
        more["exclusives"] = _plain_exclusives(track.exclusives)
    return [track.name, track.program, track.drums, *([more] if more else [])]


def kept_tables(track: Track) -> list[str]:
    """The names of the tables that are stored, in their order."""
    return [name for name in DTYPES if name in OLDEST or len(getattr(track, name))]


def tables_of(track: Track) -> list[np.ndarray]:
    return [getattr(track, name) for name in kept_tables(track)]


def read_track(plain: Sequence[Any], reader: Reader) -> Track:
    try:
        name, program, drums, *rest = plain
        more: dict[str, Any] = rest[0] if rest else {}
        tables: Any = {each: reader.table(each) for each in (*OLDEST, *more.get("tables", ()))}
        words: Any = {each: tuple(kind(*row) for row in more.get(each, ())) for each, kind in (("texts", Words), ("marks", Mark))}
        return Track(str(name), int(program), bool(drums), **tables, **words, exclusives=_exclusives(more.get("exclusives", ())))
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, MediaError):
            raise
        raise MediaError("This piece of the score is damaged and cannot be read.") from error


def sheet_to_bytes(sheet: Sheet) -> bytes:
    header = {"head": head_of(sheet), "tracks": [plain_track(track) for track in sheet.score.tracks]}
    return pack(header, [table for track in sheet.score.tracks for table in tables_of(track)])


def sheet_from_bytes(data: bytes) -> Sheet:
    """Raise MediaError when `data` was not written by `sheet_to_bytes`."""
    reader = Reader(data)
    try:
        plain, head = reader.header["tracks"], reader.header["head"]
    except (KeyError, TypeError) as error:
        raise MediaError("These bytes are no score of the piano roll.") from error
    return with_head(head, tuple(read_track(each, reader) for each in plain))
