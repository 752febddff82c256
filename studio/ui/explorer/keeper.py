"""Keeps a walk in the project: one document a model, a journal of named edits, folded when it grows long."""

from __future__ import annotations

from studio.documents.history import STEPS_LIMIT
from studio.documents.walk.model import PROJECT_KIND, Walk, snapshot_of
from studio.media import MediaError
from studio.project import DocumentInfo, ProjectError, Writing
from studio.ui.desk import Desk


class WalkKeeper:
    """Opens and begins walks; what they journal goes to the project at once, and the writing thread folds it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._steps = 0

    def open(self, model: str) -> Walk:
        """The walk kept for `model`; an empty one when there is none or it cannot be read."""
        for info in self._desk.project.documents(PROJECT_KIND):
            if info.name == model:
                return self._restored(info)
        return Walk()

    def begin(self, model: str) -> Walk:
        """A new, empty walk for `model`."""
        if self._desk.project.read_only:
            return Walk()
        self._steps = 0
        return self._journaled(Walk(), self._desk.project.begin_document(PROJECT_KIND, model, b"", self._refused))

    def _restored(self, info: DocumentInfo) -> Walk:
        try:
            state = self._desk.project.load_document(info.id)
            walk = Walk.restored(state.snapshot, [(edit.name, edit.payload) for edit in state.edits[: state.position]])
        except (MediaError, ProjectError) as error:
            self._desk.problem.emit(f"The last walk cannot be read, and is kept as it is; a new one begins. {error}", "")
            return Walk()
        self._steps = state.position
        return self._journaled(walk, self._desk.project.continue_document(info.id, self._refused))

    def _journaled(self, walk: Walk, writing: Writing) -> Walk:
        def journal(name: str, payload: bytes) -> None:
            if self._desk.project.read_only:
                return
            writing.outbox.again()
            writing.append(name, payload)
            self._steps += 1
            if self._steps >= STEPS_LIMIT:
                nodes, current = tuple(walk.nodes), walk.current
                writing.replace_snapshot(lambda: snapshot_of(nodes, current), self._steps)
                self._steps = 0

        walk.journal = journal
        return walk

    def _refused(self, reason: str) -> None:
        """On the writing thread: something could not be written."""
        self._desk.bridge.post(lambda: self._desk.problem.emit(f"{reason} The walk goes on, and is written as soon as it can be.", ""))
