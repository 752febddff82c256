"""StyleGAN2 (Karras et al. 2019, arXiv:1912.04958) at small sizes, trained with R3GAN's loss (Huang et al. 2025, arXiv:2501.05441).

A mapping network, modulated convolutions with demodulation, a learnt constant, noise at every layer and skip outputs. The
relativistic pairing loss with R1 and R2 penalties is what trains without collapse on two processor cores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.parts import conditioning
from studio.generators.parts.painting import PixelArtSettings, painting_fields
from studio.generators.stylegan.recognising import recognise


@dataclass(frozen=True)
class StyleGanConfig:
    """`widths` are the channels at 4, 8, 16, … pixels of the map that is drawn; z and w have `latent` numbers.

    `codec` names the autoencoder in whose maps of `channels` numbers a place the model draws; empty where the map is the picture itself.
    `hint` weighs the map of the real picture with the same attributes while training, and fades out.
    `colours` is the usual limit of colours a picture, 0 where they are no pixel art.
    `attributes` maps the mapping network's conditions to their values; empty where the set has none.
    """

    size: int = 32
    latent: int = 128
    widths: tuple[int, ...] = (128, 128, 64, 32)
    channels: int = 4
    penalty: float = 1.0
    hint: float = 0.0
    colours: int = 48
    codec: str = ""
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PaintSettings(PixelArtSettings):
    noise: float = setting(
        1.0, "Strength of the fine random detail that no latent decides: folds, glints, single pixels.",
        low=0.0, high=1.5, step=0.05, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class GenerateSettings(PaintSettings):
    truncation_psi: float = setting(
        0.9, "Pulls pictures towards the average one. Low is safe and alike, 1 is everything that the model knows.",
        label="Truncation ψ", low=0.0, high=1.3, step=0.05,
    )  # fmt: skip


@dataclass(frozen=True)
class ConditionalSettings(PaintSettings):
    """Of a conditional model."""

    strictness: float = setting(
        1.2, "How plainly every part shows that was asked for, or that chance chose. 1 is as learnt, 2 a caricature.",
        low=0.5, high=2.0, step=0.05,
    )  # fmt: skip
    truncation_psi: float = setting(
        1.15, "Pulls pictures towards the average one, below 1; a little above 1 brings rare parts out. Low is safe and alike.",
        label="Truncation ψ", low=0.0, high=1.3, step=0.05, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class VarySettings(PaintSettings):
    distance: float = setting(0.35, "How far to go: near 0 is almost the same picture, 1 is any other.", low=0.05, high=1.0, step=0.05)


def _crossover(layers: int) -> Any:
    """The setting of a model with so many layers."""
    help = "Layers below this take their style from the first picture (pose, build), the rest from the second (colours, details)."
    return setting(min(3, layers - 1), help, low=1, high=max(1, layers - 1), step=1, unit="layers")


@dataclass(frozen=True)
class ReconstructSettings(PaintSettings):
    steps: int = setting(200, "Steps of the search. More come nearer and take longer.", low=20, high=2000, step=20)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    picture = Input("picture", "picture", "Picture")
    painting = painting_fields(int(config.get("colours", StyleGanConfig.colours)))

    layers = 2 * len(config.get("widths", StyleGanConfig.widths)) - 1

    def painted(settings: type) -> type:
        return make_dataclass(settings.__name__, painting, bases=(settings,), frozen=True)

    generate = painted(GenerateSettings)
    if config.get("attributes"):
        fields = [*painting, *conditioning.fields(config["attributes"])]
        generate = make_dataclass("GenerateConditional", fields, bases=(ConditionalSettings,), frozen=True)
    return (
        Action("generate", "Generate", "Draw new pictures.", Capability.GENERATES, "picture", generate),
        Action(
            "vary", "More like this", "Draw neighbours of a picture in the latent space.",
            Capability.VARIES, "picture", painted(VarySettings), (picture,), icon="copy-plus",
        ),
        Action(
            "mix", "Mix styles", "Pose and build of one picture, colours and details of another.",
            Capability.GENERATES, "picture",
            make_dataclass("MixSettings", [("crossover", int, _crossover(layers)), *painting], bases=(PaintSettings,), frozen=True),
            (Input("picture", "picture", "Pose from"), Input("style", "picture", "Colours from")), icon="blend", many=False,
        ),
        Action(
            "reconstruct", "Find in the model", "Search the latent space for the point that comes nearest to a picture of yours.",
            Capability.ENCODES, "picture", painted(ReconstructSettings), (picture,), icon="scan-search", many=False,
        ),
        Action(
            "decode", "Decode", "Draw the picture at a point of the latent space.",
            Capability.DECODES, "picture", painted(PaintSettings), (Input("latent", "latent", "Point"),), icon="map-pin", many=False,
        ),
    )  # fmt: skip


def _config_for(size: int) -> dict[str, Any]:
    widths = [128, 128, 64, 32, 16][: size.bit_length() - 2]
    return {"size": size, "latent": 128, "widths": widths, "channels": 4, "penalty": 1.0, "attributes": {}}


FAMILY = Family(
    name="stylegan",
    title="StyleGAN2",
    paper="Karras et al. 2019, Analyzing and Improving the Image Quality of StyleGAN, arXiv:1912.04958",
    actions=_actions,
    module="studio.generators.stylegan.family",
    explains=(
        "A forger and a critic learn against each other. Styles, one a layer, decide first the pose, then the shapes, "
        "then the colours, so that two pictures can be mixed by layer."
    ),
    requires=lambda config: (str(config["codec"]),) if config.get("codec") else (),
    recognise=recognise,
    trains=Trains(_config_for, pictures=300_000),
)
