"""What a model that paints pixel by pixel can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Input, setting
from studio.generators.parts import listening


@dataclass(frozen=True)
class PaintSettings:
    pass


def boldness(temperature: float, top_p: float) -> list[tuple[str, Any, Any]]:
    """The settings of how boldly colours are chosen, with what suits a model best. Where there is a pixel is as the model believes."""
    how_bold = "How bold the choice of each pixel's colour is. Low repeats the likeliest, 1 is as the model believes."
    among = "Chooses among the likeliest colours that together have this probability. Lower leaves out stray pixels."
    return [
        ("temperature", float, setting(temperature, how_bold, low=0.1, high=1.5, step=0.05)),
        ("top_p", float, setting(top_p, among, label="Top p", low=0.1, high=1.0, step=0.01, advanced=True)),
    ]


@dataclass(frozen=True)
class ScoreSettings:
    pass


@dataclass(frozen=True)
class ContinueSettings(PaintSettings):
    row: int = setting(
        16, "Rows above this one stay as they are, the rest is painted.", label="From row", low=1, high=63, step=1, unit="rows"
    )


INFILL = (
    "Paints the selected pixels anew, row by row. It looks at what stands above and to the left of each pixel only, "
    "so what is below or to the right may not join up."
)


def actions(size: int, attributes: Mapping[str, Sequence[str]], temperature: float, top_p: float) -> tuple[Action, ...]:
    """The actions of a model of `size` × `size` pictures that listens to `attributes` and paints best with this boldness."""
    picture = Input("picture", "picture", "Picture")
    fields = listening.fields(attributes)
    bold = [*boldness(temperature, top_p), *fields]
    generate, carry_on, infill = (
        make_dataclass(base.__name__, bold, bases=(base,), frozen=True) for base in (PaintSettings, ContinueSettings, PaintSettings)
    )
    score = make_dataclass("ScoreSettings", fields, bases=(ScoreSettings,), frozen=True)
    return (
        Action("generate", "Generate", "Paint new pictures, pixel by pixel.", Capability.GENERATES, "picture", generate),
        Action(
            "continue", "Finish the lower half", "Keep the upper rows of a picture and paint the rest.",
            Capability.CONTINUES, "picture", carry_on, (picture,), icon="arrow-down-to-line",
        ),
        Action(
            "infill", "Paint the selection anew", INFILL, Capability.INFILLS, "picture", infill,
            (Input("picture", "picture", "Picture", size=size), Input("selection", "selection", "Selection", size=size)), icon="lasso",
        ),
        Action(
            "surprise", "Surprise map", "Show which pixels of a picture the model did not expect: amber a little, red not at all.",
            Capability.SCORES, "picture", score, (picture,), icon="flame", many=False,
        ),
    )  # fmt: skip
