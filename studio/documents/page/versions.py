"""What a page has been, as plain data: versions that were kept, continuations that were made, and the place each was made for. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

VERSIONS_LIMIT, BRANCHES_LIMIT = 500, 2000
ROOT = -1


@dataclass(frozen=True)
class Version:
    """A page as it was at a time; `name` is empty where it was kept by itself."""

    asset: int
    name: str
    at: float
    words: int


@dataclass(frozen=True)
class Branch:
    """What was written at a place of a page (`base`, an asset; 0 for an empty one). `parent` is a branch's number, or ROOT."""

    parent: int
    asset: int
    base: int
    first: int
    last: int
    lead: str
    label: str
    begins: str


def past_key(page: int) -> str:
    """The setting of the project that holds the versions and branches of a page."""
    return f"page.past.{page}"


def way_to(branches: Sequence[Branch], number: int) -> list[int]:
    """What models wrote on the way to that branch, as assets, oldest first."""
    found: list[int] = []
    while 0 <= number < len(branches) and len(found) <= len(branches):
        found.append(branches[number].asset)
        number = branches[number].parent
    return found[::-1]


class Tree(Protocol):
    """What a place asks of the page's tree of continuations."""

    here: int

    def keep_base(self, content: str, then: Callable[[int], None]) -> None:
        """Keep the page that something is about to be written into; `then` gets its number, 0 for an empty page."""

    def add(self, place: Place, asset: int, text: str) -> int:
        """Another branch; its number."""
        ...

    def go(self, number: int) -> None:
        """The page stands at that branch now."""


@dataclass
class Place:
    """The part of the page that is to be replaced, and what stands between the text before and what comes.

    It moves along while the page is edited elsewhere; `base` is where it was when the model was asked, `page` the asset that the
    page was then (0 for an empty one, None while it is being written), `parent` the branch that it stood at, `past` whose tree it is.
    Where what the page stood at was not a branch yet, because its own page was still being written, `after` is its place; `number` is
    the branch that the last offer of this place became.
    """

    first: int
    last: int
    label: str
    lead: str = ""
    base: tuple[int, int] = (0, 0)
    page: int | None = None
    parent: int = ROOT
    past: Tree | None = None
    after: Place | None = None
    number: int | None = None
    kept: bool = False  # whether what came is on the page

    def __post_init__(self) -> None:
        self.base = (self.first, self.last)

    def moved(self, at: int, removed: int, inserted: int) -> bool:
        """The page was edited; False where that was within this place."""
        if (at + removed > self.first and at < self.last) or at == self.first == self.last:
            return False
        if at >= self.last:
            return True
        self.first += inserted - removed
        self.last += inserted - removed
        return True
