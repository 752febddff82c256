"""Keeps a walk in the project: one document a model, a journal of named edits, folded when it grows long."""

from __future__ import annotations

from studio.documents.history import STEPS_LIMIT
from studio.documents.walk.model import PROJECT_KIND, LatentHistory, snapshot_of
from studio.media import MediaError
from studio.project import DocumentInfo, ProjectError, Writing
from studio.ui.context import AppContext


class WalkKeeper:
    """Opens and begins walks; what they journal goes to the project at once, and the writing thread folds it."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._steps = 0

    def open(self, model: str) -> LatentHistory:
        """The walk kept for `model`; an empty one when there is none or it cannot be read."""
        for info in self._context.project.documents(PROJECT_KIND):
            if info.name == model:
                return self._restored(info)
        return LatentHistory()

    def begin(self, model: str) -> LatentHistory:
        """A new, empty walk for `model`."""
        if self._context.project.read_only:
            return LatentHistory()
        self._steps = 0
        return self._journaled(LatentHistory(), self._context.project.begin_document(PROJECT_KIND, model, b"", self._refused))

    def _restored(self, info: DocumentInfo) -> LatentHistory:
        try:
            state = self._context.project.load_document(info.id)
            walk = LatentHistory.restored(state.snapshot, [(edit.name, edit.payload) for edit in state.edits[: state.position]])
        except (MediaError, ProjectError) as error:
            self._context.problem.emit(f"The last walk cannot be read, and is kept as it is; a new one begins. {error}", "")
            return LatentHistory()
        self._steps = state.position
        return self._journaled(walk, self._context.project.continue_document(info.id, self._refused))

    def _journaled(self, walk: LatentHistory, writing: Writing) -> LatentHistory:
        def journal(name: str, payload: bytes) -> None:
            if self._context.project.read_only:
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
        self._context.bridge.post(
            lambda: self._context.problem.emit(f"{reason} The walk goes on, and is written as soon as it can be.", "")
        )
