"""What the explorer asks of the model that it walks through: points, pictures of points, and the point of a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from studio.engine import Answer, EngineError, Failed, Job, JobEvent, Priority, Question
from studio.generators.capabilities import Decodes, Directions, Encodes
from studio.media import Latent, Media, Picture, medium_of
from studio.ui.context import AppContext
from studio.ui.explorer import points
from studio.ui.explorer.strip import StripSlider

BATCH = 2  # pictures of the mosaic that are decoded at once
Offer = tuple[Directions, Latent]


class Questions:
    """Of the model called `model`; what comes of one that was walked through before is not heard any more.

    A newer question of a kind takes the place of one that waits. `then` is called on the window's thread.
    """

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self.model = ""

    def offer(self, then: Callable[[Offer | None], None]) -> None:
        """The directions and a first point; None where the model has no latent space."""
        self._ask(lambda model: [(model.directions(), model.sample(1))] if isinstance(model, Decodes) else [None], then, "offer")

    def sample(self, seed: int, then: Callable[[Latent], None]) -> None:
        self._ask(lambda model: [model.sample(seed)], then, "random")

    def find(self, media: Media, then: Callable[[Latent], None]) -> None:
        """The nearest point that the model finds for a thing."""
        self._ask(lambda model: [_encoded(model, media)], then, "find")

    def look(self, latent: Latent, then: Callable[[Picture], None]) -> None:
        self._ask(lambda model: points.looks(model.decode([latent])), then, "look")

    def mosaic(
        self, here: Latent, directions: Directions, axes: tuple[int, int], cells: Mapping[int, tuple[float, float]],
        then: Callable[[list[int], Sequence[Picture]], None],
    ) -> None:  # fmt: skip
        """The cells of a map around a point, in their order, a few at a time and below everything else.

        `cells` gives each cell's place along the two directions `axes`, in standard deviations.
        """
        order = list(cells)

        def work(model: Any) -> Iterator[tuple[list[int], Sequence[Picture]]]:
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                latents = [points.moved(here, directions, dict(zip(axes, cells[cell], strict=True))) for cell in part]
                yield part, points.looks(model.decode(latents))

        self._ask(work, lambda found: then(*found), "mosaic", Priority.BACKGROUND)

    def strips(self, here: Latent, directions: Directions, most: int, then: Callable[[int, Sequence[Picture]], None]) -> None:
        """How a point looks all along each of the first directions. One picture at a time: a look at the map never waits for a strip."""

        def work(model: Any) -> Iterator[tuple[int, list[Picture] | None]]:
            for k in range(min(most, len(directions.names))):
                frames: list[Picture] = []
                for stop in StripSlider.stops():
                    frames += points.looks(model.decode([points.moved(here, directions, {k: stop})]))
                    yield k, frames if len(frames) == len(StripSlider.stops()) else None

        def arrived(found: tuple[int, list[Picture] | None]) -> None:
            if found[1] is not None:
                then(found[0], found[1])

        self._ask(work, arrived, "strips", Priority.BACKGROUND)

    def _ask(
        self, work: Callable[[Any], Any], then: Callable[[Any], None], channel: str, priority: Priority = Priority.INTERACTIVE
    ) -> None:
        model = self.model

        def hear(job: Job, event: JobEvent) -> None:
            if isinstance(event, Answer) and self.model == model:
                then(event.value)
            elif isinstance(event, Failed):
                self._context.problem.emit(event.sentence, event.details)

        if model:
            self._context.bridge.submit(Question(model, work, f"explorer-{channel}", priority), hear)


def _encoded(model: Any, media: Media) -> Latent:
    """On the worker thread: the point that the model finds for a thing; raises EngineError where it cannot look for one."""
    if not isinstance(model, Encodes):
        raise EngineError(f"This model cannot look for a {medium_of(media).name}: it draws points, and finds none.")
    return model.encode(media)
