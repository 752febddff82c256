"""A take that was played freely, laid on bars: beats are found on the file threads, and what comes of it is one step."""

from __future__ import annotations

from concurrent.futures import Future

from studio.media import MediaError, Score
from studio.ui.context import AppContext
from studio.ui.pianoroll.state import RollState


def find_beats(context: AppContext, state: RollState) -> None:
    """Lay the score on the beats that are heard in it; it sounds as before."""
    from studio.media.score.beats import laid_on_beats

    sheet = state.document.sheet

    def arrived(done: Future[Score]) -> None:
        error = done.exception()
        if error is not None:
            context.problem.emit(str(error) if isinstance(error, MediaError) else f"The beats cannot be found: {error}", "")
        elif state.document.sheet is not sheet:
            context.problem.emit("The score was changed meanwhile. Find its beats again.", "")
        else:
            state.document.apply("Find the beats", sheet.with_score(done.result()))
            context.notice.emit("The notes lie on the beats that were heard. They sound as before; quantise them to have them even.")

    context.notice.emit("Listening for the beat…")
    context.bridge.in_background(lambda: laid_on_beats(sheet.score), arrived)
