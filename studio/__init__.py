"""Atelier: an offline desktop studio for artists. For scripts: `open_project`, `load_model`, `generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.media import Media
    from studio.project import Project

__version__ = "0.1.0"
__all__ = ["__version__", "generate", "load_model", "open_project"]


def open_project(path: Path | str) -> Project:
    """The project file at `path`, made when it is not there; raises ProjectError."""
    from studio.project import Project

    return Project.open(Path(path), create=True)


def load_model(name: str, device: str = "cpu") -> Any:
    """A model of the shelf, in memory: see `studio.generators.capabilities` for what it can do. Imports torch."""
    from studio.shelf import Shelf, load

    return load(Shelf().card(name), device)


def generate(model: str, count: int = 1, seed: int = 0, **settings: Any) -> list[Media]:
    """`count` pictures or scores by `model`, as the Generate button draws them; raises EngineError, GeneratorError or ShelfError."""
    from studio.commands.making import perform
    from studio.engine import Request, Session

    with Session() as session:
        items = perform(session, Request(model, "generate", settings, seed, tuple(range(count))))
    return [item.media for item in items]
