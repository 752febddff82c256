"""Where the roll stands in its window: ticks to pixels from left to right, pitches from below to above. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_SCALE, MOST_SCALE = 1e-5, 4.0
LEAST_ROW, MOST_ROW = 4, 32
PITCHES = 128


@dataclass
class Viewport:
    """`left` is the tick at x = 0, `scale` pixels a tick, `row` pixels a pitch, `top` the pixels of the roll above y = 0."""

    left: float = 0.0
    scale: float = 0.1
    row: int = 14
    top: float = 600.0
    width: int = 600
    height: int = 400
    longest: float = 20_000.0  # ticks that are shown at most: beyond, there is nothing to see

    def x(self, tick: float) -> float:
        return (tick - self.left) * self.scale

    def tick(self, x: float) -> float:
        return self.left + x / self.scale

    def y(self, pitch: float) -> float:
        """The upper edge of a pitch's row."""
        return (PITCHES - 1 - pitch) * self.row - self.top

    def pitch(self, y: float) -> int:
        return min(PITCHES - 1, max(0, PITCHES - 1 - int((y + self.top) // self.row)))

    @property
    def span(self) -> float:
        """Ticks from the left edge to the right one."""
        return self.width / self.scale

    def resize(self, width: int, height: int) -> None:
        """What was in the middle of the height stays there."""
        self.top += (self.height - height) / 2
        self.width, self.height = max(1, width), max(1, height)
        self.hold()

    def hold(self) -> None:
        """Keep within time and pitch."""
        self.left = max(0.0, self.left)
        self.top = min(max(0.0, self.top), max(0.0, float(PITCHES * self.row - self.height)))

    def pan(self, pixels_x: float, pixels_y: float) -> None:
        self.left -= pixels_x / self.scale
        self.top -= pixels_y
        self.hold()

    def zoom(self, factor: float, x: float) -> None:
        """More or fewer pixels a tick; what lies at `x` stays there."""
        tick = self.tick(x)
        self.scale = min(max(self.scale * factor, self.width / self.longest, LEAST_SCALE), MOST_SCALE)
        self.left = tick - x / self.scale
        self.hold()

    def zoom_rows(self, steps: int, y: float) -> None:
        """Higher or lower rows; the pitch at `y` stays there."""
        place = (y + self.top) / self.row
        self.row = min(max(self.row + steps, LEAST_ROW), MOST_ROW)
        self.top = place * self.row - y
        self.hold()

    def fit(self, start: float, stop: float, low: int, high: int) -> None:
        """Show ticks from `start` to `stop` and pitches from `low` to `high`, with a little air."""
        length = max(stop - start, 1.0)
        self.scale = min(max(self.width * 0.96 / length, LEAST_SCALE), MOST_SCALE)
        self.left = max(0.0, start - 0.02 * self.width / self.scale)
        rows = high - low + 5
        self.row = min(max(int(self.height / rows), LEAST_ROW), 20)
        self.top = (PITCHES - 1 - high - 2) * self.row - max(0.0, (self.height - rows * self.row) / 2)
        self.hold()

    def follow(self, tick: float, pitch: int) -> bool:
        """Bring a note into sight that is not; whether anything moved."""
        turned = self.show_tick(tick)
        y = self.y(pitch)
        if self.row <= y <= self.height - 2 * self.row:
            return turned
        self.top += y - self.height / 2
        self.hold()
        return True

    def show_tick(self, tick: float) -> bool:
        """Turn the page when `tick` has left the window; whether it was turned."""
        if self.left <= tick < self.left + self.span * 0.98:
            return False
        self.left = max(0.0, tick - self.span * 0.05)
        return True
