"""MuseNet with a band: a decoder-only transformer over the notes of up to twelve parts, drums among them, one step a note.

After MuseNet (Payne 2019, openai.com/index/musenet), with knobs as MIDI-GPT's (Pasquier et al. 2025, arXiv:2501.17011), holes as MMM's
(Ens & Pasquier 2020, arXiv:2008.06048), and form by a pointer into the bar that each bar is said to be like, where Museformer
(Yu et al. 2022, arXiv:2210.10349) attends to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family


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


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """It is learnt and measured; nothing is asked of it yet."""
    del config
    return ()


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
