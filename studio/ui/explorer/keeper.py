"""Keeps a walk in the project: one document a model, a journal of named edits, folded when it grows long."""

from __future__ import annotations

from studio.media import MediaError
from studio.project import DocumentInfo, ProjectError
from studio.ui.desk import Desk
from studio.ui.explorer.walk import STEPS_LIMIT, Walk

KIND = "explorer"


class WalkKeeper:
    """Opens and begins walks; what they journal goes to the project at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._steps = 0

    def open(self, model: str) -> Walk:
        """The walk kept for `model`; an empty one when there is none or it cannot be read."""
        for info in self._desk.project.documents(KIND):
            if info.name == model:
                return self._restored(info)
        return Walk()

    def begin(self, model: str) -> Walk:
        """A new, empty walk for `model`."""
        if self._desk.project.read_only:
            return Walk()
        try:
            document = self._desk.project.create_document(KIND, model, b"").result()
        except ProjectError as error:
            self._desk.problem.emit(str(error), "")
            return Walk()
        self._steps = 0
        return self._journaled(Walk(), document)

    def _restored(self, info: DocumentInfo) -> Walk:
        try:
            state = self._desk.project.load_document(info.id)
            walk = Walk.restored(state.snapshot, [(edit.name, edit.payload) for edit in state.edits[: state.position]])
        except (MediaError, ProjectError) as error:
            self._desk.problem.emit(f"The last walk was not readable and a new one begins. {error}", "")
            return Walk()
        self._steps = state.position
        return self._journaled(walk, info.id)

    def _journaled(self, walk: Walk, document: int) -> Walk:
        project = self._desk.project

        def journal(name: str, payload: bytes) -> None:
            if project.read_only:
                return
            project.append_edit(document, name, payload)
            self._steps += 1
            if self._steps >= STEPS_LIMIT:
                project.replace_snapshot(document, walk.to_bytes(), self._steps)
                self._steps = 0

        walk.journal = journal
        return walk
