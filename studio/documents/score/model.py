"""What the piano roll works on: a score, and how each of its tracks is heard and shown. No Qt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from studio.media import Score
from studio.media.score import Track, encode_midi
from studio.project import ProjectError, Recipe


@dataclass(frozen=True)
class Strip:
    """One track's strip in the list. `colour` is one of the theme's eight track colours, -1 for the one of its place."""

    muted: bool = False
    soloed: bool = False
    colour: int = -1


@dataclass(frozen=True)
class Origin:
    """How the score came to be: the recipe of the work that it was, and that work's sha256 as MIDI."""

    recipe: str
    sha256: str

    @classmethod
    def of(cls, recipe: str, score: Score) -> Origin:
        return cls(recipe, hashlib.sha256(encode_midi(score)).hexdigest())

    def note(self, score: Score) -> str:
        """The recipe for a file of `score`; it says so where the score was edited by hand since."""
        if hashlib.sha256(encode_midi(score)).hexdigest() == self.sha256:
            return self.recipe
        try:
            return replace(Recipe.from_json(self.recipe), edited=True).to_json()
        except ProjectError:
            return ""


@dataclass(frozen=True)
class Sheet:
    """A score and one strip a track. `loop` is the range in ticks that is played over and over, where there is one."""

    score: Score = field(default_factory=Score)
    strips: tuple[Strip, ...] = ()
    loop: tuple[int, int] | None = None
    origin: Origin | None = None

    def __post_init__(self) -> None:
        count = len(self.score.tracks)
        if len(self.strips) != count:
            object.__setattr__(self, "strips", (*self.strips, *(Strip() for _ in range(count)))[:count])

    @classmethod
    def empty(cls) -> Sheet:
        """One piano track with nothing on it."""
        return cls(Score((Track("Piano"),)))

    def with_score(self, score: Score) -> Sheet:
        return replace(self, score=score)

    def with_track(self, index: int, track: Track) -> Sheet:
        tracks = list(self.score.tracks)
        tracks[index] = track
        return replace(self, score=replace(self.score, tracks=tuple(tracks)))

    def with_strip(self, index: int, strip: Strip) -> Sheet:
        strips = list(self.strips)
        strips[index] = strip
        return replace(self, strips=tuple(strips))

    def audible(self) -> tuple[bool, ...]:
        """Which tracks are heard: the soloed ones where any is, else those that are not muted."""
        if any(strip.soloed for strip in self.strips):
            return tuple(strip.soloed for strip in self.strips)
        return tuple(not strip.muted for strip in self.strips)

    def colour(self, index: int) -> int:
        """The number of a track's colour, from 0 to 7."""
        chosen = self.strips[index].colour if index < len(self.strips) else -1
        return chosen if chosen >= 0 else index % 8
