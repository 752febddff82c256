"""What a container is: a header that is read without torch, and tensors one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from studio.generators import Found

TensorOf = Callable[[str], Any]


@dataclass(frozen=True)
class About:
    """What a container says of where it comes from; each may be empty."""

    title: str = ""
    credit: str = ""
    licence: str = ""


class Container(Protocol):
    """`files` are those that belong to it: the name in a model's folder (with slashes) → where it lies. `what` says what it is."""

    @property
    def files(self) -> Mapping[str, Path]: ...

    @property
    def found(self) -> Found: ...

    @property
    def about(self) -> About: ...

    @property
    def what(self) -> str: ...

    def tensors(self) -> AbstractContextManager[TensorOf]:
        """Name → tensor (or array), while it is open. Raises ShelfError for a name that is not there, or a damaged file."""
        ...


class ContainerKind(Protocol):
    """One form: `noun` is what a person calls it. Called with a path, it reads the header; raises ShelfError."""

    noun: str

    def __call__(self, path: Path) -> Container: ...

    @staticmethod
    def sniff(path: Path) -> bool: ...
