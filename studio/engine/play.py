"""Playing: a running world or instrument. What the hand does comes through the job's inbox, frames go out as they are drawn."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.engine import asset_io
from studio.engine.context import Context
from studio.engine.errors import EngineError
from studio.engine.events import Frame, JobEvent
from studio.engine.jobs import Priority, Work
from studio.generators import Action, Capability
from studio.generators.capabilities import Call, Plays
from studio.generators.events import Result
from studio.shelf import Card, Shelf

TURN_SECONDS = 0.01  # others may have their turn so often while the next frame is not due yet
RATES = (0.1, 240.0)


@dataclass(frozen=True)
class Play:
    """Run a model's world from its beginning, until the job is cancelled.

    `Job.post` tells it what the hand does, `Job.keep` makes a frame that it showed an asset. It draws `frames_per_second` or, where the
    model is slower, as many as it can; a frame that was missed is not made up for. Only interactive work interrupts it.
    """

    model: str
    action: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    frames_per_second: float = 30.0
    channel: str = ""
    priority: Priority = Priority.PLAYING

    @property
    def label(self) -> str:
        return self.model

    def prepared(self, shelf: Shelf) -> Work:
        card = shelf.card(self.model)
        action = card.action(self.action)
        if action.capability is not Capability.PLAYS:
            raise EngineError(f"“{action.label}” is nothing that runs under the hand.")
        if not RATES[0] <= self.frames_per_second <= RATES[1]:
            raise EngineError(f"A world runs at {RATES[0]:g} to {RATES[1]:g} frames a second, not {self.frames_per_second:g}.")
        return _Playing(self, card, action, action.checked(self.settings))


@dataclass(frozen=True)
class _Playing:
    """A play with its settings, as the model takes them."""

    play: Play
    card: Card
    action: Action
    settings: Any

    def run(self, context: Context) -> Iterator[JobEvent | None]:
        model = context.model(self.card)
        if not isinstance(model, Plays):
            raise EngineError(f"“{self.card.title}” cannot be played: its family gives no frames.")
        with context.number_format():
            yield from self._frames(context, model)
        yield from context.kept(wait=True)

    def _frames(self, context: Context, model: Plays) -> Iterator[JobEvent | None]:
        state = model.start(self.settings, self.play.seed)
        period, due, number = 1 / self.play.frames_per_second, time.monotonic(), 0
        while not context.cancelled:
            media, state = model.step(state, context.inbox.take())
            yield Frame(number, media)
            number += 1
            due = max(due + period, time.monotonic())
            yield from self._rest(context, due)

    def _rest(self, context: Context, due: float) -> Iterator[JobEvent | None]:
        """Until the next frame is due: keep what is to be kept, and let others have their turn."""
        while True:
            for frame in context.inbox.take_frames():
                recipe = asset_io.recipe_of(self.card, self._call, frame.index, {}, context.device)
                context.keep(Result(frame.index, frame.media), recipe)
            yield from context.kept(wait=False)
            left = due - time.monotonic()
            if left <= 0 or context.cancelled:
                return
            context.rest(min(left, TURN_SECONDS))
            yield None

    @property
    def _call(self) -> Call:
        return Call(self.action.id, self.settings, self.play.seed)
