"""GPT: a decoder-only transformer over pieces of words (Radford et al. 2019, GPT-2; Touvron et al. 2023, Llama, arXiv:2302.13971).

It reads other people's checkpoints, of the kinds in `foreign.py`.
SmolLM2 (Allal et al. 2025, arXiv:2502.02737) is the one that the studio brings along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Capability, Family, Found, Input, Recognised, Trains, setting
from studio.generators.errors import GeneratorError
from studio.generators.gpt import foreign, gguf_header

FORMS = ("prose", "free verse", "haiku", "limerick", "sonnet", "own")
MANNERS = ("other words", "shorter", "longer", "simpler", "more vivid", "warmer", "more formal", "funnier", "darker")


@dataclass(frozen=True)
class ChoosingSettings:
    """How each word is chosen."""

    temperature: float = setting(
        0.8, "How bold each choice is. Low repeats the likeliest, 1 is as the model believes, more is wild.", low=0.0, high=2.0, step=0.05
    )
    top_k: int = setting(
        0, "Chooses among this many of the likeliest; 0 sets no such limit.", label="Top k", low=0, high=200, step=1, advanced=True
    )
    top_p: float = setting(
        0.95, "Chooses among the likeliest that together have this probability. Lower leaves out what is unlikely.",
        label="Top p", low=0.05, high=1.0, step=0.01, advanced=True,
    )  # fmt: skip
    min_p: float = setting(
        0.05, "Leaves out what is less likely than this share of the likeliest. Higher is safer.",
        label="Min p", low=0.0, high=0.5, step=0.01, advanced=True,
    )  # fmt: skip
    typical: float = setting(
        1.0, "Chooses words about as surprising as the model expects to be surprised; 1 is off, lower is stricter.",
        low=0.1, high=1.0, step=0.05, advanced=True,
    )  # fmt: skip
    mirostat: float = setting(
        0.0, "Holds the surprise of the text near this many bits a word by itself; 0 is off. It takes the place of the limits above.",
        low=0.0, high=10.0, step=0.5, unit="bits", advanced=True,
    )  # fmt: skip
    repetition: float = setting(
        1.1, "Makes what was written lately less likely to come again; 1 is off.",
        label="Against repeating words", low=1.0, high=2.0, step=0.05, advanced=True,
    )  # fmt: skip
    dry: float = setting(
        0.8, "Makes it unlikely that a run of words comes again; the longer the run, the more. 0 is off.",
        label="Against repeating phrases", low=0.0, high=3.0, step=0.1, advanced=True,
    )  # fmt: skip


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "careful": {"temperature": 0.4, "top_p": 0.9, "min_p": 0.1},
    "usual": {},
    "bold": {"temperature": 1.0, "top_p": 0.98, "min_p": 0.03},
    "wild": {"temperature": 1.4, "top_p": 1.0, "min_p": 0.02, "repetition": 1.2},
}
"""Plain names for settings of how words are chosen; what one does not name is at its default."""


def _words(default: int) -> Any:
    return setting(default, "About how many words to write; it ends at the end of a sentence.", low=1, high=600, step=1, unit="words")


def _wanted(help: str, label: str = "") -> Any:
    return setting("", help, label=label, advanced=True)


@dataclass(frozen=True)
class WithWords(ChoosingSettings):
    include: str = _wanted("Words that must occur, with commas between them.", "Must contain")
    exclude: str = _wanted("Words that must not occur, with commas between them.", "Must not contain")


@dataclass(frozen=True)
class ContinueSettings(WithWords):
    words: int = _words(60)
    memory: str = _wanted("What the model is to remember all the time: who and where, what has happened. It stands before the text.")
    author_note: str = _wanted("What matters just now, such as mood or aim. It stands close before what is written next.", "Author's note")


@dataclass(frozen=True)
class WriteSettings(WithWords):
    subject: str = setting("", "What to write about.")
    form: str = setting(
        "prose",
        "The form that the text keeps to. Every line obeys, by its syllables and rhymes; free verse has lines as they come.",
        choices=FORMS,
    )
    words: int = _words(120)
    syllables: str = _wanted("For a form of one's own: how many syllables each line has, such as 8 6 8 6.")
    rhymes: str = _wanted("For a form of one's own: which lines rhyme, such as ABAB; a dash for a line that does not.")
    acrostic: str = _wanted("The letters that the lines begin with, one for each line.")


@dataclass(frozen=True)
class RewriteSettings(WithWords):
    temperature: float = setting(
        0.5, "How far it strays. Low keeps to what is there, 1 is as the model believes, more is wild.", low=0.0, high=2.0, step=0.05
    )
    manner: str = setting(MANNERS[0], "What becomes of the selection.", choices=MANNERS)


@dataclass(frozen=True)
class FillSettings(WithWords):
    words: int = _words(60)


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """A model that was taught by texts alone, not by questions and answers, cannot be told to say a thing in another way."""
    text, span = Input("text", "text", "Text"), Input("selection", "selection", "Span")
    cursor = Input("selection", "selection", "Place", required=False)
    found = (
        Action(
            "generate", "Write", "Write something new, in prose or in a form.", Capability.GENERATES, "text", WriteSettings,
            icon="type", presets=PRESETS,
        ),
        Action(
            "continue", "Continue", "Write what comes next, after the text or at a place in it. What comes out is the new part alone.",
            Capability.CONTINUES, "text", ContinueSettings, (text, cursor), icon="arrow-down-to-line", presets=PRESETS,
        ),
        Action(
            "rewrite", "Rewrite the selection", "Say the selected part in another way. What comes out stands in its place.",
            Capability.INFILLS, "text", RewriteSettings, (text, span), icon="sparkles", presets=PRESETS,
        ),
        Action(
            "fill", "Fill the gap", "Write what leads from the text before the selection to the text after it.",
            Capability.INFILLS, "text", FillSettings, (text, span), icon="square-dashed", presets=PRESETS,
        ),
    )  # fmt: skip
    return found if config.get("instructed", True) else tuple(action for action in found if action.id != "rewrite")


def _small(pieces: int) -> Mapping[str, Any]:
    """A network for one person's texts with a vocabulary of so many pieces: two million weights, which two cores teach in half an hour."""
    return {
        "vocabulary": pieces,
        "decoder": {"width": 192, "layers": 4, "heads": 6, "key_heads": 6, "hidden": 512, "rotary": [[16, 10_000.0]], "dropout": 0.1},
        "places": 0, "tied": True, "context": 256, "weights": "fp32", "instructed": False,
    }  # fmt: skip


def _recognise(found: Found) -> Recognised | None:
    """A language model in a GGUF file, or in a Hugging Face folder with its tokenizer; what it is exactly, its first loading settles."""
    if "general.architecture" in found.metadata:
        gguf_header.check(found.metadata, found.sizes)
    elif "model_type" in found.config:
        foreign.check_folder(found.config, found.sizes)
        if foreign.TOKENIZER not in found.texts:
            raise GeneratorError(f"It has no {foreign.TOKENIZER}, which a model that reads and writes has.")
        foreign.check_tokenizer(found.texts[foreign.TOKENIZER])
    else:
        return None
    return Recognised({}, "prose and verse")


FAMILY = Family(
    name="gpt",
    title="GPT",
    paper="Radford et al. 2019, Language Models are Unsupervised Multitask Learners; Touvron et al. 2023, arXiv:2302.13971",
    actions=_actions,
    module="studio.generators.gpt.family",
    explains=(
        "Reads the text piece by piece and guesses the next piece from all those before it. Every piece has a probability: "
        "that is what the tint shows, and what the alternatives are ranked by."
    ),
    recognise=_recognise,
    trains=Trains(_small, pictures=12_000, batch_size=8, medium="text", goes_on=lambda config, about: config),
)
