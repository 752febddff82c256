"""Pixels: what is seen, what brushes cover, what fills and selections take."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.documents.canvas import render
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.laying import laid
from studio.documents.canvas.model import Layer, Selection
from studio.media import Picture
from tests.documents.canvas.boards import BLUE, RED, board, layer, pictures, plain, selections

SMALL = st.integers(-20, 20)


@given(pictures())
def test_one_opaque_layer_is_seen_exactly_as_it_is(picture: Picture) -> None:
    found = render.composite(board(layer(picture=picture)), Rect(0, 0, picture.width, picture.height))
    assert np.array_equal(found, picture.pixels)


def test_layers_lie_over_one_another_and_hidden_ones_do_not_show() -> None:
    above, hidden = layer("b", 4, 0, plain(colour=BLUE), opacity=0.5), layer("c", visible=False, picture=plain(colour=(1, 2, 3, 255)))
    seen = render.composite(board(layer("a"), above, hidden), Rect(0, 0, 20, 1))[0]
    assert [tuple(seen[x]) for x in (0, 5, 9, 13)] == [RED, (115, 45, 130, 255), (*BLUE[:3], 128), (0, 0, 0, 0)]


@st.composite
def stacks(draw: st.DrawFn) -> list[Layer]:
    """Up to five layers, solid ones among them, so that some cover what lies below."""
    layers = []
    for number in range(draw(st.integers(0, 5))):
        picture = draw(pictures())
        if draw(st.booleans()):
            picture = plain(12, 12, draw(st.sampled_from([RED, BLUE, (9, 9, 9, 130)])))
        x, y, opacity = draw(st.integers(-9, 3)), draw(st.integers(-9, 3)), draw(st.sampled_from([1.0, 1.0, 0.4, 0.0]))
        layers.append(Layer(str(number), "Layer", x, y, picture, draw(st.booleans()), opacity))
    return layers


def over(layers: list[Layer], x: int, y: int) -> np.ndarray:
    """One pixel of the layers over one another (Porter and Duff 1984), in double precision, 0…255 with straight alpha."""
    seen = np.zeros(4)
    for each in layers:
        if each.visible and each.rect.contains(x, y):
            pixel = each.picture.pixels[y - each.y, x - each.x] / 255
            alpha = pixel[3] * each.opacity
            seen = np.array([*(pixel[:3] * alpha), alpha]) + seen * (1 - alpha)
    return np.array([*(seen[:3] / seen[3]), seen[3]]) * 255 if seen[3] > 0 else seen


@given(stacks())
def test_layers_are_composed_as_their_pixels_alone_would_be(layers: list[Layer]) -> None:
    rect = Rect(-8, -8, 12, 12)
    found = render.flatten(layers, rect).astype(float)
    wanted = np.array([[over(layers, x, y) for x in range(rect.x, rect.right)] for y in range(rect.y, rect.bottom)])
    clear = wanted[..., 3] < 0.5  # of what rounds to nothing no colour is kept
    assert np.abs(found - wanted)[~clear].max(initial=0) <= 0.51 and not found[clear & (wanted[..., 3] < 0.49)].any()


@given(stacks(), st.sampled_from([2, 4]))
def test_a_smaller_view_is_made_of_the_middles_of_squares(layers: list[Layer], step: int) -> None:
    rect = Rect(-8, -12, 16, 20)
    assert np.array_equal(render.flatten(layers, rect, step=step), render.flatten(layers, rect)[step // 2 :: step, step // 2 :: step])


@given(stacks(), pictures(), st.integers(0, 5), st.integers(-9, 3), st.integers(-9, 3))
def test_a_patch_is_seen_as_if_it_were_painted(layers: list[Layer], picture: Picture, which: int, x: int, y: int) -> None:
    rect, place = Rect(-10, -10, 24, 24), Rect(x, y, picture.width, picture.height)
    if which < len(layers):
        painted = [laid(each, [(place, picture)], None, True) if number == which else each for number, each in enumerate(layers)]
    else:
        painted = [*layers, Layer("new", "New", x, y, picture)]
    patch = render.Patch(layers[which].id if which < len(layers) else None, place, picture.pixels)
    assert np.array_equal(render.flatten(layers, rect, patch), render.flatten(painted, rect))


@given(SMALL, SMALL, SMALL, SMALL)
def test_a_line_joins_its_ends_without_a_gap(x0: int, y0: int, x1: int, y1: int) -> None:
    points = list(render.line(x0, y0, x1, y1))
    assert points[0] == (x0, y0) and points[-1] == (x1, y1) and len(points) == max(abs(x1 - x0), abs(y1 - y0)) + 1
    assert all(max(abs(a - c), abs(b - d)) == 1 for (a, b), (c, d) in pairwise(points))


def test_brushes_cover_their_size_and_round_ones_are_symmetrical() -> None:
    for size in range(1, 17):
        square, disc = render.brush(size, False), render.brush(size, True)
        assert square.all() and square.shape == disc.shape == (size, size)
        assert np.array_equal(disc, disc[::-1]) and np.array_equal(disc, disc.T)
        assert disc.any(axis=1).all() and (size < 4 or not disc[0, 0])


@given(st.integers(0, 2**32 - 1), st.integers(0, 9), st.integers(0, 7))
def test_a_fill_takes_what_is_joined_and_nothing_else(seed: int, x: int, y: int) -> None:
    walls = np.random.default_rng(seed).random((8, 10)) < 0.4
    pixels = np.where(walls[..., None], np.array(BLUE, np.uint8), np.array(RED, np.uint8))
    expected, waiting = np.zeros((8, 10), bool), [(x, y)]
    while waiting:  # pixel by pixel, the slow and plain way
        px, py = waiting.pop()
        if 0 <= px < 10 and 0 <= py < 8 and not expected[py, px] and walls[py, px] == walls[y, x]:
            expected[py, px] = True
            waiting += [(px + 1, py), (px - 1, py), (px, py + 1), (px, py - 1)]
    assert np.array_equal(render.flood(pixels, x, y), expected)


def test_tolerance_lets_a_fill_cross_small_differences() -> None:
    pixels = np.concatenate([plain(4, 1).pixels, plain(4, 1, (205, 35, 45, 255)).pixels, plain(4, 1, BLUE).pixels], axis=1)
    assert render.flood(pixels, 0, 0, 0).sum() == 4 and render.flood(pixels, 0, 0, 5).sum() == 8


def test_a_lasso_takes_what_it_goes_around() -> None:
    found = render.lasso([(0, 0), (6, 0), (6, 6), (0, 6)])
    assert found is not None and found.rect == Rect(0, 0, 7, 7) and found.mask.all()
    triangle = render.lasso([(0, 0), (8, 0), (0, 8)])
    assert triangle is not None and triangle.mask[1, 1] and not triangle.mask[7, 7]


@given(selections(), selections())
def test_selections_add_and_take_away_pixel_by_pixel(first: Selection, second: Selection) -> None:
    everywhere = first.rect.united(second.rect)
    a, b = first.within(everywhere), second.within(everywhere)
    assert np.array_equal(first.joined(second).within(everywhere), a | b)
    left = first.without(second)
    assert np.array_equal(left.within(everywhere) if left else np.zeros_like(a), a & ~b)


@given(selections())
def test_the_outline_of_a_selection_goes_around_exactly_its_pixels(selection: Selection) -> None:
    area = 0
    for loop in render.loops(selection.mask):
        area += sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(loop, loop[1:] + loop[:1], strict=True))
    assert area == 2 * selection.mask.sum()  # holes run the other way round and take their part away


def test_a_selection_crops_a_layer_to_the_pixels_they_share() -> None:
    chosen = Selection.rectangle(Rect(6, 6, 10, 10))
    found = render.crop(Layer("a", "a", 0, 0, plain()), chosen)
    assert found is not None and (found[0], found[1], found[2]) == (plain(2, 2), 6, 6)
    assert render.crop(Layer("a", "a", 40, 0, plain()), chosen) is None
