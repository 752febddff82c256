"""How a picture came to be: its recipe is carried out again, and every preview on the way becomes a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.engine.errors import EngineError
from studio.engine.events import JobEvent, Kept, Preview
from studio.engine.jobs import Job
from studio.engine.request import Request
from studio.generators import Action, settings_of
from studio.generators.events import Media
from studio.media import Animation, Picture, named
from studio.media.animation.formats import GIF, MP4
from studio.project import Project, Recipe
from studio.shelf import Shelf

FRAME_MS, LAST_MS = 90, 1600
SMALLEST_SIDE = 256
FORMATS = (GIF, MP4)
Inputs = Mapping[str, Media | int]


def again(recipe: Recipe, shelf: Shelf, project: Project) -> Request:
    """The request that makes a recipe's item anew, its inputs taken from the project; nothing of it is kept.

    Raises EngineError, ShelfError, GeneratorError or ProjectError with the reason when it cannot be made.
    """
    action = shelf.card(recipe.model).action(recipe.action)
    inputs = {name: input_of(project, name, sha, action) for name, sha in recipe.inputs.items()}
    return replace(request_of(recipe, shelf, inputs), keep=False)


def request_of(recipe: Recipe, shelf: Shelf, inputs: Inputs) -> Request:
    """The request that a recipe describes, without settings that its action no longer has."""
    action = shelf.card(recipe.model).action(recipe.action)
    known = {setting.name for setting in settings_of(action.settings)}
    settings = {name: value for name, value in action.renamed(recipe.settings).items() if name in known}
    return Request(recipe.model, recipe.action, settings, recipe.seed, (recipe.index,), inputs)


def input_of(project: Project, name: str, sha256: str, action: Action) -> Any:
    """An input of a recipe from what the project holds; raises ProjectError where it does not, MediaError where it is another medium."""
    medium = named("latent" if name.endswith(".latent") else action.medium_of(name))
    return medium.decode(project.blob(sha256), name)[0]


@dataclass
class ProcessRecording:
    """Listens to a job and gathers its frames."""

    recipe: str
    frames: list[Picture] = field(default_factory=list)
    finished: bool = False

    def hear(self, job: Job, event: JobEvent) -> None:
        del job
        if isinstance(event, Preview):
            self._add(event.media)
        elif isinstance(event, Kept):
            self._add(event.media)
            self.finished = True

    def _add(self, media: Media) -> None:
        if isinstance(media, Picture):
            self.frames.append(media)

    def save(self, path: Path) -> Path:
        """Write the frames as GIF or MP4, enlarged to be seen; raises EngineError where there is nothing to show."""
        if not any(each.claims(path.name) for each in FORMATS):
            raise EngineError(f"A making is saved as {' or '.join(each.ending for each in FORMATS)}, not “{path.suffix}”.")
        if not self.finished or len(self.frames) < 2:
            raise EngineError("This picture was made in one go: there is nothing to watch on the way.")
        factor = max(1, -(-SMALLEST_SIDE // max(self.frames[-1].width, self.frames[-1].height)))
        frames = [frame.scaled(factor) for frame in self.frames]
        durations = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
        named("animation").save(Animation.of(frames, durations), path, self.recipe)
        return path
