"""DALL·E (Ramesh et al. 2021, arXiv:2102.12092): words, then a picture's codes, written one after another by one transformer.

The codes are those of finite scalar quantisation (Mentzer et al. 2023, arXiv:2309.15505). Words are read by a frozen language model too,
as Imagen does it (Saharia et al. 2022, arXiv:2205.11487), so that those no picture had mean something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, setting

ANY_STYLE = "any"


@dataclass(frozen=True)
class DalleConfig:
    """Square pictures of `size` pixels with `channels`: 1 is ink on paper, 3 colours, 4 colours and opacity. `grid` codes a side.

    With `colours` every pixel is one of so many of a palette, or transparent: crisp by construction. Without, channels are continuous.

    `levels` of the numbers of a code; `codec_widths` of the codec at twice the grid and at the grid. `vocabulary` counts the words with an
    embedding of `word_width` numbers; a prompt has `prompt_words` at most. `language` names the model that reads words, of
    `language_width` numbers each. `codec_pictures` are seen before the codec is frozen. `shown` are the prompts of previews.
    `never_seen` are words that were kept from training, to measure with.
    """

    size: int = 64
    channels: int = 1
    colours: int = 0
    grid: int = 8
    levels: tuple[int, ...] = (8, 5, 5, 5)
    codec_widths: tuple[int, int] = (64, 96)
    codec_pictures: int = 180_000
    styles: tuple[str, ...] = ()
    vocabulary: int = 0
    word_width: int = 128
    prompt_words: int = 8
    language: str = "smollm2"
    language_width: int = 576
    width: int = 256
    layers: int = 8
    heads: int = 8
    hidden: int = 512
    guidance: float = 2.0
    top_p: float = 0.95
    temperature: float = 0.9
    shown: tuple[str, ...] = ()
    never_seen: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> DalleConfig:
        whole: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(**whole)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    whole = DalleConfig.of(config)
    prompt = setting("", "What to draw, in a few words that stand for things: “cloud lock”, “cat crown”. Empty draws anything.")
    styles = setting(ANY_STYLE, "The manner of drawing; any leaves it to chance.", choices=(ANY_STYLE, *whole.styles))
    guidance = setting(
        whole.guidance, "How strictly to follow the words. 1 is as the pictures are, above 4 it becomes a caricature.",
        low=1.0, high=8.0, step=0.25,
    )  # fmt: skip
    temperature = setting(
        whole.temperature, "How bold each choice is. Low repeats the likeliest, 1 is as the model believes.", low=0.1, high=1.5, step=0.05
    )
    top_p = setting(
        whole.top_p, "Chooses among the likeliest that together have this probability. Lower leaves out stray strokes.",
        label="Top p", low=0.1, high=1.0, step=0.01, advanced=True,
    )  # fmt: skip
    fields: list[tuple[str, Any, Any]] = [("prompt", str, prompt)]
    fields += [("style", str, styles)] if whole.styles else []
    fields += [("guidance", float, guidance), ("temperature", float, temperature), ("top_p", float, top_p)]
    generate = make_dataclass("GenerateSettings", fields, frozen=True)
    return (Action("generate", "Generate", "Draw pictures of what you name.", Capability.GENERATES, "picture", generate),)


FAMILY = Family(
    name="dalle",
    title="DALL·E",
    paper="Ramesh et al. 2021, Zero-Shot Text-to-Image Generation, arXiv:2102.12092",
    actions=_actions,
    module="studio.generators.dalle.family",
    explains=(
        "Reads your words and then writes a picture as it would write a sentence: sixty-four codes, one after another, each of which "
        "stands for a small part of the drawing."
    ),
    requires=lambda config: (str(config.get("language", DalleConfig.language)),),
)
