"""What every edit of a board answers to: named data that makes a board from a board and knows what takes it back. No Qt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import ClassVar

from studio.documents.canvas.codec import to_bytes
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board
from studio.media import Picture

STEP_COST = 256  # bytes that a step without pictures is counted as
LARGE = 4 * 2**20  # bytes of pixels in one step, which take longer to press together than a hand waits for


@dataclass(frozen=True)
class Edit(ABC):
    """`label` is what the undo menu says, `stored` its name in project files, which never changes.

    Edits raise MediaError where the board has not what they need.
    """

    title: ClassVar[str] = "Edit"
    stored: ClassVar[str]

    @property
    def label(self) -> str:
        return self.title

    @abstractmethod
    def apply(self, board: Board) -> Board:
        """The board after the edit."""

    @abstractmethod
    def inverse(self, board: Board) -> Edit:
        """The edit that leads back to `board`; the document itself brings back which layer was active."""

    def touched(self, board: Board) -> Rect | None:
        """The board pixels that may look different after it, None for anything at all."""
        return None

    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that it keeps alive."""
        return tuple(value for value in (getattr(self, field.name) for field in fields(self)) if isinstance(value, Picture))

    def to_bytes(self, active: str | None = None) -> bytes:
        """The edit, and which layer was active when it was made: choosing one is no edit, and undo brings it back."""
        return to_bytes("edit", self, active)

    @property
    def goes_on(self) -> bool:
        """Whether it belongs to the step before: edits that do are put into one by `Together`."""
        return False

    def back(self, board: Board) -> Edit:
        """As `inverse`, and the layer that was active comes back too."""
        return Back(self.inverse(board), board.active)

    def cost(self, back: Edit) -> int:
        """The bytes that it and the way back keep alive."""
        pictures = {id(picture): picture.pixels.nbytes for part in (self, back) for picture in part.pictures()}
        return STEP_COST + sum(pictures.values())

    def payload(self, back: Edit) -> bytes | Callable[[], bytes]:
        """As it is journaled: with the layer that was active before it. A large one is pressed together by the thread that writes it."""
        active = back.active if isinstance(back, Back) else None
        large = sum(picture.pixels.nbytes for picture in self.pictures()) > LARGE
        return partial(self.to_bytes, active) if large else self.to_bytes(active)


@dataclass(frozen=True)
class Back(Edit):
    """What undo makes: an edit, after which another layer is active. It is never stored."""

    edit: Edit
    active: str | None

    def apply(self, board: Board) -> Board:
        return replace(self.edit.apply(board), active=self.active)

    def inverse(self, board: Board) -> Edit:
        return self.edit.inverse(board)

    def touched(self, board: Board) -> Rect | None:
        return self.edit.touched(board)

    def pictures(self) -> tuple[Picture, ...]:
        return self.edit.pictures()
