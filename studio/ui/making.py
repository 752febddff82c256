"""Saving how a picture was made: asks where, makes it again with its recipe, and writes the frames beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from studio.engine import Failed, Finished, Job, JobEvent
from studio.engine.errors import USER_ERRORS
from studio.engine.process_recording import ProcessRecording, again
from studio.project import Recipe
from studio.ui.context import AppContext
from studio.ui.files import ask_making
from studio.ui.saving import plain_name


def save_making(context: AppContext, asset_id: int, parent: QWidget, path: Path | None = None) -> None:
    """Film the making of an asset into `path`, or into a file that the person names."""
    try:
        asset = context.project.asset(asset_id)
        if not asset.recipe:
            context.problem.emit("This picture carries no recipe: it was not made by a model here.", "")
            return
        request = again(Recipe.from_json(asset.recipe), context.session.shelf, context.project)
    except USER_ERRORS as error:
        context.problem.emit(f"Its making cannot be shown: {error}", "")
        return
    path = path or ask_making(parent, plain_name(asset.title, "picture"))
    if path is None:
        return
    made = ProcessRecording(asset.recipe)

    def hear(job: Job, event: JobEvent) -> None:
        made.hear(job, event)
        if isinstance(event, Finished):
            context.bridge.in_background(lambda: made.save(path), saved)
        elif isinstance(event, Failed):
            context.problem.emit(event.sentence, event.details)

    def saved(done: Any) -> None:
        error = done.exception()
        if error is not None:
            context.problem.emit(str(error), "")
        else:
            context.notice.emit(f"Saved {len(made.frames)} frames as {path.name}.")

    context.submit(request, hear)
