"""The one exception of the engine, and the sentence for whatever else goes wrong in a job."""

from __future__ import annotations

from studio.generators import GeneratorError
from studio.media import MediaError
from studio.project import ProjectError
from studio.shelf import ShelfError
from studio.training.errors import TrainingError


class EngineError(RuntimeError):
    """A request that cannot be carried out, in a sentence."""


USER_ERRORS = (EngineError, GeneratorError, MediaError, ProjectError, ShelfError, TrainingError)


def sentence(error: BaseException) -> str:
    """What to tell a person about `error`: what happened, why, what to do."""
    if isinstance(error, USER_ERRORS):
        return str(error)
    kind = type(error).__name__
    if kind == "OutOfMemoryError" or isinstance(error, MemoryError):
        return "There is not enough memory for this. Ask for fewer pictures at once, or close other programs and try again."
    if isinstance(error, OSError):
        return f"The computer refused to read or write something: {error.strerror or error}."
    reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no reason given"
    return f"The model stopped unexpectedly ({kind}: {reason}). Try again; if it happens again, copy the details and report them."
