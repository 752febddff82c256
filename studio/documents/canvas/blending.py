"""How a layer's colours meet those below it: the blend modes of the W3C (Compositing and Blending Level 1, 2015, section 10). No Qt.

A mode is a function B(below, above) of straight colours, float32 planes (3, h, w) of 0…1; `blended` is the general formula with alpha,
co = αs · (1 − αb) · Cs + αs · αb · B(Cb, Cs) + (1 − αs) · αb · Cb, on premultiplied planes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Mode = Callable[[np.ndarray, np.ndarray], np.ndarray]
NORMAL = "normal"
_ONE, _SMALL = np.float32(1), np.float32(1e-6)
_LUMINOSITY = np.array([0.3, 0.59, 0.11], np.float32).reshape(3, 1, 1)


def _hard_light(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    return np.where(above <= 0.5, 2 * below * above, 1 - 2 * (1 - below) * (1 - above))


def _color_dodge(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    bright = np.minimum(_ONE, below / np.maximum(_SMALL, 1 - above))
    return np.where(below == 0, np.float32(0), np.where(above >= 1, _ONE, bright))


def _color_burn(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    dark = 1 - np.minimum(_ONE, (1 - below) / np.maximum(_SMALL, above))
    return np.where(below >= 1, _ONE, np.where(above <= 0, np.float32(0), dark))


def _soft_light(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    root = np.where(below <= 0.25, ((16 * below - 12) * below + 4) * below, np.sqrt(below))
    darker = below - (1 - 2 * above) * below * (1 - below)
    return np.where(above <= 0.5, darker, below + (2 * above - 1) * (root - below))


def _luminosity_of(colour: np.ndarray) -> np.ndarray:
    return (colour * _LUMINOSITY).sum(0, keepdims=True)


def _with_luminosity(colour: np.ndarray, luminosity: np.ndarray) -> np.ndarray:
    """SetLum with ClipColor: the colour moved to a luminosity, and towards it where a channel would leave 0…1."""
    moved = colour + luminosity - _luminosity_of(colour)
    light, least, most = _luminosity_of(moved), moved.min(0, keepdims=True), moved.max(0, keepdims=True)
    up = light + (moved - light) * light / np.maximum(_SMALL, light - least)
    moved = np.where(least < 0, up, moved)
    down = light + (moved - light) * (1 - light) / np.maximum(_SMALL, most - light)
    return np.where(most > 1, down, moved)


def _saturation_of(colour: np.ndarray) -> np.ndarray:
    found: np.ndarray = colour.max(0, keepdims=True) - colour.min(0, keepdims=True)
    return found


def _with_saturation(colour: np.ndarray, saturation: np.ndarray) -> np.ndarray:
    """SetSat: the least channel at 0, the greatest at the saturation, the one between in its place."""
    span = _saturation_of(colour)
    return np.where(span > 0, (colour - colour.min(0, keepdims=True)) * saturation / np.maximum(_SMALL, span), np.float32(0))


MODES: Mapping[str, Mode] = {
    NORMAL: lambda below, above: above,
    "multiply": lambda below, above: below * above,
    "screen": lambda below, above: below + above - below * above,
    "overlay": lambda below, above: _hard_light(above, below),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _color_dodge,
    "color-burn": _color_burn,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda below, above: np.abs(below - above),
    "exclusion": lambda below, above: below + above - 2 * below * above,
    "hue": lambda below, above: _with_luminosity(_with_saturation(above, _saturation_of(below)), _luminosity_of(below)),
    "saturation": lambda below, above: _with_luminosity(_with_saturation(below, _saturation_of(above)), _luminosity_of(below)),
    "color": lambda below, above: _with_luminosity(above, _luminosity_of(below)),
    "luminosity": lambda below, above: _with_luminosity(below, _luminosity_of(above)),
}
"""By the names of the standard, which are stored; in the order in which they are offered."""


def blended(below: np.ndarray, above: np.ndarray, colours: np.ndarray, mode: str) -> np.ndarray:
    """`above` laid over `below`, both premultiplied planes (4, h, w) of 0…1; `colours` (3, h, w) are those of `above`, straight."""
    alpha = below[3]
    straight = below[:3] / np.maximum(_SMALL, alpha)
    mixed = MODES[mode](straight.clip(0, 1), colours)
    found = np.empty_like(below)
    found[:3] = above[:3] * (1 - alpha) + above[3] * alpha * mixed + (1 - above[3]) * below[:3]
    found[3] = above[3] + alpha * (1 - above[3])
    return found
