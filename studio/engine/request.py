"""A request: an action of a model, whose results become assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.documents.seen import Seen
from studio.engine import asset_io
from studio.engine.context import Context
from studio.engine.delta_buffer import DeltaBuffer
from studio.engine.errors import EngineError
from studio.engine.events import JobEvent
from studio.engine.jobs import Priority, Work
from studio.engine.time_left import TimeLeft
from studio.generators import Action, Capability
from studio.generators.capabilities import Call
from studio.generators.events import Delta, Preview, Progress, Result
from studio.media import Media
from studio.shelf import Card, Shelf


@dataclass(frozen=True)
class Request:
    """Ask a model for an action. `inputs` are media as they stand, things seen in a document, or ids of assets (their latents come along).

    `indices` are the items wanted. Without `keep` nothing of it is stored.
    """

    model: str
    action: str = "generate"
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    indices: tuple[int, ...] = (0,)
    inputs: Mapping[str, Media | Seen | int] = field(default_factory=dict)
    channel: str = ""
    priority: Priority = Priority.ASKED
    keep: bool = True

    @property
    def label(self) -> str:
        return self.model

    def prepared(self, shelf: Shelf) -> Work:
        card = shelf.card(self.model)
        action = card.action(self.action)
        settings = action.checked(self.settings)
        if action.capability is Capability.PLAYS:
            raise EngineError(f"“{action.label}” runs under the hand: it cannot be asked for in one piece.")
        missing = [each.label for each in action.inputs if each.required and each.name not in self.inputs]
        if missing:
            raise EngineError(f"“{action.label}” needs {' and '.join(missing).lower()}.")
        if not self.indices:
            raise EngineError("Nothing was asked for: the number of items is 0.")
        return _Making(self, card, action, settings)


@dataclass(frozen=True)
class _Making:
    """A request with its action and its settings, as the model takes them."""

    request: Request
    card: Card
    action: Action
    settings: Any

    def run(self, context: Context) -> Iterator[JobEvent]:
        model = context.model(self.card)
        with context.number_format():
            yield from self._perform(context, model)

    def _perform(self, context: Context, model: Any) -> Iterator[JobEvent]:
        asked = self.request
        inputs = asset_io.gather(asked.inputs, self.action, asked.model, context.project, asked.keep)
        call = Call(asked.action, self.settings, asked.seed, asked.indices, inputs.media)
        time_left, deltas = TimeLeft(), DeltaBuffer()

        def keep(result: Result) -> None:
            recipe = asset_io.recipe_of(self.card, call, result.index, inputs.hashes, context.device)
            context.keep(result, recipe, inputs.parents, asked.keep)

        for event in model.perform(call):
            match event:
                case Progress():
                    yield time_left.told(event)
                case Preview():
                    yield event
                case Delta():
                    yield from deltas.add(event)
                case Result():
                    yield from deltas.tell()
                    deltas.finished(event.index)
                    keep(event)
            yield from context.kept(wait=False)
            if context.cancelled:
                yield from deltas.tell()
                for part in deltas.left():
                    keep(part)
                break
        yield from context.kept(wait=True)
