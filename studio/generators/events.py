"""What an action yields while it works. The engine passes these on; nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass

from studio.media import Latent, Picture, PictureSelection

Media = Picture | Latent | PictureSelection


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of work; `label` says what is being done, in a word or two."""

    done: float
    total: float
    label: str = ""


@dataclass(frozen=True)
class Preview:
    """Item `index` as it stands now: shown, never stored."""

    index: int
    media: Media


@dataclass(frozen=True)
class Result:
    """Item `index`, finished. `latent` is the point it was decoded from, where there is one."""

    index: int
    media: Media
    latent: Latent | None = None
    partial: bool = False


Event = Progress | Preview | Result
