"""MuseNet (Payne 2019, openai.com/index/musenet): a decoder-only transformer over the notes of several instruments, one step a note.

Conditions are composer, collection, instruments, key, metre and tempo, and of each part and bar how dense, chordal, long and high it is to
be (as MIDI-GPT, Pasquier et al. 2025, arXiv:2501.17011). It continues, and fills bars × parts (MMM, Ens & Pasquier 2020,
arXiv:2008.06048): adding a part, varying and harmonising are holes of other shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Input, Trains, setting
from studio.generators.musenet.knobs import KNOBS
from studio.generators.musenet.naming import KEY_NAMES, METRES, ensemble_name, instrument_name
from studio.generators.parts.conditioning import ANY
from studio.generators.parts.score_settings import WriteSettings, choice, knob_choices


@dataclass(frozen=True)
class MuseNetConfig:
    """`steps` is the longest row of steps that is learnt; `composers` and `collections` are those that can be asked for, from 1.

    `programs` are the General MIDI instruments that occur in the set, `ensembles` its commonest ways of putting them together.
    """

    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 688
    steps: int = 512
    composers: Sequence[str] = ()
    collections: Sequence[str] = ()
    programs: Sequence[int] = field(default=(0,))
    ensembles: Sequence[Sequence[int]] = field(default=((0, 0),))


@dataclass(frozen=True)
class BarsSettings(WriteSettings):
    bars: int = setting(16, "How many bars to write.", low=1, high=128, step=1, unit="bars")
    ending: bool = setting(False, "Bring the music to an end in the last bar.", advanced=True)


@dataclass(frozen=True)
class VarySettings(WriteSettings):
    closeness: float = setting(
        0.5, "How much stays as it is: 0 writes the selection anew, near 1 changes a note here and there.", low=0.0, high=0.95, step=0.05
    )


def _style(config: Mapping[str, Any]) -> list[Any]:
    composers, collections = config.get("composers", ()), config.get("collections", ())
    return [
        ("composer", str, choice(ANY, "In whose manner to write.", (ANY, *composers))),
        ("collection", str, choice(ANY, "What kind of music to write.", (ANY, *collections), label="Kind", advanced=True)),
    ]


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """The actions of a model that knows the composers, collections and instruments of `config`."""
    style, knobs = _style(config), knob_choices(KNOBS)
    ensembles = [ensemble_name(each) for each in config.get("ensembles", ((0, 0),))]
    instruments = [instrument_name(program) for program in config.get("programs", (0,))]
    piece: list[Any] = [
        ("ensemble", str, choice(ensembles[0], "Which instruments play.", ensembles, label="Instruments")),
        ("metre", str, choice("4/4", "How the bars are counted.", METRES)),
        ("key", str, choice(ANY, "The key to begin in.", (ANY, *KEY_NAMES))),
        ("tempo", int, setting(100, "Beats a minute.", low=30, high=240, step=1, unit="beats/min")),
    ]
    part: list[Any] = [("instrument", str, choice(instruments[-1], "What plays the new part.", instruments))]
    below: list[Any] = [("ensemble", str, choice(ensembles[0], "What plays below the melody, the melody included.", ensembles))]

    def made(name: str, base: type, *fields: list[Any]) -> type:
        return make_dataclass(name, [each for some in fields for each in some], bases=(base,), frozen=True)

    score, selection = Input("score", "score", "Score"), Input("selection", "selection", "Bars")
    somewhere = Input("selection", "selection", "Bars", required=False)
    return (
        Action(
            "generate", "Compose", "Write a new piece.", Capability.GENERATES, "score",
            made("Compose", BarsSettings, piece, style, knobs), icon="music",
        ),
        Action(
            "continue", "Continue", "Write the bars that come next.", Capability.CONTINUES, "score",
            made("Continue", BarsSettings, style, knobs), (score,), icon="arrow-down-to-line",
        ),
        Action(
            "infill", "Write the selection anew", "Write the selected bars of the selected tracks anew, to fit what stands around them.",
            Capability.INFILLS, "score", made("Infill", WriteSettings, style, knobs), (score, selection), icon="square-dashed",
        ),
        Action(
            "vary", "Vary the selection", "Keep some notes of the selection and write the others anew.",
            Capability.VARIES, "score", made("Vary", VarySettings, style), (score, selection), icon="copy-plus",
        ),
        Action(
            "add_track", "Add a part", "Write one more part that fits the others.",
            Capability.INFILLS, "score", made("AddTrack", WriteSettings, part, style, knobs), (score, somewhere), icon="file-plus",
        ),
        Action(
            "harmonise", "Harmonise", "Write an accompaniment below the selected track, or the first one.",
            Capability.INFILLS, "score", made("Harmonise", WriteSettings, below, style, knobs), (score, somewhere), icon="sparkles",
        ),
    )  # fmt: skip


ENSEMBLES = 12


def config_for(data: Any) -> dict[str, Any]:
    """What is asked for by a model that is trained on `data`, a set of scores."""
    return {
        "width": 256,
        "layers": 6,
        "heads": 4,
        "hidden": 688,
        "steps": 512,
        "composers": data.composers(64),
        "collections": data.collections(),
        "programs": data.programs(),
        "ensembles": data.ensembles(ENSEMBLES),
    }


def _goes_on(config: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """A finished model keeps what it knows, and learns the instruments of the scores beside it; theirs come first."""
    known = [list(each) for each in config["ensembles"]]
    own = data.ensembles(ENSEMBLES)
    return {
        **config,
        "programs": sorted({*config["programs"], *data.programs()}),
        "ensembles": [*own, *(each for each in known if each not in own)][:ENSEMBLES],
    }


FAMILY = Family(
    name="musenet",
    title="MuseNet",
    paper="Payne 2019, MuseNet, openai.com/index/musenet; Ens & Pasquier 2020, MMM, arXiv:2008.06048",
    actions=_actions,
    module="studio.generators.musenet.family",
    explains=(
        "Reads music as it sounds, note after note in all parts at once, and guesses the next note from all those before it. "
        "It can also read what stands around a gap, and fill it."
    ),
    trains=Trains(config_for, pictures=10_000, batch_size=4, medium="score", goes_on=_goes_on, begins_from_a_model=True),
)
