"""Bars as they stand on paper, one after the other, and the metres that say so: for readers of notation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from studio.media.score.entries import Metre
from studio.media.score.model import LAST_TICK

TICKS = 480
ODD = Fraction(1, 32)
"""Quarters by which a bar may miss its metre because its triplets were rounded."""
FINEST = 64


@dataclass
class BarLines:
    """Times are in quarters. A bar that is shorter than its metre asks is cut by the metre that begins anew behind it."""

    at: Fraction = Fraction(0)
    metre: Metre = field(default_factory=lambda: Metre(0))
    _found: dict[Fraction, Metre] = field(default_factory=dict)
    _odd: tuple[Fraction, Fraction, Fraction] | None = None

    @property
    def whole(self) -> Fraction:
        """What the metre asks of a bar."""
        return Fraction(4 * self.metre.beats, self.metre.unit)

    def say(self, metre: Metre) -> None:
        """From the bar at hand on this metre holds."""
        self.metre = metre
        self._found[self.at] = metre

    def add(self, length: Fraction) -> tuple[Fraction, Fraction]:
        """A bar filled to `length`, a whole one where that is 0 or nearly so; gives where it begins and ends."""
        if self._odd is not None:
            self._begin_anew(*self._odd)
        whole = self.whole
        length = whole if length <= 0 or abs(length - whole) < ODD else length
        start, self.at = self.at, self.at + length
        self._odd = (start, length, whole) if length != whole else None
        return start, self.at

    def _begin_anew(self, start: Fraction, length: Fraction, whole: Fraction) -> None:
        """Behind an odd bar; one that is too long bears the metre that it has."""
        if length > whole and (own := metre_of(length)) is not None:
            self._found[start] = own
        self._found.setdefault(self.at, self.metre)

    def metres(self) -> list[Metre]:
        """What was found. A last bar that is short ends there too, unless it is the only one."""
        if self._odd is not None and self._odd[0] > 0:
            self._begin_anew(*self._odd)
            self._odd = None
        return [replace(metre, tick=tick_of(at)) for at, metre in self._found.items()]


def metre_of(length: Fraction) -> Metre | None:
    """The metre of a bar of so many quarters, in quarters or finer; None where there is none that a score can hold."""
    unit = 4
    while unit <= FINEST:
        beats = length * unit / 4
        if beats.denominator == 1:
            return Metre(0, int(beats), unit) if 1 <= beats <= 255 else None
        unit *= 2
    return None


def tick_of(time: Fraction) -> int:
    return min(LAST_TICK, max(0, round(time * TICKS)))
