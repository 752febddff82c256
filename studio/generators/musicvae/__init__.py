"""MusicVAE (Roberts et al. 2018, arXiv:1803.05428): one voice of two or sixteen bars as a point of a latent space.

A clip is 16 steps a bar, each a new note, a note held, or silence. Two bars are one section; longer clips are hierarchical: a conductor
lays out the sections, and each is then written by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting


@dataclass(frozen=True)
class MusicVaeConfig:
    """`sections` of two bars; `latent` numbers a clip; `width`, `layers` and `heads` are those of the decoder of a section.

    `beta` weighs the divergence, of which `free` nats cost nothing; `dropout` is the share of steps
    before that the decoder is given as blanks (word dropout, Bowman et al. 2016, arXiv:1511.06349).
    """

    sections: int = 1
    latent: int = 96
    width: int = 160
    layers: int = 2
    heads: int = 4
    beta: float = 0.1
    free: float = 0.0
    dropout: float = 0.6


@dataclass(frozen=True)
class DecodeSettings:
    tempo: int = setting(100, "Beats a minute.", low=30, high=240, step=1, unit="beats/min")
    note_temperature: float = setting(
        0.0, "0 writes the likeliest notes at a point; more lets chance choose among likely ones.",
        label="Boldness", was="boldness", low=0.0, high=1.2, step=0.05, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class GenerateSettings(DecodeSettings):
    temperature: float = setting(
        0.9, "How far from the most typical clips to go. Low is safe and alike, high is bold.", low=0.0, high=1.5, step=0.05
    )


@dataclass(frozen=True)
class VarySettings(DecodeSettings):
    distance: float = setting(0.35, "How far to go: near 0 is almost the same clip, 1 is any other.", low=0.05, high=1.0, step=0.05)


@dataclass(frozen=True)
class MorphSettings(DecodeSettings):
    steps: int = setting(5, "How many clips from the first to the second, both included.", low=3, high=16, step=1, unit="clips")


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    bars = 2 * int(config.get("sections", 1))
    score, other = Input("score", "score", "Score"), Input("other", "score", "Other score")
    return (
        Action(
            "generate", "Generate", f"Write new clips of {bars} bars.", Capability.GENERATES, "score", GenerateSettings, icon="music",
        ),
        Action(
            "vary", "More like this", "Write neighbours of a clip in the latent space.",
            Capability.VARIES, "score", VarySettings, (score,), icon="copy-plus",
        ),
        Action(
            "reconstruct", "Find in the model", f"Find the point that comes nearest to the top voice of a score's first {bars} bars.",
            Capability.ENCODES, "score", DecodeSettings, (score,), icon="scan-search", many=False,
        ),
        Action(
            "morph", "Walk between two", "Write the clips on the way from one score to another, one after the other.",
            Capability.DECODES, "score", MorphSettings, (score, other), icon="blend", many=False,
        ),
        Action(
            "travel", "Travel", "Write the clips on the way through the points of a journey, one after the other.",
            Capability.DECODES, "score", DecodeSettings, (Input("journey", "journey", "Journey"),), icon="compass", many=False,
        ),
        Action(
            "decode", "Decode", "Write the clip at a point of the latent space.",
            Capability.DECODES, "score", DecodeSettings, (Input("latent", "latent", "Point"),), icon="map-pin", many=False,
        ),
    )  # fmt: skip


def _two_bars(data: Any) -> Mapping[str, Any]:
    del data
    return {"sections": 1, "latent": 96, "width": 160, "layers": 2, "heads": 4, "beta": 0.03, "free": 0.0, "dropout": 0.8}


FAMILY = Family(
    name="musicvae",
    title="MusicVAE",
    paper="Roberts et al. 2018, A Hierarchical Latent Vector Model for Learning Long-Term Structure in Music, arXiv:1803.05428",
    actions=_actions,
    module="studio.generators.musicvae.family",
    explains=(
        "Squeezes a tune into a few numbers and learns to sing it back. New numbers give new tunes, "
        "and walking between two points changes one tune into another."
    ),
    trains=Trains(
        _two_bars,
        pictures=40_000,
        batch_size=16,
        medium="score",
        goes_on=lambda config, data: config,
        begins_from_a_model=True,
        alters=False,
    ),
)
