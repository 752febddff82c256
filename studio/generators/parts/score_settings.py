"""Settings that all models which write into scores share. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.generators.description import setting
from studio.generators.parts.conditioning import ANY


@dataclass(frozen=True)
class WriteSettings:
    temperature: float = setting(
        1.0, "How bold each choice is. Low repeats the likeliest, 1 is as the model believes, more is wild.", low=0.1, high=1.6, step=0.05
    )
    top_p: float = setting(
        0.97, "Chooses among the likeliest that together have this probability. Lower leaves out what is unlikely.",
        label="Top p", low=0.1, high=1.0, step=0.01, advanced=True,
    )  # fmt: skip
    min_p: float = setting(
        0.02, "Leaves out what is less likely than this share of the likeliest. Higher is safer.",
        label="Min p", low=0.0, high=0.5, step=0.01, advanced=True,
    )  # fmt: skip
    lowest: int = setting(0, "No note below this one; 60 is middle C.", label="Lowest note", low=0, high=127, step=1, advanced=True)
    highest: int = setting(127, "No note above this one; 60 is middle C.", label="Highest note", low=0, high=127, step=1, advanced=True)


def choice(default: str, help: str, choices: Sequence[str], **rest: Any) -> Any:
    return setting(default, help, choices=tuple(choices), **rest)


def knob_choices(knobs: Mapping[str, Sequence[str]]) -> list[Any]:
    """Each knob as a choice of its bins, of those that have a name here."""
    helps = {
        "density": "How many notes there are.",
        "polyphony": "How many notes begin together.",
        "length": "How long the notes are.",
        "register": "How high the notes lie.",
    }
    return [
        (name, str, choice(ANY, f"{helps[name]} Left open, the model decides.", (ANY, *bins), advanced=True))
        for name, bins in knobs.items()
    ]
