"""How many poems keep to their form, by a counter of its own, how many are distinct, and how long each takes."""

from __future__ import annotations

import time

from benchmarks.common import report
from studio.generators import family
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.shelf import Shelf
from studio.shelf.loading import load
from studio.training.measuring.verse import obeys, pronounced

POEMS = {"haiku": 20, "limerick": 8, "sonnet": 4}
SUBJECTS = ("rain", "the sea", "a cat", "winter", "an old house", "the moon", "a mountain", "a train at night", "spring", "a lost key")


def main() -> None:
    model, book, found = load(Shelf().card("smollm2")), pronounced(), {}
    action = family("gpt").action({}, "generate")
    for form, count in POEMS.items():
        began = time.perf_counter()
        poems = []
        for seed in range(count):
            settings = action.checked({"form": form, "subject": SUBJECTS[seed % len(SUBJECTS)]})
            poems += [event.media.content for event in model.perform(Call("generate", settings, seed)) if isinstance(event, Result)]
        found[f"{form}_seconds"] = (time.perf_counter() - began) / count
        found[f"{form}_obey"] = sum(obeys(poem, form, book) for poem in poems) / count
        found[f"{form}_distinct"] = len(set(poems)) / count
    report(found)


if __name__ == "__main__":
    main()
