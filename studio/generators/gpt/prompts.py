"""What the model is told: plain text to go on from, or messages where it was taught to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.generators.gpt.forms import FORMS
from studio.generators.gpt.vocabulary import Vocabulary, window

SYSTEM = "You are a gifted writer. You answer with the text that was asked for and nothing else."
NOTE_BEFORE = 400  # characters from the end of the page that come after the author's note
MEMORY_LIMIT, AFTER_LIMIT = 3000, 400

REWRITES = "You're an AI assistant for text re-writing. Rewrite the input text to make it {}."  # as SmolLM2 was taught
MANNERS: Mapping[str, str] = {
    "other words": "sound different while it says the same",
    "shorter": "more concise while preserving its core meaning",
    "longer": "longer and richer in detail while it tells the same",
    "simpler": "simpler, in short and plain words, while preserving its core meaning",
    "more vivid": "more vivid and colourful while maintaining its main points",
    "warmer": "warm and gentle in mood while it tells the same",
    "more formal": "more professional and formal while retaining its essential content",
    "funnier": "funny while maintaining its main points",
    "darker": "darker and more sinister while maintaining its main points",
}


def page(before: str, memory: str = "", author_note: str = "") -> str:
    """What is read before a page is continued: what to remember, the end of the page, and near its end the author's note."""
    shown = window(before)
    if author_note.strip():
        at = max(shown.rfind("\n", 0, max(0, len(shown) - NOTE_BEFORE)) + 1, 0)
        shown = f"{shown[:at]}[{author_note.strip()}]\n{shown[at:]}"
    return f"{memory.strip()[-MEMORY_LIMIT:]}\n\n{shown}" if memory.strip() else shown


def asked(vocabulary: Vocabulary, wish: str, begun: str = "") -> list[int]:
    """The tokens of a wish, up to where its answer begins."""
    if vocabulary.talks:
        return [*vocabulary.message("system", SYSTEM), *vocabulary.message("user", wish), *vocabulary.answer(begun)]
    return vocabulary.encode(f"{wish}\n\n{begun}")


def composed(vocabulary: Vocabulary, settings: Any) -> list[int]:
    """The wish for something new. A model that was never taught to answer reads the subject as a heading, or nothing at all."""
    if not vocabulary.talks and not settings.subject.strip():
        return []
    about = settings.subject.strip()[:500] or "whatever you like"
    if not vocabulary.talks:
        return vocabulary.encode(f"{about[:1].upper()}{about[1:]}\n\n")
    if settings.form == "prose":
        return asked(vocabulary, f"Write the beginning of a story about {about}. Write about {settings.words} words.")
    kind = settings.form if settings.form in FORMS else "poem"
    return asked(vocabulary, f"Write a {kind} about {about}.")


def rewritten(vocabulary: Vocabulary, part: str, manner: str) -> list[int]:
    """The wish to say `part` in a manner, one of MANNERS."""
    wish = REWRITES.format(MANNERS[manner])
    if vocabulary.talks:
        return [*vocabulary.message("system", wish), *vocabulary.message("user", part.strip()), *vocabulary.answer()]
    return vocabulary.encode(f"{wish}\n\nInput text: {part.strip()}\n\nRewritten text:")
