"""Containers: the forms in which people keep weights. What the keys in them mean, a family says."""

from __future__ import annotations

from pathlib import Path

from studio.shelf.card import ShelfError
from studio.shelf.containers.container import Container, ContainerKind
from studio.shelf.containers.diffusers import DiffusersFolder
from studio.shelf.containers.gguf import GgufContainer
from studio.shelf.containers.hugging_face import HuggingFaceFolder
from studio.shelf.containers.safetensors import SafetensorsFile
from studio.shelf.containers.torch_zip import TorchZip

CONTAINERS: tuple[ContainerKind, ...] = (DiffusersFolder, HuggingFaceFolder, GgufContainer, SafetensorsFile, TorchZip)

__all__ = ["CONTAINERS", "Container", "is_container", "open_container"]


def is_container(path: Path) -> bool:
    """Whether it looks like one, from outside: cheap, for what hovers over a window."""
    return any(kind.sniff(path) for kind in CONTAINERS)


def open_container(path: Path) -> Container:
    """The container at `path`, its header read; raises ShelfError for one that is damaged, hostile or none at all."""
    for kind in CONTAINERS:
        if kind.sniff(path):
            return kind(path)
    names = ", ".join(kind.noun for kind in CONTAINERS)
    raise ShelfError(f"“{path.name}” is nothing that holds a model. Atelier knows: {names}.")
