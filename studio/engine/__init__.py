"""The engine: one worker thread that runs the models, and the session that windows and scripts talk to."""

from studio.engine.errors import EngineError
from studio.engine.events import Answer, Cancelled, Delta, Dropped, Failed, Finished, JobEvent, Kept, Preview, Progress, Started, Stepped
from studio.engine.jobs import Job, Priority, Question, Request, Training
from studio.engine.session import Session

__all__ = [
    "Answer",
    "Cancelled",
    "Delta",
    "Dropped",
    "EngineError",
    "Failed",
    "Finished",
    "Job",
    "JobEvent",
    "Kept",
    "Preview",
    "Priority",
    "Progress",
    "Question",
    "Request",
    "Session",
    "Started",
    "Stepped",
    "Training",
]
