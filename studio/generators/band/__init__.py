"""MuseNet with a band: a decoder-only transformer over the notes of up to twelve parts, drums among them, one step a note.

After MuseNet (Payne 2019, openai.com/index/musenet), with knobs as MIDI-GPT's (Pasquier et al. 2025, arXiv:2501.17011), holes as MMM's
(Ens & Pasquier 2020, arXiv:2008.06048), and form by a pointer into the bar that each bar is said to be like, where Museformer
(Yu et al. 2022, arXiv:2210.10349) attends to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from typing import Any

from studio.generators.band.knobs import KNOBS, ROLES
from studio.generators.band.naming import AS_USUAL, KEY_NAMES, METRES, ensemble_name, instrument_name
from studio.generators.description import Action, Capability, Family, Input, setting
from studio.generators.parts.conditioning import ANY
from studio.generators.parts.score_settings import WriteSettings, choice, knob_choices


@dataclass(frozen=True)
class BandConfig:
    """`steps` is the longest row of steps that is learnt; `composers` and `styles` are those that can be asked for, from 1.

    `programs` are the General MIDI instruments that occur in the set, 128 for drums; `ensembles` its commonest combinations.
    """

    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 688
    steps: int = 768
    composers: Sequence[str] = ()
    styles: Sequence[str] = ()
    programs: Sequence[int] = (0,)
    ensembles: Sequence[Sequence[int]] = ((0, 0),)


def config_for(data: Any) -> dict[str, Any]:
    """What is asked for by a model that is trained on `data`, a set of scores."""
    return {
        "width": 256,
        "layers": 6,
        "heads": 4,
        "hidden": 688,
        "steps": 768,
        "composers": data.composers(64),
        "styles": data.collections(),
        "programs": data.programs(),
        "ensembles": data.ensembles(24),
    }


@dataclass(frozen=True)
class BandSettings(WriteSettings):
    chords: str = setting("", "Chords to write to, bar by bar: C | Am7 | F G. They begin anew where there are more bars.")


@dataclass(frozen=True)
class BarsSettings(BandSettings):
    bars: int = setting(32, "How many bars to write.", low=1, high=128, step=1, unit="bars")
    ending: bool = setting(False, "Bring the music to an end in the last bar.", advanced=True)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model that knows the styles, composers and instruments of `config`."""
    ensembles = list(dict.fromkeys(ensemble_name(each) for each in config.get("ensembles", ((0, 0),))))
    instruments = [instrument_name(program) for program in config.get("programs", (0,))]
    style: list[Any] = [
        ("style", str, choice(ANY, "What kind of music to write.", (ANY, *config.get("styles", ())))),
        ("composer", str, choice(ANY, "In whose manner to write.", (ANY, *config.get("composers", ())), advanced=True)),
    ]
    key = ("key", str, choice(ANY, "The key to write in.", (ANY, *KEY_NAMES)))
    piece: list[Any] = [
        ("ensemble", str, choice(AS_USUAL, "Which instruments play.", (AS_USUAL, *ensembles), label="Instruments")),
        ("metre", str, choice(AS_USUAL, "How the bars are counted.", (AS_USUAL, *METRES))),
        key,
        ("tempo", int, setting(0, "Beats a minute; 0 is as usual in the style.", low=0, high=280, step=1, unit="beats/min")),
    ]
    part: list[Any] = [
        ("instrument", str, choice(instruments[0], "What plays the new part.", instruments)),
        ("role", str, choice(ANY, "What it plays.", (ANY, *ROLES))),
    ]
    around: list[Any] = [("ensemble", str, choice(AS_USUAL, "Who plays; the first is the melody that is there.", (AS_USUAL, *ensembles)))]

    def made(name: str, base: type, *fields: list[Any]) -> type:
        return make_dataclass(name, [each for some in fields for each in some], bases=(base,), frozen=True)

    score, selection = Input("score", "score", "Score"), Input("selection", "selection", "Bars")
    somewhere = Input("selection", "selection", "Bars", required=False)
    return (
        Action(
            "generate", "Compose", "Write a new piece for a band.", Capability.GENERATES, "score",
            made("Compose", BarsSettings, piece, style, knob_choices(KNOBS)), icon="music",
        ),
        Action(
            "continue", "Continue", "Write the bars that come next.", Capability.CONTINUES, "score",
            made("Continue", BarsSettings, style, [key], knob_choices(KNOBS)), (score,), icon="arrow-down-to-line",
        ),
        Action(
            "infill", "Write the selection anew", "Write the selected bars of the selected tracks anew, to fit what stands around them.",
            Capability.INFILLS, "score", made("Infill", BandSettings, style, knob_choices(KNOBS)), (score, selection), icon="square-dashed",
        ),
        Action(
            "add_track", "Add a part", "Write one more part that fits the others.",
            Capability.INFILLS, "score", made("AddTrack", BandSettings, part, style, knob_choices(KNOBS)), (score, somewhere),
            icon="file-plus",
        ),
        Action(
            "accompany", "Accompany", "Write a band around the selected tracks, or around the first one.",
            Capability.INFILLS, "score", made("Accompany", BandSettings, around, style), (score, somewhere), icon="sparkles",
        ),
    )  # fmt: skip


FAMILY = Family(
    name="band",
    title="MuseNet with a band",
    paper="Payne 2019, MuseNet, openai.com/index/musenet; Ens & Pasquier 2020, MMM, arXiv:2008.06048",
    actions=_actions,
    module="studio.generators.band.family",
    explains=(
        "Reads music as it sounds, note after note in all parts and the drums at once, told which chord is in force and which earlier bar "
        "the present one is like, and guesses the next note."
    ),
)
