"""What a model is asked from the page: the request gets the text, the place and what it is to remember; what comes is offered there."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from studio.documents.page.story import Story
from studio.documents.page.versions import Place
from studio.engine import Job, Request
from studio.generators import Action, Capability, Input, settings_of
from studio.media import MediaError, Text, TextSelection
from studio.ui.context import AppContext, setting_values
from studio.ui.workspace import Bound, bound
from studio.ui.writing.candidates import Candidates, Offer
from studio.ui.writing.sheet import Sheet

GHOST_WORDS = 14


class Making(QObject):
    """`story` gives what the model is to remember."""

    def __init__(self, context: AppContext, sheet: Sheet, candidates: Candidates, story: Callable[[], Story]) -> None:
        super().__init__(sheet)
        self._context, self._sheet, self._candidates, self._story = context, sheet, candidates, story
        self._over: tuple[int, int] | None = None  # where to go on instead of at the cursor, and up to where words go for it
        self._early: list[tuple[Place, Offer]] = []
        candidates.arrived.connect(self._arrived)
        candidates.stop_wanted.connect(context.session.cancel)

    def bind(self, action: Action, given: Container[str]) -> Bound:
        """The page as it is written, and the words that are selected, or the place to go on at."""
        self._candidates.discard()
        first, last = (self._over[0], self._over[0]) if self._over is not None else self._sheet.edit.chosen()

        def chosen(each: Input) -> TextSelection:
            if each.required and first == last and action.capability is Capability.INFILLS and not self._fills_places(action):
                raise MediaError("Nothing is selected. Select the words that shall change, then ask again.")
            return TextSelection(first, last) if each.required else TextSelection(last, last)

        return bound(action, given, "text", lambda each: Text(self._sheet.content), chosen)

    @staticmethod
    def _fills_places(action: Action) -> bool:
        """Whether it writes as many words as it is told, and so needs no words to replace."""
        return any(each.name == "words" for each in settings_of(action.settings))

    def _woven(self, action: Action, settings: Mapping[str, Any], place: int) -> dict[str, Any]:
        """The settings with memory, notes and the author's note put into those that the action has for them."""
        story, known, filled = self._story(), {each.name for each in settings_of(action.settings)}, dict(settings)
        for name, ours in (("memory", story.woven(self._sheet.content[:place])), ("author_note", story.author_note.strip())):
            if name in known and ours:
                filled[name] = "\n".join(part for part in (str(filled.get(name, "")).strip(), ours) if part)
        return filled

    def begin(self, request: Request) -> Job | None:
        """Submit a request, with what the model is to remember; what comes of it is offered in its place."""
        self._candidates.discard()
        card = self._context.session.shelf.card(request.model)
        action = card.action(request.action)
        chosen = next((each for each in request.inputs.values() if isinstance(each, TextSelection)), None)
        at = chosen.last if chosen is not None else self._sheet.edit.chosen()[1]
        request = replace(request, settings=self._woven(action, request.settings, at))
        place = self._place(action, chosen, f"{action.label} with {card.title}")
        original = self._sheet.content[place.first : place.last]
        self._sheet.document.settle()
        job = self._context.submit(request, self._candidates.hear)
        if job is not None:
            place.past, place.parent = self._sheet.past, self._sheet.past.here
            place.after = next((each for each, _ in reversed(self._early) if each.past is place.past and each.kept), None)
            place.past.keep_base(self._sheet.content, partial(self._page_is_kept, place))
            self._candidates.begin(job, place, original, request.indices)
        return job

    def _place(self, action: Action, chosen: TextSelection | None, label: str) -> Place:
        """A selection that came along is replaced; what knows nothing of the page begins a paragraph of its own at the cursor."""
        content, over, self._over = self._sheet.content, self._over, None
        if over is not None:
            return Place(*over, label)
        if chosen is not None:
            return Place(chosen.first, chosen.last, label)
        if any(each.medium == "text" for each in action.inputs):
            return Place(len(content), len(content), label)
        at = self._sheet.edit.chosen()[1]
        end = content.find("\n", at)
        at = len(content) if end < 0 else end
        before = content[:at]
        lead = "" if not before.strip() or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        return Place(at, at, label, lead)

    def _arrived(self, place: Place, offer: Offer) -> None:
        """One more branch of the tree, once the page that it is a branch of is in the project."""
        if place.page is None:
            self._early.append((place, offer))
        elif offer.asset is not None and place.past is not None:
            if place.after is not None and place.after.number is not None:
                place.parent, place.after = place.after.number, None
            place.number = place.past.add(place, offer.asset, offer.text)
            if place.kept:  # a hand went on in it before it was finished
                place.past.go(place.number)

    def _page_is_kept(self, place: Place, asset: int) -> None:
        place.page = asset
        early, self._early = self._early, []
        for other, offer in early:
            self._arrived(other, offer)

    def go_on_from(self, first: int) -> None:
        """The next request goes on at `first`, in the place of the rest of that paragraph."""
        end = self._sheet.content.find("\n", first)
        self._over = (first, len(self._sheet.content) if end < 0 else end)

    # The ghost.

    def continuation(self) -> Action | None:
        """The action of the model in hand that writes on."""
        found = (each for each in self._context.actions() if each.capability is Capability.CONTINUES and each.output == "text")
        return next(found, None)

    def ghost_settings(self) -> Any:
        """What the action that writes on is set to, for a few words; None where the model in hand has no such action."""
        action = self.continuation()
        if action is None:
            return None
        settings = self._woven(action, self._context.wishes.settings_of(action.id), self._sheet.edit.place())
        if any(each.name == "words" for each in settings_of(action.settings)):
            settings["words"] = GHOST_WORDS
        return action.checked(setting_values(action, settings))
