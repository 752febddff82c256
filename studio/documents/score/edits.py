"""An edit is the difference between two sheets: small, named, and turned round to be undone. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from studio.documents.score.codec import DTYPES, Reader, head_of, pack, plain_track, read_track, tables_of, with_head
from studio.documents.score.model import Sheet
from studio.media import MediaError
from studio.media.score import Track


@dataclass(frozen=True)
class Rows:
    """In one table of one track, from row `start` on: `before` is taken out, `after` put in."""

    track: int
    kind: str
    start: int
    before: np.ndarray
    after: np.ndarray


@dataclass(frozen=True)
class Edit:
    """What is said to a person, and what changes: rows where tracks keep their places, else whole tracks from `at` on; the head.

    `size` is how many bytes it takes where it is stored.
    """

    label: str
    rows: tuple[Rows, ...] = ()
    at: int = 0
    tracks_before: tuple[Track, ...] = ()
    tracks_after: tuple[Track, ...] = ()
    head_before: dict[str, Any] | None = None
    head_after: dict[str, Any] | None = None
    size: int = field(default=0, compare=False)

    @classmethod
    def between(cls, label: str, before: Sheet, after: Sheet) -> Edit:
        """The edit that makes `after` of `before`."""
        one, other = before.score.tracks, after.score.tracks
        heads = (head_of(before), head_of(after))
        head = heads if heads[0] != heads[1] else (None, None)
        if [plain_track(track) for track in one] == [plain_track(track) for track in other]:
            rows = tuple(
                found
                for number, (old, new) in enumerate(zip(one, other, strict=True))
                for kind in DTYPES
                if (found := _difference(number, kind, getattr(old, kind), getattr(new, kind))) is not None
            )
            return cls(label, rows, head_before=head[0], head_after=head[1])
        start = 0
        while start < min(len(one), len(other)) and one[start] == other[start]:
            start += 1
        stop = 0
        while stop < min(len(one), len(other)) - start and one[len(one) - 1 - stop] == other[len(other) - 1 - stop]:
            stop += 1
        return cls(label, (), start, one[start : len(one) - stop], other[start : len(other) - stop], *head)

    @property
    def goes_on(self) -> bool:
        """Whether it belongs to the step before; a change of a score never does."""
        return False

    @property
    def nothing(self) -> bool:
        return not (self.rows or self.tracks_before or self.tracks_after or self.head_after)

    def inverse(self) -> Edit:
        rows = tuple(Rows(each.track, each.kind, each.start, each.after, each.before) for each in self.rows)
        return Edit(self.label, rows, self.at, self.tracks_after, self.tracks_before, self.head_after, self.head_before, self.size)

    def back(self, before: Sheet) -> Edit:
        """The edit that leads back to `before`; it knows by itself what stood there."""
        return self.inverse()

    def cost(self, back: Edit) -> int:
        """The bytes that it counts as: what it takes where it is stored."""
        return self.size

    def payload(self, back: Edit) -> bytes:
        """As it is journaled."""
        return self.to_bytes()

    def apply(self, sheet: Sheet) -> Sheet:
        """The sheet after; raises MediaError where the sheet is not the one that the edit was made on."""
        tracks = list(sheet.score.tracks)
        if tuple(tracks[self.at : self.at + len(self.tracks_before)]) != self.tracks_before:
            raise MediaError("This step does not fit the score: its tracks are others.")
        tracks[self.at : self.at + len(self.tracks_before)] = self.tracks_after
        for each in self.rows:
            if each.track >= len(tracks):
                raise MediaError("This step does not fit the score: it has fewer tracks.")
            table = getattr(tracks[each.track], each.kind)
            stop = each.start + len(each.before)
            if not np.array_equal(table[each.start : stop], each.before):
                raise MediaError("This step does not fit the score: its notes are others.")
            changed: Any = {each.kind: np.concatenate([table[: each.start], each.after, table[stop:]])}
            tracks[each.track] = replace(tracks[each.track], **changed)
        return with_head(self.head_after if self.head_after is not None else head_of(sheet), tuple(tracks))

    def to_bytes(self) -> bytes:
        header = {
            "label": self.label, "at": self.at, "head": [self.head_before, self.head_after],
            "rows": [[each.track, each.kind, each.start] for each in self.rows],
            "tracks": [[plain_track(track) for track in part] for part in (self.tracks_before, self.tracks_after)],
        }  # fmt: skip
        tables = [table for each in self.rows for table in (each.before, each.after)]
        tables += [table for part in (self.tracks_before, self.tracks_after) for track in part for table in tables_of(track)]
        return pack(header, tables)

    @classmethod
    def from_bytes(cls, data: bytes) -> Edit:
        """Raise MediaError when `data` was not written by `to_bytes`."""
        reader = Reader(data)
        try:
            plain = reader.header
            rows = tuple(
                Rows(_place(track), kind, _place(start), reader.table(kind), reader.table(kind)) for track, kind, start in plain["rows"]
            )
            before, after = (tuple(read_track(each, reader) for each in part) for part in plain["tracks"])
            head_before, head_after = plain["head"]
            return cls(str(plain["label"]), rows, _place(plain["at"]), before, after, head_before, head_after, len(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, MediaError):
                raise
            raise MediaError("This step of the score is damaged and cannot be read.") from error


def _place(plain: Any) -> int:
    if type(plain) is not int or plain < 0:
        raise TypeError
    return plain


def _difference(track: int, kind: str, before: np.ndarray, after: np.ndarray) -> Rows | None:
    """What lies between the first and the last row that differ."""
    if before is after:
        return None
    least = min(len(before), len(after))
    differs = np.flatnonzero(before[:least] != after[:least])
    start = int(differs[0]) if len(differs) else least
    room = least - start
    differs = np.flatnonzero(before[len(before) - room :][::-1] != after[len(after) - room :][::-1])
    tail = int(differs[0]) if len(differs) else room
    if start == len(before) == len(after):
        return None
    return Rows(track, kind, start, before[start : len(before) - tail], after[start : len(after) - tail])
