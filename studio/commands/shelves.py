"""models: what is on the shelf."""

from __future__ import annotations

import argparse

from studio.commands.output import print_json
from studio.engine import EngineError
from studio.shelf import Card, Shelf, ShelfError
from studio.shelf.card import verify


def models(words: argparse.Namespace) -> int:
    """`models`, `models add PATH`, `models check`."""
    shelf = Shelf()
    if words.what == "add":
        if words.path is None:
            raise EngineError("Name the model: atelier models add PATH (a model folder, or weights: GGUF, safetensors, .pt, Hugging Face).")
        card = shelf.add(words.path)
        print(f"{card.name} is on the shelf.")
        return 0
    if words.what == "check":
        return _check(shelf, words.json)
    if words.json:
        print_json([_document(card) for card in shelf.cards()])
    else:
        for card in shelf.cards():
            actions = ", ".join(action.id for action in card.actions()) or "–"
            print(f"{card.name:20} {card.grade:6} {card.makes}  [{actions}]")
    return 0


def _document(card: Card) -> dict[str, object]:
    return {
        "name": card.name,
        "title": card.title,
        "family": card.family,
        "grade": card.grade,
        "makes": card.makes,
        "actions": [action.id for action in card.actions()],
        "metrics": dict(card.metrics),
        "weights_sha256": card.weights_sha256,
        "credit": card.credit,
        "licence": card.licence,
    }


def _check(shelf: Shelf, as_json: bool) -> int:
    problems = list(shelf.problems)
    for card in shelf.cards():
        try:
            verify(card)
            for name, sha256 in {**card.requires, **card.judged_by}.items():
                if shelf.card(name).weights_sha256 != sha256:
                    problems.append(f"“{card.name}” was made with another “{name}” than the one on the shelf.")
        except ShelfError as error:
            problems.append(str(error))
    if as_json:
        print_json({"models": [card.name for card in shelf.cards()], "problems": problems})
    elif not problems:
        print(f"{len(shelf.cards())} models, all as their cards say.")
    if problems and not as_json:
        raise ShelfError(" ".join(problems))
    return 1 if problems else 0
