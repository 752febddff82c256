"""How pages are kept in the project: one document each, their titles beside them for the list."""

from __future__ import annotations

from studio.documents.page.about import FILES, TITLES
from studio.documents.page.document import TITLE_CHARACTERS, UNTITLED, PageDocument, PageKind, title_of
from studio.ui.context import AppContext
from studio.ui.journal import Keeper

CURRENT, AWAY = "page", "page.away"


class Pages:
    """The pages of the project, one of them open. A page that was put away stays in the project and can be brought back."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._open: dict[int, tuple[Keeper[PageDocument], PageDocument]] = {}  # those that were open stay as they are
        self.unreadable: set[int] = set()
        self.number = 0  # of the page that is open; 0 where a read-only project has none
        self._titles: dict[str, str] = dict(context.project.setting(TITLES) or {})
        self._files: dict[str, str] = dict(context.project.setting(FILES) or {})
        self._away: list[int] = [int(each) for each in context.project.setting(AWAY) or []]

    def all(self, away: bool = False) -> list[tuple[int, str]]:
        """Number and title of each page, in the order in which they were begun."""
        numbers = sorted({info.id for info in self._context.project.documents(PageKind.name)} | (set(self._open) - {0}))
        return [(number, self.title(number)) for number in numbers if (number in self._away) == away]

    def file(self, number: int) -> str:
        """The name of the file that a page of code came from; empty for other pages."""
        return self._files.get(str(number), "")

    def come_from(self, file: str) -> None:
        """The open page is code from a file of that name."""
        if self.number:
            self._files[str(self.number)] = file
            self._context.remember(FILES, self._files)

    def title(self, number: int) -> str:
        title = self._titles.get(str(number), UNTITLED)
        return f"{title} (cannot be read)" if number in self.unreadable else title

    def held(self, number: int) -> str | None:
        """What stands on a page that is or was open; None of one that was not opened yet."""
        return self._open[number][1].content if number in self._open else None

    def open_last(self) -> PageDocument:
        """The page that was open last, or the first there is, or a new one."""
        there = [number for number, _ in self.all()]
        last = self._context.project.setting(CURRENT)
        return self.open(last if last in there else there[0] if there else None)

    def open(self, number: int | None) -> PageDocument:
        """Open a page; None begins a new one. In the place of one that cannot be read the page before stays open, or another one is."""
        if number not in self._open:
            keeper = Keeper(self._context, PageKind())
            document = keeper.begin() if number is None else keeper.open(number)
            if keeper.unreadable and number is not None:
                self.unreadable.add(number)
                others = [each for each, _ in self.all() if each not in self.unreadable]
                return self.open(self.number if self.number in self._open else others[0] if others else None)
            number = keeper.document or 0
            self._open[number] = keeper, document
        self.number, document = number or 0, self._open[number or 0][1]
        self._context.remember(CURRENT, self.number)
        self.name(document.content)
        return document

    def name(self, content: str) -> bool:
        """Call the open page after its first line; whether that is another name."""
        title = self.file(self.number)[:TITLE_CHARACTERS] or title_of(content)
        if self._titles.get(str(self.number)) == title or not self.number:
            return False
        self._titles[str(self.number)] = title
        self._context.remember(TITLES, self._titles)
        return True

    def put_away(self, number: int, away: bool) -> None:
        """Take a page out of the list, or back into it."""
        self._away = [each for each in self._away if each != number] + ([number] if away else [])
        self._context.remember(AWAY, self._away)

    def settle(self) -> None:
        """Write down what was typed."""
        for _, document in self._open.values():
            document.settle()

    def close(self) -> None:
        """Before the window closes: fold what undo has forgotten."""
        for keeper, document in self._open.values():
            document.settle()
            keeper.settle(document)
        self._open = {}
