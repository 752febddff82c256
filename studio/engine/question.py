"""A question: work on a loaded model that is never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from studio.engine.context import Context
from studio.engine.events import Answer, JobEvent
from studio.engine.jobs import Priority, Work
from studio.shelf import Shelf


@dataclass(frozen=True)
class Question:
    """Ask a loaded model something that is never stored: `work` runs on the worker thread and yields answers.

    `model` may be empty: then `work` is called with None, for work that only needs the thread.
    """

    model: str
    work: Callable[[Any], Iterable[Any]]
    channel: str = ""
    priority: Priority = Priority.INTERACTIVE
    label: str = ""

    def prepared(self, shelf: Shelf) -> Work:
        del shelf  # a model that has gone meanwhile is said when the question has its turn: many are asked by the way
        return self

    def run(self, context: Context) -> Iterator[JobEvent]:
        model = context.model(context.shelf.card(self.model)) if self.model else None
        with context.number_format():
            for value in self.work(model):
                yield Answer(value)
                if context.cancelled:
                    return
