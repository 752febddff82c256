"""A small real world: a number that the hand counts up and down, drawn as a row of squares. It exists to be played."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio import generators
from studio.generators import Action, Capability, Family, GeneratorError, setting
from studio.generators.capabilities import Call
from studio.generators.events import Event
from studio.media import Picture

SIDE = 16
BROKEN = "break"  # an action that the world cannot take


@dataclass(frozen=True)
class Settings:
    start: int = setting(0, "Where the counting begins", low=0, high=255, step=1)


def actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    del config
    return (Action("play", "Play", "Count by hand", Capability.PLAYS, "picture", Settings, many=False),)


FAMILY = Family("counting", "Counting world", "none", actions, "tests.counting")


def load(config: Mapping[str, Any], tensors: Mapping[str, Any], files: Mapping[str, Any], device: Any) -> Counting:
    del config, files, device
    return Counting(int(tensors["step"][0]))


class Counting:
    """`step` is how far one action counts. The state is the number."""

    def __init__(self, step: int) -> None:
        self._step = step

    def memory(self) -> int:
        return 4

    def perform(self, call: Call) -> Iterator[Event]:
        raise GeneratorError(f"This world knows no {call.action}.")

    def start(self, settings: Settings, seed: int) -> int:
        return settings.start + 100 * seed

    def step(self, state: int, actions: Sequence[Any]) -> tuple[Picture, int]:
        if BROKEN in actions:
            raise GeneratorError("The world came to an end.")
        state += self._step * sum(actions)
        return drawn(state), state


def drawn(number: int) -> Picture:
    """A picture that says the number: two channels of its first pixel, grey beside."""
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    pixels[0, 0, 0], pixels[0, 0, 1] = number // 256, number % 256
    return Picture(pixels)


def number_in(picture: Picture) -> int:
    return int(picture.pixels[0, 0, 0]) * 256 + int(picture.pixels[0, 0, 1])


def on_shelf(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the studio know this family, and lay a model of it into `folder`."""
    from tests import tiny

    monkeypatch.setattr(generators, "FAMILIES", (*generators.FAMILIES, "counting"))
    monkeypatch.setitem(sys.modules, "studio.generators.counting", sys.modules[__name__])
    tiny.make_counting(folder)
