"""The engine: one worker thread that runs the models, and the session that windows and scripts talk to."""

from studio.engine.errors import EngineError
from studio.engine.events import (
    Answer,
    Cancelled,
    Delta,
    Dropped,
    Failed,
    Finished,
    Frame,
    JobEvent,
    Kept,
    Preview,
    Progress,
    Started,
    Stepped,
)
from studio.engine.jobs import Job, Order, Priority
from studio.engine.play import Play
from studio.engine.question import Question
from studio.engine.request import Request
from studio.engine.session import Session
from studio.engine.training import Training

__all__ = [
    "Answer",
    "Cancelled",
    "Delta",
    "Dropped",
    "EngineError",
    "Failed",
    "Finished",
    "Frame",
    "Job",
    "JobEvent",
    "Kept",
    "Order",
    "Play",
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
