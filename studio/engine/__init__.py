"""The engine: one worker thread that runs the models, and the session that windows and scripts talk to."""

from studio.engine.errors import EngineError
from studio.engine.jobs import (
    Answer,
    Appended,
    Cancelled,
    Dropped,
    Failed,
    Finished,
    Job,
    JobEvent,
    Kept,
    Previewed,
    Priority,
    Progressed,
    Question,
    Request,
    Started,
    Stepped,
    Training,
)
from studio.engine.session import Session

__all__ = [
    "Answer",
    "Appended",
    "Cancelled",
    "Dropped",
    "EngineError",
    "Failed",
    "Finished",
    "Job",
    "JobEvent",
    "Kept",
    "Previewed",
    "Priority",
    "Progressed",
    "Question",
    "Request",
    "Session",
    "Started",
    "Stepped",
    "Training",
]
