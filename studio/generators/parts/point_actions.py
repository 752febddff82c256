"""What a model that draws pictures from points of one space can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass

from studio.generators.description import Action, Capability, Input, setting
from studio.generators.parts import conditioning
from studio.generators.parts.painting import PixelArtSettings, colours_a_picture


@dataclass(frozen=True)
class TruncationSettings:
    truncation: float = setting(
        1.5, "How far from the middle of the latent space to draw. Low is safe and alike, 3 is everything that the model knows.",
        low=0.1, high=3.0, step=0.1,
    )  # fmt: skip


@dataclass(frozen=True)
class DistanceSettings:
    distance: float = setting(0.35, "How far to go: near 0 is almost the same picture, 1 is any other.", low=0.05, high=1.0, step=0.05)


@dataclass(frozen=True)
class SearchSettings:
    steps: int = setting(150, "Steps of the search. More come nearer and take longer.", low=20, high=2000, step=10)


def actions(attributes: Mapping[str, Sequence[str]], painting: type = PixelArtSettings, colours: int = 48) -> tuple[Action, ...]:
    """The actions of a model with the conditions `attributes`; `painting` are the settings of how a point becomes a picture.

    `colours` is the usual limit of colours a picture.
    """
    painting = make_dataclass("PaintSettings", [("colours", int, colours_a_picture(colours))], bases=(painting,), frozen=True)

    def settings(name: str, *bases: type, conditional: bool = False) -> type:
        return make_dataclass(name, conditioning.fields(attributes) if conditional else [], bases=(*bases, painting), frozen=True)

    picture = Input("picture", "picture", "Picture")
    return (
        Action(
            "generate", "Generate", "Draw new pictures.", Capability.GENERATES, "picture",
            settings("GenerateSettings", TruncationSettings, conditional=True),
        ),
        Action(
            "vary", "More like this", "Draw neighbours of a picture in the latent space.", Capability.VARIES, "picture",
            settings("VarySettings", DistanceSettings), (picture,), icon="copy-plus",
        ),
        Action(
            "reconstruct", "Find in the model", "Search the latent space for the point that comes nearest to a picture of yours.",
            Capability.ENCODES, "picture", settings("ReconstructSettings", SearchSettings), (picture,), icon="scan-search", many=False,
        ),
        Action(
            "decode", "Decode", "Draw the picture at a point of the latent space.", Capability.DECODES, "picture",
            painting, (Input("latent", "latent", "Point"),), icon="map-pin", many=False,
        ),
    )  # fmt: skip
