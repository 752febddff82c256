"""Variational autoencoder (Kingma & Welling 2013, arXiv:1312.6114) whose decoder chooses each pixel from a palette.

Crisp by construction: a pixel is one of 255 colours or transparent, learnt with cross-entropy. Samples come from a mixture of
Gaussians fitted to the encodings (Ghosh et al. 2020, arXiv:1903.12436), because the encoder's mass is not where the plain prior is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.parts import conditioning
from studio.generators.vae.recognising import recognise


@dataclass(frozen=True)
class VaeConfig:
    """Square pictures of `size` pixels; `latent` numbers a picture; `colours` in the palette beside transparent.

    `attributes` maps the prior's conditions to their values; empty where the set has none.
    """

    size: int = 32
    latent: int = 64
    colours: int = 255
    beta: float = 1.0
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class DecodeSettings:
    smoothing: float = setting(
        0.0, "Looks at a pixel's neighbours before choosing its colour. Calms speckles, softens single-pixel details.",
        low=0.0, high=1.0, step=0.05, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class GenerateSettings(DecodeSettings):
    temperature: float = setting(
        0.8, "How far from the most typical pictures to go. Low is safe and alike, high is bold and sometimes broken.",
        low=0.0, high=1.5, step=0.05,
    )  # fmt: skip


@dataclass(frozen=True)
class VarySettings(DecodeSettings):
    distance: float = setting(0.35, "How far to go: near 0 is almost the same picture, 1 is any other.", low=0.05, high=1.0, step=0.05)


PLAIN = "mixture"
PRIORS = {
    "attributes": "Where to draw from: part by part (attributes), where real pictures lie (mixture), or the plain bell curve (normal).",
    "mixture": "Where to draw from: where real pictures lie (mixture), or the plain bell curve of the textbook (normal).",
}


def generate_settings(attributes: Mapping[str, Sequence[str]]) -> type:
    """The settings of `generate`: the prior, and a choice for each attribute that is a condition of this model."""
    first = "attributes" if attributes else PLAIN
    choices = (*(("attributes",) if attributes else ()), PLAIN, "normal")
    fields: list[Any] = [("prior", str, setting(first, PRIORS[first], choices=choices, advanced=True)), *conditioning.fields(attributes)]
    return make_dataclass("GenerateWithPrior", fields, bases=(GenerateSettings,), frozen=True)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    picture = Input("picture", "picture", "Picture")
    return (
        Action(
            "generate", "Generate", "Draw new pictures.", Capability.GENERATES, "picture",
            generate_settings(config.get("attributes", {})),
        ),
        Action(
            "vary", "More like this", "Draw neighbours of a picture in the latent space.",
            Capability.VARIES, "picture", VarySettings, (picture,), icon="copy-plus",
        ),
        Action(
            "reconstruct", "Find in the model", "Find the point of the latent space that comes nearest to a picture of yours.",
            Capability.ENCODES, "picture", DecodeSettings, (picture,), icon="scan-search", many=False,
        ),
        Action(
            "decode", "Decode", "Draw the picture at a point of the latent space.",
            Capability.DECODES, "picture", DecodeSettings, (Input("latent", "latent", "Point"),), icon="map-pin", many=False,
        ),
    )  # fmt: skip


FAMILY = Family(
    name="vae",
    title="Variational autoencoder",
    paper="Kingma & Welling 2013, Auto-Encoding Variational Bayes, arXiv:1312.6114",
    actions=_actions,
    module="studio.generators.vae.family",
    explains=(
        "Squeezes each picture into a few numbers and learns to paint it back. New numbers give new pictures, "
        "and walking between two points changes one picture into another."
    ),
    recognise=recognise,
    trains=Trains(lambda size: {"size": size, "latent": 64, "colours": 255, "beta": 1.0, "attributes": {}}, pictures=100_000),
)
