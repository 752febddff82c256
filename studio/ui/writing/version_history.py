"""What a page has been, beyond undo: versions that were kept, and the tree of every continuation that was ever made. No widget.

Texts lie in the project as assets; here stands which they are. A branch is what a model wrote (an asset with its recipe) and the page
that it was written into (another asset), so that the page with it can be put together again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from studio.documents.page.versions import BRANCHES_LIMIT, ROOT, VERSIONS_LIMIT, Branch, Place, Version, past_key, way_to
from studio.engine.asset_io import media_of
from studio.media import Text, medium_of
from studio.ui.context import AppContext

AUTOMATIC_SECONDS = 600.0


class VersionHistory:
    """Versions and branches of one page; `changed` functions are called when there is another one."""

    def __init__(self, context: AppContext, page: int) -> None:
        self._context, self._page = context, page
        self.changed: list[Callable[[], None]] = []
        kept = context.project.setting(self._key) or {}
        self.versions = [Version(**each) for each in kept.get("versions", [])]
        self.branches = [Branch(**each) for each in kept.get("branches", [])]
        self.here = int(kept.get("here", ROOT))
        self.taken: dict[str, int] = {str(model): int(count) for model, count in kept.get("taken", {}).items()}
        self._last_content, self._since = "", time.time()

    @property
    def _key(self) -> str:
        return past_key(self._page)

    def keep_version(self, content: str, name: str = "") -> None:
        """Keep the page as it stands; without a name only where it differs from the last one."""
        if not content.strip() or (not name and content == self._last_content) or self._context.project.read_only:
            return
        self._last_content = content
        words, at = len(content.split()), time.time()

        def kept(asset: int) -> None:
            self.versions = [*self.versions, Version(asset, name, at, words)][-VERSIONS_LIMIT:]
            self._remember()

        self._keep_text(content, name or "Version", kept)

    def name(self, version: Version, name: str) -> None:
        """Call a version something."""
        self.versions = [replace(each, name=name[:80].strip()) if each == version else each for each in self.versions]
        self._remember()

    def keep_now_and_then(self, content: str) -> None:
        """A version every ten minutes of writing."""
        last = max(self._since, self.versions[-1].at if self.versions else 0.0)
        if time.time() - last > AUTOMATIC_SECONDS:
            self._since = time.time()
            self.keep_version(content)

    def keep_base(self, content: str, then: Callable[[int], None]) -> None:
        """Keep the page that something is about to be written into; `then` gets its number, 0 for an empty page."""
        if not content or self._context.project.read_only:
            then(0)
        else:
            self._keep_text(content, "Page", then)

    def add(self, place: Place, asset: int, text: str) -> int:
        """Another branch; its number."""
        begins = " ".join(text[:200].split())[:60]
        self.branches.append(Branch(place.parent, asset, place.page or 0, *place.base, place.lead, place.label, begins))
        self._remember()
        return len(self.branches) - 1

    def branch_of(self, asset: int | None) -> int | None:
        """The newest branch that this asset is."""
        return next((n for n in reversed(range(len(self.branches))) if self.branches[n].asset == asset), None)

    def took(self, model: str, text: str) -> None:
        """So much of that model's grey text stands on the page now, or did once."""
        self.taken[model] = self.taken.get(model, 0) + len(text)
        self._remember()

    def go(self, number: int) -> None:
        """The page stands at that branch now."""
        if number != self.here:
            self.here = number
            self._remember()

    def version_text(self, version: Version) -> str:
        """Raises what `USER_ERRORS` names where it cannot be read."""
        return self._text(version.asset)

    def branch_text(self, number: int) -> str:
        """The whole page with that branch in it; ROOT is the page before the first one."""
        if number == ROOT:
            return self._text(self.branches[0].base) if self.branches and self.branches[0].base else ""
        branch = self.branches[number]
        base = self._text(branch.base) if branch.base else ""
        return base[: branch.first] + branch.lead + self._text(branch.asset) + base[branch.last :]

    def assets(self) -> list[int]:
        """What models wrote on the way to where the page stands, oldest first."""
        return way_to(self.branches, self.here)

    def _text(self, asset: int) -> str:
        text = media_of(self._context.project, self._context.project.asset(asset), "text")
        assert isinstance(text, Text)
        return text.content

    def _keep_text(self, content: str, title: str, then: Callable[[int], None]) -> None:
        text, project = Text(content), self._context.project
        future = project.add_asset("text", medium_of(text).encode(text, "", ""), title=title)

        def added(done: Any) -> None:
            if done.exception() is not None:
                self._context.problem.emit(str(done.exception()), "")
                return
            project.delete_asset(done.result().id)  # out of the history, which is of what was made
            then(done.result().id)

        self._context.bridge.then(future, added)

    def _remember(self) -> None:
        kept = {
            "versions": [asdict(each) for each in self.versions],
            "branches": [asdict(each) for each in self.branches[:BRANCHES_LIMIT]],
            "here": self.here,
            "taken": self.taken,
        }
        self._context.remember(self._key, kept)
        for listener in tuple(self.changed):
            listener()
