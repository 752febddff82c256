"""Questions to the model in hand, one at a time a channel: a newer one takes the place of the last. What they ask runs on the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from studio.engine import Answer, Job, JobEvent, Priority, Question
from studio.engine.events import ENDINGS
from studio.generators.capabilities import PredictsText, ScoresText, WritesAhead
from studio.ui.context import AppContext

SEEN, CHUNK = 24_000, 8_000  # characters before the cursor that a model is shown, and the steps in which their beginning moves


class ModelQueries:
    """Asks only a model that is in memory already: nothing is loaded because somebody types."""

    def __init__(self, context: AppContext, channel: str, priority: Priority = Priority.INTERACTIVE) -> None:
        self._context, self._channel, self._priority = context, channel, priority
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None

    def ready(self) -> bool:
        """Whether there is somebody to ask."""
        return self._somebody() and self._context.session.holds(self._context.model)

    def loading(self) -> bool:
        """Whether there will be somebody to ask in a while."""
        return self._somebody() and not self._context.session.holds(self._context.model)

    def _somebody(self) -> bool:
        return bool(self._context.model) and self._context.serves(self._context.model, "text")

    def ask(
        self, work: Callable[[Any], Iterable[Any]], heard: Callable[[Any], None], ended: Callable[[], None] | None = None
    ) -> bool:  # fmt: skip
        """Ask, and let go of what was asked before; `heard` gets each answer that is not None. False where nobody can be asked."""
        self.stop()
        if not self.ready():
            return False

        def hear(job: Job, event: JobEvent) -> None:
            if self._job is not job:
                return
            if isinstance(event, Answer):
                if event.value is not None:
                    heard(event.value)
            elif isinstance(event, ENDINGS):
                self._job = None
                if ended is not None:
                    ended()

        self._job = self._context.bridge.submit(Question(self._context.model, work, self._channel, self._priority), hear)
        return True

    def stop(self) -> None:
        """Let go of what was asked."""
        if self._job is not None:
            job, self._job = self._job, None
            self._context.session.cancel(job)


def seen(content: str, place: int) -> tuple[str, int]:
    """What a model is shown of the text before `place`, and where that begins: it moves seldom, so that little is read twice."""
    start = max(0, -(-(place - SEEN) // CHUNK) * CHUNK)
    return content[start:place], start


def ghost(before: str, settings: Any, after: str = "") -> Callable[[Any], Iterator[str | None]]:
    """What might come next, piece by piece; what comes `after` is for models that fill middles."""

    def work(model: Any) -> Iterator[str | None]:
        if isinstance(model, WritesAhead):
            for piece in model.ghost(before, settings, after):
                yield piece or None

    return work


def read_ahead(before: str) -> Callable[[Any], Iterator[None]]:
    def work(model: Any) -> Iterator[None]:
        if isinstance(model, WritesAhead):
            yield from model.read_ahead(before)

    return work


def room(parts: Iterable[str]) -> Callable[[Any], Iterator[tuple[int, int]]]:
    """How many tokens these texts take, and how many the model sees at once."""

    def work(model: Any) -> Iterator[tuple[int, int]]:
        if isinstance(model, WritesAhead):
            yield sum(model.tokens(part) for part in parts if part), model.room()

    return work


def bits(text: str) -> Callable[[Any], Iterator[Any]]:
    """How much each token surprises."""

    def work(model: Any) -> Iterator[Any]:
        if isinstance(model, ScoresText):
            for tokens in model.bits_of_text(text):
                yield tokens or None

    return work


def next_words(before: str, count: int) -> Callable[[Any], Iterator[Any]]:
    """The likeliest ways to go on."""

    def work(model: Any) -> Iterator[Any]:
        if isinstance(model, PredictsText):
            for words in model.next_words(before, count):
                yield words or None

    return work
