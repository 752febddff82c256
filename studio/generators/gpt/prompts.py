"""What the model is told: plain text to go on from, or messages where it was taught to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.generators.gpt.vocabulary import Vocabulary, window

SYSTEM = "You are a gifted writer. You answer with the text that was asked for and nothing else."
NOTE_BEFORE = 400  # characters from the end of the page that come after the author's note
MEMORY_LIMIT, AFTER_LIMIT = 3000, 400

MANNERS: Mapping[str, str] = {
    "other words": "Say this in other words",
    "shorter": "Say this in far fewer words",
    "longer": "Tell this at greater length, with more detail",
    "simpler": "Say this in short, simple words",
    "more vivid": "Tell this more vividly, with colours, sounds and smells",
    "warmer": "Say this in a warmer, friendlier voice",
    "more formal": "Say this in a formal voice",
    "funnier": "Tell this so that it is funny",
    "darker": "Tell this in a darker, more sinister mood",
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
    """The wish for something new."""
    about = settings.subject.strip()[:500] or "whatever you like"
    if settings.form == "prose":
        if not vocabulary.talks:
            return vocabulary.encode(f"{about[:1].upper()}{about[1:]}\n\n")
        return asked(vocabulary, f"Write the beginning of a story about {about}. Write about {settings.words} words.")
    kind = settings.form if settings.form != "own" else "poem"
    return asked(vocabulary, f"Write a {kind} about {about}.")


def rewritten(vocabulary: Vocabulary, part: str, manner: str) -> list[int]:
    """The wish to say `part` in a manner, one of MANNERS."""
    return asked(vocabulary, f"{MANNERS[manner]}:\n\n{part.strip()}")
