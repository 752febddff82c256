"""The tables of models say of every card what was measured, and what it was trained on."""

import dataclasses

from studio.shelf import Shelf
from studio.training import tables


def test_minutes_on_an_accelerator_are_named_and_are_no_pace_of_a_processor() -> None:
    card = dataclasses.replace(Shelf().card("heroes-nice"), training={"pictures": 60_000, "minutes": 20.0})
    assert tables.figures([card]).endswith("| 60,000 | 20 | 50 |")
    both = dataclasses.replace(card, training={**card.training, "accelerated": {"A card": 5.0}})
    assert tables.figures([both]).endswith("| 60,000 | 15, 5 on A card | – |")
    there = dataclasses.replace(card, training={**card.training, "accelerated": {"A card": 20.0}})
    assert tables.figures([there]).endswith("| 60,000 | 20 on A card | – |")


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    page = "before\n<!-- models -->\nold\n<!-- /models -->\nafter <!-- figures -->\n"
    assert tables.rewrite(page, "models", "new") == "before\n<!-- models -->\nnew\n<!-- /models -->\nafter <!-- figures -->\n"
