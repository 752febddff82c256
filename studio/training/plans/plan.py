"""What a plan says. Everything in it ends up on the model's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.training.augmentation import PLAIN, Augment


@dataclass(frozen=True)
class Plan:
    """`config` may depend on the set (the judge's heads do); `minutes` are those of two cores at full speed.

    `data` is a set's name, or several with + between.
    `watches` names a loss whose rank correlation with the distance of what is drawn meanwhile goes on the card.
    `objection` is what the eyes hold against showing a model, whatever its figures: it stays a study, and its card says why.
    `augmentation` is what the set's medium understands: of pictures, of scores.
    """

    name: str
    title: str
    family: str
    data: str
    minutes: float
    batch_size: int
    makes: str
    credit: str
    licence: str
    config: Callable[[Any], Mapping[str, Any]]
    judge: str = ""
    watches: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
    objection: str = ""
    augmentation: Augment = PLAIN
