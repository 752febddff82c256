"""Pixels of the board: blending, brushes, lines, flood fill, masks. No Qt; the work is that of the rectangle asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from studio.documents.canvas.blending import NORMAL, blended
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection, checked
from studio.media import Picture

Colour = tuple[int, int, int, int]
BRUSH_LIMIT = 16


class Patch(NamedTuple):
    """Pixels that are shown in place of a layer's own while a gesture goes on."""

    layer_id: str | None  # None: over all layers, a layer yet to be
    rect: Rect
    pixels: np.ndarray


def composite(board: Board, rect: Rect) -> np.ndarray:
    """What is seen of the shown layers within `rect`: (h, w, 4) uint8 with straight alpha."""
    return flatten(board.layers, rect)


def flatten(layers: Sequence[Layer], rect: Rect, patch: Patch | None = None, step: int = 1) -> np.ndarray:
    """The shown layers over one another, bottom first, each in its blend mode: (h, w, 4) uint8 with straight alpha.

    This is what a file holds and what the screen shows. `patch` is shown in place of a layer's own pixels. With `step`, of every square of
    step × step pixels only the one in its middle, as a picture that is shown smaller: (h / step, w / step, 4), whole squares within `rect`.
    """
    below: np.ndarray | None = None  # premultiplied planes (4, h, w) of 0…1
    for pixels, place, opacity, mode in _sources(layers, rect, patch, step):
        above = np.divide(pixels.transpose(2, 0, 1), np.float32(255), dtype=np.float32, order="C")
        colours = above[:3].copy() if mode != NORMAL else above[:3]
        above[3] *= opacity
        above[:3] *= above[3]
        if below is None:
            below = np.zeros((4, rect.h // step, rect.w // step), np.float32)
        part = below[:, place[0], place[1]]
        if mode != NORMAL:
            part[:] = blended(part, above, colours, mode)
            continue
        part *= 1 - above[3]
        part += above
    return _straight(below) if below is not None else np.zeros((rect.h // step, rect.w // step, 4), np.uint8)


_Source = tuple[np.ndarray, tuple[slice, slice], float, str]


def _sources(layers: Sequence[Layer], rect: Rect, patch: Patch | None, step: int) -> list[_Source]:
    """Pixels, place in the result, opacity and blend mode, bottom first, of what is seen within `rect`: nothing under opaque pixels."""
    found: list[_Source] = []
    if patch is not None and patch.layer_id is None:
        found += _sampled(patch.pixels, patch.rect, rect, step, 1.0, NORMAL)
    for layer in reversed(layers):
        if not layer.visible or layer.opacity == 0:
            continue
        own = _sampled(layer.picture.pixels, layer.rect, rect, step, layer.opacity, layer.blend)
        if patch is not None and patch.layer_id == layer.id:
            own = _patched(own, patch, rect, step, layer)
        found += own
        whole = layer.opacity == 1 and layer.blend == NORMAL and own and own[0][0].shape[:2] == (rect.h // step, rect.w // step)
        if whole and own[0][0][..., 3].min() == 255:
            break
    return found[::-1]


def _sampled(pixels: np.ndarray, own: Rect, rect: Rect, step: int, opacity: float, mode: str) -> list[_Source]:
    """The pixels at `own` that are seen within `rect`, where any are."""
    shared = own.intersected(rect)
    first_x, first_y = rect.x + step // 2, rect.y + step // 2
    left, right = -(-(shared.x - first_x) // step), -(-(shared.right - first_x) // step)
    top, bottom = -(-(shared.y - first_y) // step), -(-(shared.bottom - first_y) // step)
    if shared.empty or left >= right or top >= bottom:
        return []
    x, y = first_x + left * step - own.x, first_y + top * step - own.y
    seen = pixels[y : shared.bottom - own.y : step, x : shared.right - own.x : step]
    return [(seen, (slice(top, bottom), slice(left, right)), opacity, mode)]


def _patched(own: list[_Source], patch: Patch, rect: Rect, step: int, layer: Layer) -> list[_Source]:
    """A layer's pixels with those of the patch in their place."""
    over = _sampled(patch.pixels, patch.rect, rect, step, layer.opacity, layer.blend)
    if not over:
        return own
    whole = np.zeros((rect.h // step, rect.w // step, 4), np.uint8)
    for pixels, place, *_ in (*own, *over):
        whole[place] = pixels
    return [(whole, (slice(None), slice(None)), layer.opacity, layer.blend)]


def _straight(planes: np.ndarray) -> np.ndarray:
    """(4, …) premultiplied planes of 0…1 as (…, 4) uint8 with straight alpha."""
    colours, alpha = planes[:3] / np.maximum(planes[3], np.float32(1e-30)), planes[3]
    made = np.empty((*alpha.shape, 4), np.uint8)
    for channel, plane in enumerate((*colours, alpha)):
        made[..., channel] = plane.clip(0, 1) * 255 + 0.5
    made[made[..., 3] == 0] = 0
    return made


def region(layer: Layer | None, rect: Rect) -> np.ndarray:
    """A copy of the layer's pixels within `rect`, transparent where it has none."""
    found = np.zeros((rect.h, rect.w, 4), np.uint8)
    shared = layer.rect.intersected(rect) if layer else Rect(0, 0, 0, 0)
    if layer and not shared.empty:
        found[shared.moved(-rect.x, -rect.y).slices] = layer.picture.pixels[shared.moved(-layer.x, -layer.y).slices]
    return found


def differing(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(h, w) bool: where two arrays of pixels differ. A pixel is compared as one number, a hundred times faster than channel by channel."""
    found = one.view(np.uint32) != other.view(np.uint32)
    return np.asarray(found[..., 0])


def blend(below: np.ndarray, colour: Colour, opacity: float = 1.0) -> np.ndarray:
    """One colour laid over straight-alpha pixels."""
    top = colour[3] / 255 * opacity
    if top >= 1:
        return np.broadcast_to(np.array(colour, np.uint8), below.shape).copy()
    unit = below.astype(np.float32) / 255
    unit[..., :3] *= unit[..., 3:]
    unit *= 1 - top
    unit += np.array([*(channel / 255 * top for channel in colour[:3]), top], np.float32)
    return _straight(np.moveaxis(unit, -1, 0))


def erased(below: np.ndarray, opacity: float = 1.0) -> np.ndarray:
    """Pixels with a part of their alpha taken away."""
    made = below.copy()
    made[..., 3] = (below[..., 3] * (1 - opacity) + 0.5).astype(np.uint8)
    made[made[..., 3] == 0] = 0
    return made


@lru_cache(maxsize=64)
def brush(size: int, is_round: bool) -> np.ndarray:
    """The pixels that a brush of `size` covers, (size, size) bool. Round ones up to 2 are square: a disc cannot be smaller."""
    size = min(max(size, 1), BRUSH_LIMIT)
    middle = (size - 1) / 2
    rows, columns = np.mgrid[:size, :size]
    if not is_round or size < 3:
        return np.ones((size, size), bool)
    # A quarter pixel more than the radius keeps the pole of small discs from being a single lonely pixel.
    return np.asarray((rows - middle) ** 2 + (columns - middle) ** 2 <= (size / 2) ** 2 - 0.25 + 0.01 * size)


def line(x0: int, y0: int, x1: int, y1: int) -> Iterator[tuple[int, int]]:
    """Every pixel of a line, both ends included (Bresenham 1965)."""
    dx, dy = abs(x1 - x0), -abs(y1 - y0)
    step_x, step_y = (1 if x0 < x1 else -1), (1 if y0 < y1 else -1)
    error = dx + dy
    while True:
        yield x0, y0
        if (x0, y0) == (x1, y1):
            return
        double = 2 * error
        if double >= dy:
            error += dy
            x0 += step_x
        if double <= dx:
            error += dx
            y0 += step_y


def stamped(points: Sequence[tuple[int, int]], shape: np.ndarray) -> tuple[np.ndarray, Rect]:
    """The brush `shape` set down at every point: a mask, and the rectangle that it covers."""
    size = shape.shape[0]
    half = size // 2
    xs, ys = [x for x, _ in points], [y for _, y in points]
    rect = Rect.between(min(xs) - half, min(ys) - half, max(xs) - half + size, max(ys) - half + size)
    mask = np.zeros((rect.h, rect.w), bool)
    for x, y in points:
        left, top = x - half - rect.x, y - half - rect.y
        mask[top : top + size, left : left + size] |= shape
    return mask, rect


def flood(pixels: np.ndarray, x: int, y: int, tolerance: int = 0, allowed: np.ndarray | None = None) -> np.ndarray:
    """The pixels joined to (x, y) by their sides whose premultiplied colour is within `tolerance` of its own, as a mask."""
    height, width = pixels.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return np.zeros((height, width), bool)
    alike = _alike(pixels, pixels[y, x], tolerance)
    if allowed is not None:
        alike &= allowed
    filled = np.zeros((height, width), bool)
    if not alike[y, x]:
        return filled
    waiting = deque([(y, x, x + 1)])  # runs (row, from, to) to spread from: whole runs, so that Python counts rows and not pixels
    while waiting:
        row, start, stop = waiting.popleft()
        for left, right in _runs_touching(alike[row], start, stop):
            if filled[row, left]:
                continue
            filled[row, left:right] = True
            waiting.extend((near, left, right) for near in (row - 1, row + 1) if 0 <= near < height)
    return filled


def _alike(pixels: np.ndarray, wanted: np.ndarray, tolerance: int) -> np.ndarray:
    if tolerance <= 0:
        return ~differing(pixels, np.ascontiguousarray(wanted)[None, None])
    alpha = pixels[..., 3:].astype(np.int32)
    own = np.concatenate([pixels[..., :3] * alpha // 255, alpha], axis=2)
    aim = np.array([*(int(channel) * int(wanted[3]) // 255 for channel in wanted[:3]), int(wanted[3])], np.int32)
    return np.asarray(np.abs(own - aim).max(axis=2) <= tolerance)


def _runs_touching(row: np.ndarray, start: int, stop: int) -> list[tuple[int, int]]:
    """Whole runs of True that hold a pixel of start…stop."""
    inside = np.flatnonzero(row[start:stop])
    if not len(inside):
        return []
    breaks = np.flatnonzero(np.diff(inside) > 1)
    firsts = start + inside[np.concatenate([[0], breaks + 1])]
    lasts = start + inside[np.concatenate([breaks, [len(inside) - 1]])]
    runs = [(int(first), int(last) + 1) for first, last in zip(firsts, lasts, strict=True)]
    before, after = np.flatnonzero(~row[: runs[0][0]]), np.flatnonzero(~row[runs[-1][1] :])
    runs[0] = (int(before[-1]) + 1 if len(before) else 0, runs[0][1])
    runs[-1] = (runs[-1][0], runs[-1][1] + int(after[0]) if len(after) else len(row))
    return runs


def pick(board: Board, x: int, y: int) -> Colour:
    """The colour that is seen at one pixel."""
    red, green, blue, alpha = (int(channel) for channel in composite(board, Rect(x, y, 1, 1))[0, 0])
    return red, green, blue, alpha


def lasso(points: Sequence[tuple[int, int]]) -> Selection | None:
    """The pixels inside a polygon and on its edge."""
    if not points:
        return None
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left + 1, max(y for _, y in points) - top + 1
    checked(Rect(left, top, width, height), "The selection")
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    moved = [(x - left, y - top) for x, y in points]
    if len(moved) > 2:
        draw.polygon(moved, fill=1, outline=1)
    else:
        draw.line(moved if len(moved) > 1 else moved * 2, fill=1)
    return Selection.of(np.array(image, bool), left, top)


def cut_out(pixels: np.ndarray, mask: np.ndarray) -> Picture:
    """The masked pixels as a picture, transparent around them."""
    return Picture(np.where(mask[..., None], pixels, np.uint8(0)))


def crop(layer: Layer, selection: Selection | None) -> tuple[Picture, int, int] | None:
    """The selected part of a layer (the whole without a selection) and where it lies; None where they do not meet."""
    if selection is None:
        return layer.picture, layer.x, layer.y
    rect = selection.rect.intersected(layer.rect)
    if rect.empty:
        return None
    return cut_out(region(layer, rect), selection.within(rect)), rect.x, rect.y


def edges(mask: np.ndarray) -> int:
    """How many pixel sides the mask's edge has."""
    padded = np.pad(mask, 1)
    return int((padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum())


def loops(mask: np.ndarray) -> list[list[tuple[int, int]]]:
    """The mask's edge as closed paths of corner points, so that a dashed line can walk around it."""
    padded = np.pad(mask, 1)
    follows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    # Each edge runs with the chosen pixel at its right hand: top →, right ↓, bottom ←, left ↑.
    for shift, begin, end in (((-1, 0), (0, 0), (1, 0)), ((0, 1), (1, 0), (1, 1)), ((1, 0), (1, 1), (0, 1)), ((0, -1), (0, 1), (0, 0))):
        near = np.roll(padded, (-shift[0], -shift[1]), (0, 1))
        for y, x in np.argwhere(padded & ~near) - 1:
            follows.setdefault((int(x) + begin[0], int(y) + begin[1]), []).append((int(x) + end[0], int(y) + end[1]))
    found = []
    while follows:
        at = next(iter(follows))
        path = [at]
        while at in follows:
            nexts = follows[at]
            at = nexts.pop()
            if not nexts:
                del follows[path[-1]]
            path.append(at)
        found.append(_straightened(path[:-1]))
    return found


def _straightened(path: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Only the corners of a closed path."""
    return [
        here for before, here, after in zip(path[-1:] + path[:-1], path, path[1:] + path[:1], strict=True)
        if (before[0] - here[0]) * (after[1] - here[1]) != (before[1] - here[1]) * (after[0] - here[0])
    ]  # fmt: skip
