"""What all workspaces share: the session, the open project, the model in hand, the last problem. No widget lives here."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from studio.engine import EngineError, Job, Request, Session
from studio.engine.errors import USER_ERRORS
from studio.generators import Action, Capability
from studio.media import Media, medium_of
from studio.media.registry import thumbnail
from studio.project import Asset, Project, ProjectError, Recipe, Written
from studio.shelf import Card
from studio.ui.bridge import Bridge, Hear
from studio.ui.fitting import same_set
from studio.ui.images import AssetImages
from studio.ui.wishes import Wishes

SEED_LIMIT = 10**6
READ_BYTES = 2**20  # of a work, at most, are read and decoded on the window's thread
T = TypeVar("T")


class AppContext(QObject):
    """Signals tell what changed; widgets read the rest from here. `saving` says whether what is done reaches the disk."""

    model_changed = Signal(str)
    asset_added = Signal(object)
    asset_removed = Signal(int)
    problem = Signal(str, str)
    notice = Signal(str)
    recipe_dropped = Signal(object)
    medium_changed = Signal(str)
    saving = Signal(bool)
    shelf_changed = Signal()

    def __init__(self, project: Project, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project, self.session = project, session
        self.bridge = Bridge(session, self)
        self.images = AssetImages(project, self.bridge, self)
        self.wishes = Wishes(self)
        self._model = ""
        self._medium = "picture"
        self._needs: Capability | None = None
        self._adding: deque[tuple[list[Any], Callable[[Any], None]]] = deque()  # works from outside that are being encoded
        self._begun = False  # the first model is taken in hand once the window has been painted

    @property
    def medium(self) -> str:
        """The medium that is worked in: models and actions that have to do with it are offered."""
        return self._medium

    @property
    def model(self) -> str:
        """The name of the model in hand; empty when the shelf is."""
        return self._model

    @property
    def card(self) -> Card | None:
        return self.session.shelf.card(self._model) if self._model else None

    def actions(self) -> list[Action]:
        """Those of the model in hand that are pressed as buttons, and have to do with the medium worked in."""
        if self.card is None:
            return []
        walked = {"latent", "journey"}  # what the explorer gives
        pressed = [action for action in self.card.actions() if not any(each.medium in walked for each in action.inputs)]
        return [action for action in pressed if concerns(action, self._medium)]

    def usable(self) -> list[Card]:
        """The models on the shelf that have to do with what is worked in: a medium, or whatever a capability gives."""
        if self._needs is not None:
            return [card for card in self.session.shelf.usable() if self._serving(card, self._needs) is not None]
        return [card for card in self.session.shelf.usable() if self.serves(card.name, self._medium)]

    def serves(self, model: str, medium: str) -> bool:
        """Whether a model makes that medium or takes it in."""
        return any(concerns(action, medium) for action in self.session.shelf.card(model).actions())

    def capable(self, card: Card, capability: Capability) -> Action | None:
        """The first action of a model that serves a capability and has to do with the medium worked in."""
        return next((each for each in card.actions() if each.capability is capability and concerns(each, self._medium)), None)

    def work_in(self, medium: str, needs: Capability | None = None) -> None:
        """Work in another medium, or with all models that have a capability, whatever their medium.

        Each has a model of its own in hand, the one that it had last. Neither a medium nor a capability changes nothing.
        """
        if not (medium or needs) or (needs is self._needs and (needs is not None or medium == self._medium)):
            return
        self._needs, self._medium = needs, medium or self._medium
        if self._begun:
            self.choose_first_model()
        self.medium_changed.emit(self._medium)

    def choose_model(self, name: str) -> None:
        """Take another model in hand and warm it up."""
        if name == self._model:
            return
        card = self.session.shelf.card(name)
        self._model, self._begun = name, True
        self.remember(self.hand, name)
        if self._needs is not None and (served := self._serving(card, self._needs)) is not None and served.output != self._medium:
            self._medium = served.output
            self.medium_changed.emit(self._medium)
        self.model_changed.emit(name)

    def choose_first_model(self) -> None:
        """The model of last time, or the one in hand where it can be used here, or one that learnt from the same set, or the best."""
        self._begun = True
        usable = self.usable()
        names = [card.name for card in usable]
        last, alike = self.project.setting(self.hand), same_set(usable, self.card)
        in_hand = self._model or self.project.setting("model")  # before the first paint none is
        if last in names:
            self.choose_model(str(last))
        elif in_hand in names:
            self.choose_model(str(in_hand))
            self.remember(self.hand, in_hand)
        elif names:
            self.choose_model(alike.name if alike is not None else names[0])
        else:
            self._model = ""
            self.model_changed.emit("")

    @property
    def hand(self) -> str:
        """Under which the model in hand is remembered: each workspace has one of its own."""
        if self._needs is not None:
            return f"model.{self._needs}"
        return f"model.{self._medium}" if self._medium != "picture" else "model"

    @staticmethod
    def _serving(card: Card, needs: Capability) -> Action | None:
        return next((action for action in card.actions() if action.capability is needs), None)

    def submit(self, request: Request, hear: Hear | None = None) -> Job | None:
        """Queue a request; None, and `problem` said, when its words are wrong."""
        try:
            return self.bridge.submit(request, hear)
        except USER_ERRORS as error:
            self.problem.emit(str(error), "")
            return None

    def remember(self, key: str, value: Any) -> None:
        """Keep a setting of the window or a workspace in the project; a read-only one keeps nothing."""
        if not self.project.read_only:
            self.project.set_setting(key, value)

    def add(
        self, media: Media, title: str, note: str = "", source: bytes = b"", parents: Sequence[int] = (),
        then: Callable[[Asset], None] = lambda asset: None,
    ) -> None:  # fmt: skip
        """Make something from outside an asset; `asset_added` says when it is on disk, and `then` goes on with it.

        `source` are the bytes of a file that it was read from, where those are the smallest way to keep it; `parents` the works that it
        was taken from.
        """
        recipe = note if readable_recipe(note) else ""
        medium = medium_of(media)

        def encoded() -> tuple[bytes, bytes | None]:
            return source or medium.encode(media, "", ""), thumbnail(media)

        def keep(done: Any) -> None:
            try:
                data, small = done.result()
                future = self.project.add_asset(medium.stored_as, data, recipe=recipe, parents=parents, title=title, thumbnail=small)
            except USER_ERRORS as error:
                self.problem.emit(str(error), "")
                return
            self.bridge.then(future, lambda done: self._added(done.exception(), done, media, then))

        place: list[Any] = []
        self._adding.append((place, keep))
        self.bridge.in_background(encoded, lambda done: self._keep_in_order(place, done))

    def _keep_in_order(self, place: list[Any], done: Any) -> None:
        """What came first stands first in the history, whichever was encoded sooner."""
        place.append(done)
        while self._adding and self._adding[0][0]:
            (finished,), keep = self._adding.popleft()
            keep(finished)

    def _added(self, error: BaseException | None, done: Any, media: Media, then: Callable[[Asset], None]) -> None:
        if error is not None:
            self.problem.emit(str(error), "")
            return
        asset: Asset = done.result()
        self.images.put(asset.id, media)
        self.asset_added.emit(asset)
        then(asset)

    def with_work(self, asset_id: int, medium: str, then: Callable[[Any, Asset], None]) -> None:
        """Go on with the content of an asset of that medium: at once with a small one's, else when it was read beside the window."""
        from studio.engine.asset_io import media_of

        try:
            asset = self.project.asset(asset_id)
            if asset.size > READ_BYTES:
                self.read_aside(lambda: media_of(self.project, asset, medium), lambda found: then(found, asset))
            else:
                then(media_of(self.project, asset, medium), asset)
        except USER_ERRORS as error:
            self.problem.emit(str(error), "")

    def read_aside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Read something on the file threads and go on here; what hinders it is said."""

        def arrived(done: Any) -> None:
            error = done.exception()
            if error is None:
                then(done.result())
            elif isinstance(error, USER_ERRORS):
                self.problem.emit(str(error), "")
            elif isinstance(error, OSError):
                self.problem.emit(f"This cannot be read: {error}.", "")
            else:
                raise error

        self.bridge.in_background(work, arrived)

    def offer_recipe(self, note: str) -> None:
        """Restore model, settings and seed from the note of a file that one recipe made; says why when it cannot."""
        if not note:
            return
        try:
            recipe = Written.from_json(note).alone
            if recipe is None:
                return
            action = self.session.shelf.card(recipe.model).action(recipe.action)
            action.checked(recipe.settings)
        except USER_ERRORS as error:
            self.problem.emit(f"It was opened, but its recipe cannot be used: {error}", "")
            return
        self.choose_model(recipe.model)
        self.recipe_dropped.emit(recipe)
        self.notice.emit(f"Model, settings and seed of this work are restored: {recipe.model}, seed {recipe.seed}.")

    def remove_asset(self, asset_id: int) -> None:
        """Take an asset out of the history; it can come back."""
        self.bridge.then(self.project.delete_asset(asset_id), lambda done: self._removed(asset_id, done.exception()))

    def restore_asset(self, asset_id: int) -> None:
        def back(done: Any) -> None:
            if done.exception() is None:
                self.asset_added.emit(self.project.asset(asset_id))

        self.bridge.then(self.project.restore_asset(asset_id), back)

    def _removed(self, asset_id: int, error: BaseException | None) -> None:
        if error is None:
            self.asset_removed.emit(asset_id)
        else:
            self.problem.emit(str(error), "")


def concerns(action: Action, medium: str) -> bool:
    """Whether an action makes a medium or takes it in."""
    return action.output == medium or any(each.medium == medium for each in action.inputs)


def readable_recipe(note: str) -> bool:
    try:
        Recipe.from_json(note)
    except ProjectError:
        return False
    return True


def roll_seed() -> int:
    """A fresh seed that is short enough to read aloud."""
    return random.SystemRandom().randrange(SEED_LIMIT)


def setting_values(action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` without what this action does not know or cannot take."""
    kept: dict[str, Any] = {}
    for name, value in action.renamed(values).items():
        try:
            action.checked({name: value})
        except (EngineError, ValueError):
            continue
        kept[name] = value
    return kept
