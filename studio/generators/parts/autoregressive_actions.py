"""What a model that paints pixel by pixel can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Input, setting
from studio.generators.parts import conditioning


def sampling_fields(config: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The settings of how boldly colours are chosen, with what suits a model best. Where there is a pixel is as the model believes."""
    how_bold = "How bold the choice of each pixel's colour is. Low repeats the likeliest, 1 is as the model believes."
    among = "Chooses among the likeliest colours that together have this probability. Lower leaves out stray colours."
    heed = (
        "How strictly to follow what is asked for, or what chance chose. 1 is as the model believes; beyond, painting takes twice as long."
    )
    usual = {name: float(config[name]) for name in ("temperature", "top_p", "guidance")}
    settings = [
        ("temperature", float, setting(usual["temperature"], how_bold, low=0.1, high=1.5, step=0.05)),
        ("top_p", float, setting(usual["top_p"], among, label="Top p", low=0.1, high=1.0, step=0.01, advanced=True)),
    ]
    if not config["attributes"]:
        return settings
    return [*settings, ("guidance", float, setting(usual["guidance"], heed, low=1.0, high=4.0, step=0.25, advanced=True))]


INFILL = (
    "Paints the selected pixels anew, row by row. It looks at what stands above and to the left of each pixel only, "
    "so what is below or to the right may not join up."
)


def actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model with this config, all of it: with `size`, `attributes`, and the `temperature`, `top_p` and `guidance` that
    suit it."""
    size = int(config["size"])
    picture = Input("picture", "picture", "Picture")
    fields = conditioning.fields(config["attributes"])
    sampling = [*sampling_fields(config), *fields]
    from_row = setting(
        size // 2, "Rows above this one stay as they are, the rest is painted.", label="From row", low=1, high=size - 1, step=1, unit="rows"
    )
    paint = make_dataclass("PaintSettings", sampling, frozen=True)
    carry_on = make_dataclass("ContinueSettings", [("row", int, from_row), *sampling], frozen=True)
    score = make_dataclass("ScoreSettings", fields, frozen=True)
    return (
        Action("generate", "Generate", "Paint new pictures, pixel by pixel.", Capability.GENERATES, "picture", paint),
        Action(
            "continue", "Finish the lower half", "Keep the upper rows of a picture and paint the rest.",
            Capability.CONTINUES, "picture", carry_on, (picture,), icon="arrow-down-to-line",
        ),
        Action(
            "infill", "Paint the selection anew", INFILL, Capability.INFILLS, "picture", paint,
            (Input("picture", "picture", "Picture", size=size), Input("selection", "selection", "Selection", size=size)), icon="lasso",
            fits_all_around=False,
        ),
        Action(
            "surprise", "Surprise map", "Show which pixels of a picture the model did not expect: amber a little, red not at all.",
            Capability.SCORES, "picture", score, (picture,), icon="flame", many=False,
        ),
    )  # fmt: skip
