"""All models that are there: shipped ones and the person's own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.places import shipped, user_models
from studio.shelf import adopting
from studio.shelf.card import GRADES, Card, ShelfError, read_card, verify


class Shelf:
    """Cards by name. Looking at the shelf reads cards only, and imports no torch."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self.folders = tuple(folders) if folders is not None else (shipped("models"), user_models())
        self.problems: tuple[str, ...] = ()
        self._cards: dict[str, Card] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look again. A model whose card is broken is left out and said in `problems`."""
        cards: dict[str, Card] = {}
        problems = []
        for folder in self.folders:
            for path in sorted(folder.glob("*/card.toml")) if folder.is_dir() else ():
                try:
                    card = read_card(path.parent)
                except ShelfError as error:
                    problems.append(str(error))
                else:
                    cards.setdefault(card.name, card)
        self._cards, self.problems = cards, tuple(problems)

    def cards(self) -> list[Card]:
        """Show models first, then studies, then parts; nearest to real pictures first within."""
        return sorted(
            self._cards.values(),
            key=lambda card: (GRADES.index(card.grade), float(card.metrics.get("frechet_over_limit", 1e9)), card.name),
        )

    def usable(self) -> list[Card]:
        """Those with something to press."""
        return [card for card in self.cards() if card.actions()]

    def card(self, name: str) -> Card:
        """The card called `name`; raises ShelfError when it is not on the shelf."""
        if name not in self._cards:
            there = ", ".join(card.name for card in self.cards()) or "empty"
            raise ShelfError(f"There is no model “{name[:60]}” on the shelf. On it: {there}.")
        return self._cards[name]

    def add(self, source: Path) -> Card:
        """Put a model among the person's own: a model folder (card and files, verified), or a container that a family recognises.

        Whole or not at all; raises ShelfError.
        """
        if not (source / "card.toml").is_file() and adopting.is_model(source):
            values, files = adopting.card_of(source)
            name = self._free(str(values["name"]))
            return self._added(name, lambda half: adopting.lay({**values, "name": name}, files, half))
        card = read_card(source)
        verify(card)

        def copy(half: Path) -> None:
            for name in (*card.sha256, "card.toml", "preview.png", "preview.mid"):
                if (source / name).is_file():
                    (half / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source / name, half / name)

        if card.name in self._cards or (self.folders[-1] / card.name).exists():
            raise self._there(card.name)
        return self._added(card.name, copy)

    def _free(self, name: str) -> str:
        """`name`, with a number behind it where a model is called so already."""
        names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
        return next(each for each in names if each not in self._cards and not (self.folders[-1] / each).exists())

    def _there(self, name: str) -> ShelfError:
        return ShelfError(f"A model “{name}” is on the shelf already. Remove {self.folders[-1] / name} first.")

    def _added(self, name: str, fill: Callable[[Path], None]) -> Card:
        target = self.folders[-1] / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".adding-") as parent:
                half = Path(parent) / name
                half.mkdir()
                fill(half)
                files = read_card(half).sha256  # what would not be found on the shelf is not put there
                same = next((card for card in self._cards.values() if dict(card.sha256) == dict(files)), None)
                if same is not None:
                    raise self._there(same.name)
                half.rename(target)
        except OSError as error:
            raise ShelfError(f"“{name}” cannot be copied to {target.parent}: {error.strerror or error}.") from error
        self.refresh()
        return self.card(name)
