"""How the roll is drawn: rows, bar lines, and notes, in batches that numpy has chosen. It edits nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from studio.media.score.theory import DRUMS, pitch_name
from studio.ui import theme
from studio.ui.pianoroll.columns import Columns
from studio.ui.pianoroll.snap import coarse_enough
from studio.ui.pianoroll.state import RollState
from studio.ui.pianoroll.viewport import PITCHES, Viewport

BLACK_KEYS = (1, 3, 6, 8, 10)
MANY = 1500  # notes in sight beyond which they are drawn as pixels, not as boxes
SHADES = 6
LINE_GAP = 9  # pixels between the finest grid lines
NAMED_FROM = 26  # pixels of a note's length from which its name fits


def paint_ground(painter: QPainter, area: QRect, state: RollState, view: Viewport, rows: bool = True) -> None:
    """Rows and lines as one image: a colour for each line of pixels, with the columns of grid and bars laid over them.

    Drawn as lines they would take half of a frame's time. Without `rows` the ground is even, as in the lane.
    """
    ratio = painter.device().devicePixelRatio()
    width, height = round(area.width() * ratio), round(area.height() * ratio)
    if width < 1 or height < 1:
        return
    colours = _row_colours(state, view, area, ratio, height) if rows else np.tile(_rgb(theme.tokens().color("panel")), (height, 1))
    pixels = np.repeat(_packed(colours)[:, None], width, axis=1)
    line = _rgb(theme.tokens().color("disabled"))
    for ticks, share in _lines(state, view, area):
        columns = np.unique(((view.left * -1 + ticks) * view.scale - area.left()) * ratio // 1).astype(np.int64)
        columns = columns[(columns >= 0) & (columns < width)]
        pixels[:, columns] = _packed(colours + (line - colours) * share)[:, None]
    image = QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_RGB32)
    painter.drawImage(QRectF(area), image)


def _rgb(colour: QColor) -> np.ndarray:
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)


def _packed(colours: np.ndarray) -> np.ndarray:
    """(n, 3) from 0 to 255 → (n,) pixels."""
    whole = colours.astype(np.uint32)
    return np.uint32(0xFF000000) | whole[:, 0] << np.uint32(16) | whole[:, 1] << np.uint32(8) | whole[:, 2]


def _row_colours(state: RollState, view: Viewport, area: QRect, ratio: float, height: int) -> np.ndarray:
    """(height, 3): rows outside the scale (the black keys, where none is lit) darker, the scale's key note warm, a line below each."""
    t = theme.tokens()
    classes, lit = state.classes(), bool(state.scale)
    drums = state.track is not None and state.track.drums
    panel, dark = _rgb(t.color("panel")), _rgb(t.color("ground"))
    table = np.tile(panel, (PITCHES, 1))
    for pitch in range(PITCHES):
        if (pitch % 12 not in classes) if lit else (pitch % 12 in BLACK_KEYS and not drums):
            table[pitch] = dark
        elif lit and pitch % 12 == state.root:
            table[pitch] = panel + (_rgb(t.color("accent")) - panel) * 0.09
    y = area.top() + (np.arange(height) + 0.5) / ratio + view.top
    pitches = np.clip(PITCHES - 1 - y // view.row, 0, PITCHES - 1).astype(np.int64)
    colours = table[pitches]
    if view.row > 8:
        last = np.concatenate([pitches[1:] != pitches[:-1], [False]])
        colours[last] += (_rgb(t.color("line")) - colours[last]) * 0.5
    return colours


def every_bar(state: RollState, view: Viewport, pixels: float) -> int:
    """Each how manieth bar line is drawn, so that they stand at least `pixels` apart."""
    width = max(1e-9, state.score.bar_ticks(state.score.metres[0]) * view.scale)
    step = 1
    while step * width < pixels:
        step *= 2
    return step


def _lines(state: RollState, view: Viewport, area: QRect) -> Iterator[tuple[np.ndarray, float]]:
    """(ticks, how strongly they are drawn) of the grid lines as fine as there is room, the beats, and the bar lines."""
    left, right = view.tick(area.left() - 1), view.tick(area.right() + 2)
    lines = state.bar_lines(right)
    first = max(0, int(np.searchsorted(lines, left, side="right")) - 1)
    shown = lines[first : int(np.searchsorted(lines, right)) + 1]
    step = coarse_enough(state.score, state.snap, view.scale, LINE_GAP)
    if len(shown) > 1 and step < int(np.diff(shown).max()):
        parts = [np.arange(begin, end, step) for begin, end in pairwise([*shown.tolist(), int(right) + 1])]
        starts = np.repeat(shown, [len(part) for part in parts])
        ticks = np.concatenate(parts)
        on_beat = (ticks - starts) % state.score.ticks_per_beat == 0
        yield ticks[~on_beat], 0.13
        yield ticks[on_beat], 0.3
    numbers = np.arange(first, first + len(shown))
    yield shown[numbers % every_bar(state, view, 24) == 0], 0.75


def note_colour(index: int, velocity: float, quietly: bool = False) -> QColor:
    """A track's colour, nearer to the ground for soft notes; a ghost's is faint."""
    t = theme.tokens()
    colour, ground = t.tracks()[index], t.color("panel")
    share = 0.36 if quietly else 0.5 + 0.5 * velocity / 127
    return QColor.fromRgbF(*(ground_part + (part - ground_part) * share for part, ground_part in _parts(colour, ground)))


def _parts(colour: QColor, ground: QColor) -> Iterator[tuple[float, float]]:
    yield from zip((colour.redF(), colour.greenF(), colour.blueF()), (ground.redF(), ground.greenF(), ground.blueF()), strict=True)


def paint_notes(painter: QPainter, area: QRect, state: RollState, view: Viewport) -> None:
    """Ghosts of the other tracks first, then the track in hand; as boxes, or as pixels where there are very many."""
    sheet = state.sheet
    audible = sheet.audible()
    drums = state.track is not None and state.track.drums  # rows mean other things on a drum track
    others = [number for number, track in enumerate(sheet.score.tracks) if number != state.active and track.drums == drums]
    order = [number for number in others if state.ghosts and audible[number]]
    start, stop = view.tick(area.left() - 1), view.tick(area.right() + 2)
    parts: list[tuple[int, Columns, np.ndarray]] = []
    for number in [*order, state.active]:
        if number < len(sheet.score.tracks):
            columns = state.columns.of(sheet.score.tracks[number].notes)
            rows = columns.within(start, stop)
            high, low = view.pitch(area.top()), view.pitch(area.bottom())
            rows = rows[(columns.pitch[rows] >= low) & (columns.pitch[rows] <= high)]
            parts.append((number, columns, rows))
    if sum(len(rows) for _, _, rows in parts) > MANY:
        _paint_pixels(painter, area, state, view, parts)
        return
    for number, columns, rows in parts:
        _paint_boxes(painter, state, view, number, columns, rows)


def _paint_boxes(painter: QPainter, state: RollState, view: Viewport, number: int, columns: Columns, rows: np.ndarray) -> None:
    if not len(rows):
        return
    ghost = number != state.active
    left = (columns.tick[rows] - view.left) * view.scale
    width = np.maximum(2.0, (columns.end[rows] - columns.tick[rows]) * view.scale - 1)
    top = (PITCHES - 1 - columns.pitch[rows]) * view.row - view.top
    height = max(2, view.row - 1)
    chosen = state.mask[rows] if not ghost else np.zeros(len(rows), bool)
    shade = columns.velocity[rows] * SHADES // 128
    colour = state.sheet.colour(number)
    painter.setPen(Qt.PenStyle.NoPen)
    for each in np.unique(shade[~chosen]):
        picked = ~chosen & (shade == each)
        painter.setBrush(note_colour(colour, (each + 0.5) * 128 / SHADES, ghost))
        painter.drawRects(_rects(left, top, width, height, picked))
    if chosen.any():
        t = theme.tokens()
        painter.setBrush(t.color("text"))
        painter.drawRects(_rects(left, top, width, height, chosen))
    if state.comparing:
        fresh = state.fresh(number)[rows]
        painter.setBrush(theme.tokens().color("accent"))
        painter.drawRects(_rects(left, top + height - 2, width, 2, fresh))
    if not ghost and view.row >= 13:
        drums = state.track is not None and state.track.drums
        painter.setFont(theme.font(10))
        painter.setPen(theme.tokens().color("ground"))
        for row in np.flatnonzero(width >= NAMED_FROM)[:400]:
            pitch = int(columns.pitch[rows[row]])
            name = DRUMS.get(pitch, pitch_name(pitch)) if drums else pitch_name(pitch)
            painter.drawText(QRectF(left[row] + 4, top[row], width[row] - 6, view.row - 1), Qt.AlignmentFlag.AlignVCenter, name)


def _rects(left: np.ndarray, top: np.ndarray, width: np.ndarray, height: float, which: np.ndarray) -> list[QRectF]:
    columns = zip(left[which].tolist(), top[which].tolist(), width[which].tolist(), strict=True)
    return [QRectF(x, y, w, height) for x, y, w in columns]


def _paint_pixels(painter: QPainter, area: QRect, state: RollState, view: Viewport, parts: list[tuple[int, Columns, np.ndarray]]) -> None:
    """One pixel a column and pitch: how many notes cover it is a running sum of where they begin and end."""
    width = area.width() + 2
    high, low = view.pitch(area.top()), view.pitch(area.bottom())
    height = high - low + 1
    pixels = np.zeros((height, width), np.uint32)
    offset = view.left + area.left() / view.scale
    for number, columns, rows in parts:
        if not len(rows):
            continue
        ghost = number != state.active
        mask = state.mask[rows] if not ghost else None
        _cover(pixels, columns, rows, (offset, view.scale), high, note_colour(state.sheet.colour(number), 90, ghost).rgba())
        if mask is not None and mask.any():
            _cover(pixels, columns, rows[mask], (offset, view.scale), high, theme.tokens().color("text").rgba())
    image = QImage(pixels.tobytes(), width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(QRectF(area.left(), view.y(high), width, height * view.row), image)


def _cover(pixels: np.ndarray, columns: Columns, rows: np.ndarray, place: tuple[float, float], high: int, colour: int) -> None:
    height, width = pixels.shape
    left = np.clip((columns.tick[rows] - place[0]) * place[1], 0, width - 1).astype(np.int64)
    right = np.clip((columns.end[rows] - place[0]) * place[1], 0, width - 1).astype(np.int64)
    right = np.maximum(right, np.minimum(left + 1, width - 1))
    base = (high - columns.pitch[rows]) * width
    steps = np.bincount(base + left, minlength=height * width) - np.bincount(base + right, minlength=height * width)
    covered = np.cumsum(steps.reshape(height, width), axis=1) > 0
    pixels[covered] = colour
