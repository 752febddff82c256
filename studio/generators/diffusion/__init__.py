"""Diffusion (Ho et al. 2020, arXiv:2006.11239), trained and sampled as Karras et al. 2022 (EDM, arXiv:2206.00364) lay it out.

Noise is taken away step by step. The same network fills a hole, redraws a picture more or less freely, and is conditioned on attributes
by classifier-free guidance. It works in pixels, or in the small maps of an autoencoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.parts import conditioning
from studio.generators.parts.painting import PixelArtSettings, painting_fields


@dataclass(frozen=True)
class DiffusionConfig:
    """Square pictures of `size` pixels with `channels`, folded by `patch`; `widths` of the U-Net at its three sizes.

    `deviation` is the data's standard deviation, `colours` the usual limit of colours a picture, 0 where they are no pixel art.
    `codec` names the autoencoder in whose maps of `channels` numbers a place the model draws; empty for pixels.
    `guidance` is the usual one when nothing but chance was asked for.
    `attributes` maps the model's conditions to their values.
    """

    size: int = 32
    channels: int = 4
    patch: int = 2
    widths: tuple[int, int, int] = (48, 96, 144)
    deviation: float = 0.73
    colours: int = 48
    codec: str = ""
    guidance: float = 2.5
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> DiffusionConfig:
        return cls(**{**values, "widths": tuple(values["widths"])})


@dataclass(frozen=True)
class DenoiseSettings(PixelArtSettings):
    steps: int = setting(
        16, "Steps from noise to picture. More are finer and slower; above 30 little changes.", low=2, high=200, step=1, advanced=True,
    )  # fmt: skip
    guidance: float = setting(
        1.0, "How strictly to follow what is asked for. 1 is as the pictures are, 3 is a caricature of the wish.",
        low=1.0, high=8.0, step=0.25,
    )  # fmt: skip


@dataclass(frozen=True)
class GenerateSettings(DenoiseSettings):
    sampler: str = setting(
        "dpm-solver++", "The way from noise to picture. DPM-Solver++ needs the fewest steps, Heun looks twice a step, "
        "DDIM is the plain one, DDPM adds fresh noise at every step and wants a hundred.",
        choices=("dpm-solver++", "heun", "ddim", "ddpm"), advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class VarySettings(DenoiseSettings):
    distance: float = setting(0.4, "How far to go: near 0 is almost the same picture, 1 is any other.", low=0.05, high=1.0, step=0.05)


@dataclass(frozen=True)
class RedrawSettings(DenoiseSettings):
    strength: float = setting(
        0.5, "How freely to redraw. Low keeps your shapes and cleans them up, high keeps only the rough layout.",
        low=0.05, high=1.0, step=0.05,
    )  # fmt: skip


@dataclass(frozen=True)
class InfillSettings(DenoiseSettings):
    rounds: int = setting(
        3, "How often each step is taken again, so that the new part and the old agree. More fit better and take longer.",
        low=1, high=10, step=1, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class FinishSettings(InfillSettings):
    kept: float = setting(0.5, "How much of the picture stays, from the top down.", label="Keep the upper", low=0.05, high=0.95, step=0.05)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config."""
    painting = painting_fields(int(config.get("colours", DiffusionConfig.colours)))
    fields = [*painting, *conditioning.fields(config.get("attributes", {}))]

    guidance = setting(
        float(config.get("guidance", DiffusionConfig.guidance)),
        "How strictly to follow what is asked for, or what chance chose. 1 is loose, 2.5 makes every part plain to read, "
        "above 4 it is a caricature.",
        low=1.0, high=8.0, step=0.25,
    )  # fmt: skip
    generate = make_dataclass("GenerateSettings", [("guidance", float, guidance)], bases=(GenerateSettings,), frozen=True)

    def conditional(settings: type) -> type:
        return make_dataclass(f"Conditional{settings.__name__}", fields, bases=(settings,), frozen=True)

    picture = Input("picture", "picture", "Picture")
    size = int(config.get("size", 32))
    return (
        Action("generate", "Generate", "Draw new pictures.", Capability.GENERATES, "picture", conditional(generate)),
        Action(
            "infill", "Fill the selection", "Draw what is selected on the board anew, so that it fits what surrounds it.",
            Capability.INFILLS, "picture", conditional(InfillSettings),
            (Input("picture", "picture", "Board"), Input("mask", "selection", "Selection", size=size)), icon="lasso",
        ),
        Action(
            "redraw", "Redraw", "Turn a sketch or a rough picture into one that the model would draw.",
            Capability.TRANSFORMS, "picture", conditional(RedrawSettings), (picture,), icon="brush",
        ),
        Action(
            "vary", "More like this", "Blur a picture with noise and let it clear up again, each time a little different.",
            Capability.VARIES, "picture", make_dataclass("Vary", painting, bases=(VarySettings,), frozen=True),
            (picture,), icon="copy-plus",
        ),
        Action(
            "finish", "Finish the lower part", "Keep the upper part of a picture and draw the rest.",
            Capability.CONTINUES, "picture", conditional(FinishSettings), (picture,), icon="arrow-down-to-line",
        ),
    )  # fmt: skip


FAMILY = Family(
    name="diffusion",
    title="Diffusion",
    paper="Ho et al. 2020, Denoising Diffusion Probabilistic Models, arXiv:2006.11239",
    actions=_actions,
    module="studio.generators.diffusion.family",
    explains=(
        "Learns to take noise away. Starting from noise alone it finds a picture step by step; "
        "starting from your sketch or around a hole it finishes what you began."
    ),
    requires=lambda config: (str(config["codec"]),) if config.get("codec") else (),
    trains=Trains(
        lambda size: {
            "size": size,
            "channels": 4,
            "patch": max(1, size // 16),
            "widths": [48, 96, 144],
            "deviation": 0.6,
            "attributes": {},
        },
        pictures=400_000,
    ),
)
