"""What a normalizing flow can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Input, setting
from studio.generators.parts import conditioning
from studio.generators.parts.painting import colours_a_picture


@dataclass(frozen=True)
class PaintSettings:
    snap_to_palette: bool = setting(
        True, "Snaps every pixel to the set's own 255 colours and makes edges crisp, as pixel art wants.", label="Pixel-art colours",
    )  # fmt: skip
    colours: int = colours_a_picture(255)


def temperature(usual: float) -> Any:
    """The setting of how far from the typical pictures to go; `usual` is what suits a model best."""
    help = "How far from the most typical pictures to go. Low is calm and alike, 1 is all that the model believes in."
    return setting(usual, help, low=0.0, high=1.2, step=0.05)


DISTANCE = setting(0.35, "How far to go: near 0 is almost the same picture, 1 is any other.", low=0.05, high=1.0, step=0.05)


def actions(attributes: Mapping[str, Sequence[str]], usual: float, colours: int) -> tuple[Action, ...]:
    """The actions of a flow with the conditions `attributes` and draws best at the temperature `usual`, `colours` a picture."""
    painting = make_dataclass("PaintSettings", [("colours", int, colours_a_picture(colours))], bases=(PaintSettings,), frozen=True)
    vary = make_dataclass("VarySettings", [("distance", float, DISTANCE)], bases=(painting,), frozen=True)
    picture = Input("picture", "picture", "Picture")
    generate = make_dataclass(
        "GenerateSettings", [("temperature", float, temperature(usual)), *conditioning.fields(attributes)], bases=(painting,), frozen=True
    )
    return (
        Action("generate", "Generate", "Draw new pictures.", Capability.GENERATES, "picture", generate),
        Action(
            "vary", "More like this", "Draw neighbours of a picture in the latent space.",
            Capability.VARIES, "picture", vary, (picture,), icon="copy-plus",
        ),
        Action(
            "reconstruct", "Find in the model", "Find a picture's own point in the latent space, from which it comes back the same.",
            Capability.ENCODES, "picture", painting, (picture,), icon="scan-search", many=False,
        ),
        Action(
            "decode", "Decode", "Draw the picture at a point of the latent space.",
            Capability.DECODES, "picture", painting, (Input("latent", "latent", "Point"),), icon="map-pin", many=False,
        ),
    )  # fmt: skip
