"""Blend modes: the formulas of the W3C, pixel by pixel, by another hand; and what the board does with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.documents.canvas import render
from studio.documents.canvas.blending import MODES, NORMAL
from studio.documents.canvas.codec import board_from_bytes, board_to_bytes
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.edits import SetBlend
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer
from studio.media import MediaError, Picture

Colour = tuple[float, float, float]


def lum(c: Colour) -> float:
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def clip(c: Colour) -> Colour:
    light, low, high = lum(c), min(c), max(c)
    if low < 0:
        c = tuple(light + (each - light) * light / (light - low) for each in c)  # type: ignore[assignment]
    if high > 1:
        c = tuple(light + (each - light) * (1 - light) / (high - light) for each in c)  # type: ignore[assignment]
    return c


def set_lum(c: Colour, light: float) -> Colour:
    moved = light - lum(c)
    return clip((c[0] + moved, c[1] + moved, c[2] + moved))


def sat(c: Colour) -> float:
    return max(c) - min(c)


def set_sat(c: Colour, wanted: float) -> Colour:
    """By the standard's words: the greatest becomes s, the least 0, the middle one in proportion."""
    least, middle, most = sorted(range(3), key=lambda channel: c[channel])
    found = [0.0, 0.0, 0.0]
    if c[most] > c[least]:
        found[middle] = (c[middle] - c[least]) * wanted / (c[most] - c[least])
        found[most] = wanted
    return found[0], found[1], found[2]


def hard(b: float, s: float) -> float:
    return b * 2 * s if s <= 0.5 else b + (2 * s - 1) - b * (2 * s - 1)


def dodge(b: float, s: float) -> float:
    return 0 if b == 0 else 1 if s == 1 else min(1, b / (1 - s))


def burn(b: float, s: float) -> float:
    return 1 if b == 1 else 0 if s == 0 else 1 - min(1, (1 - b) / s)


def soft(b: float, s: float) -> float:
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    d = ((16 * b - 12) * b + 4) * b if b <= 0.25 else b**0.5
    return b + (2 * s - 1) * (d - b)


EACH: dict[str, Callable[[float, float], float]] = {
    "normal": lambda b, s: s, "multiply": lambda b, s: b * s, "screen": lambda b, s: b + s - b * s, "overlay": lambda b, s: hard(s, b),
    "darken": min, "lighten": max, "color-dodge": dodge, "color-burn": burn, "hard-light": hard, "soft-light": soft,
    "difference": lambda b, s: abs(b - s), "exclusion": lambda b, s: b + s - 2 * b * s,
}  # fmt: skip
WHOLE: dict[str, Callable[[Colour, Colour], Colour]] = {
    "hue": lambda b, s: set_lum(set_sat(s, sat(b)), lum(b)), "saturation": lambda b, s: set_lum(set_sat(b, sat(s)), lum(b)),
    "color": lambda b, s: set_lum(s, lum(b)), "luminosity": lambda b, s: set_lum(b, lum(s)),
}  # fmt: skip


def expected(mode: str, below: np.ndarray, above: np.ndarray, opacity: float) -> tuple[float, ...]:
    """One pixel over another, section 9.1 of the standard in double precision."""
    b: Colour = tuple(below[:3] / 255)  # type: ignore[assignment]
    s: Colour = tuple(above[:3] / 255)  # type: ignore[assignment]
    ab, as_ = below[3] / 255, above[3] / 255 * opacity
    mixed = WHOLE[mode](b, s) if mode in WHOLE else tuple(EACH[mode](x, y) for x, y in zip(b, s, strict=True))
    alpha = as_ + ab * (1 - as_)
    if alpha == 0:
        return 0.0, 0.0, 0.0, 0.0
    premultiplied = (as_ * (1 - ab) * y + as_ * ab * m + (1 - as_) * ab * x for x, y, m in zip(b, s, mixed, strict=True))
    return (*(255 * each / alpha for each in premultiplied), 255 * alpha)


pixels = st.lists(st.integers(0, 255), min_size=8, max_size=8)


@given(st.sampled_from(sorted(MODES)), st.lists(pixels, min_size=1, max_size=12), st.integers(0, 100))
def test_every_mode_is_the_standards(mode: str, found: list[list[int]], percent: int) -> None:
    both = np.array(found, np.uint8).reshape(1, -1, 8)
    opacity = percent / 100
    lower = Layer("a", "a", 0, 0, Picture(both[..., :4]))
    upper = Layer("b", "b", 0, 0, Picture(both[..., 4:]), opacity=opacity, blend=mode)
    seen = render.flatten((lower, upper), lower.rect)
    for column in range(both.shape[1]):
        wanted = expected(mode, lower.picture.pixels[0, column], upper.picture.pixels[0, column], opacity)
        if round(wanted[3]) > 0:
            weight = wanted[3] / 255  # of a nearly clear pixel a level of colour is no level that is seen
            assert np.abs((seen[0, column, :3] - np.array(wanted[:3])) * weight).max() <= 1.01
        assert abs(int(seen[0, column, 3]) - wanted[3]) <= 1


def test_the_test_knows_every_mode() -> None:
    assert set(MODES) == set(EACH) | set(WHOLE)


def pair(mode: str = NORMAL) -> Board:
    chance = np.random.default_rng(3)
    made = [Layer(name, name, 0, 0, Picture(chance.integers(0, 256, (9, 9, 4), np.uint8))) for name in "ab"]
    return Board((made[0], replace(made[1], blend=mode)), "b")


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_mode_is_stored_and_undone(mode: str) -> None:
    document = BoardDocument(pair())
    before = render.composite(document.board, Rect(0, 0, 9, 9))
    document.apply(SetBlend("b", mode))
    assert board_from_bytes(board_to_bytes(document.board)) == document.board
    assert (render.composite(document.board, Rect(0, 0, 9, 9)) != before).any() or mode == NORMAL
    if mode != NORMAL:
        assert document.undo()
    assert np.array_equal(render.composite(document.board, Rect(0, 0, 9, 9)), before)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_part_of_the_board_looks_as_it_does_in_the_whole(mode: str) -> None:
    board = pair(mode)
    whole = render.composite(board, Rect(0, 0, 9, 9))
    assert np.array_equal(render.composite(board, Rect(2, 3, 4, 5)), whole[3:8, 2:6])


def test_an_opaque_layer_that_is_blended_hides_nothing() -> None:
    white = Picture(np.full((2, 2, 4), 255, np.uint8))
    grey = Picture(np.full((2, 2, 4), (100, 120, 140, 255), np.uint8))
    board = Board((Layer("a", "a", 0, 0, grey), Layer("b", "b", 0, 0, white, blend="multiply")), "b")
    assert np.array_equal(render.composite(board, Rect(0, 0, 2, 2)), grey.pixels)


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(MediaError, match="does not know"):
        Layer("a", "a", 0, 0, Picture.empty(1, 1), blend="glitter")
