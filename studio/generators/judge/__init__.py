"""The judge: a small classifier of a picture set's attributes, whose 64 features and readings measure the generators.

It takes the place that Inception has in Heusel et al. 2017 (arXiv:1706.08500), native to 32×32 pixel art.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.generators.description import Action, Family


@dataclass(frozen=True)
class JudgeConfig:
    """One head an attribute, with as many answers as `answers` says; `names` are the attributes'."""

    names: tuple[str, ...]
    answers: tuple[int, ...]
    size: int = 32
    features: int = 64


def _actions(config: Mapping[str, Any]) -> tuple[Action, ...]:
    """A judge offers nothing to press: it measures the other models."""
    return ()


FAMILY = Family(
    name="judge",
    title="Judge",
    paper="Heusel et al. 2017, GANs Trained by a Two Time-Scale Update Rule …, arXiv:1706.08500 (the distance, not the network)",
    actions=_actions,
    module="studio.generators.judge.family",
    explains="Reads attributes off a picture. Its features measure how near a model's pictures are to real ones.",
)
