"""What came with a call, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from studio.generators.capabilities import Call
from studio.generators.errors import GeneratorError
from studio.media import Journey, Latent, Picture, PictureSelection, Score, ScoreSelection, Text, TextSelection

T = TypeVar("T")


def picture_of(call: Call, name: str) -> Picture:
    """The picture called `name`; raises GeneratorError when it is missing or something else."""
    return _of_kind(call, name, Picture, "a picture", "Choose one on the canvas or in the history.")


def selection_of(call: Call, name: str, picture: Picture) -> PictureSelection:
    """The selection called `name`; raises GeneratorError when it is missing, empty, or of another size than its picture."""
    found = call.inputs.get(name)
    if not isinstance(found, PictureSelection) or not found.mask.any():
        raise GeneratorError("Nothing is selected. Select a part of the board first, with the rectangle or the lasso.")
    if found.mask.shape != picture.pixels.shape[:2]:
        height, width = found.mask.shape
        raise GeneratorError(f"The selection is {width}×{height} pixels, its picture {picture.width}×{picture.height}.")
    return found


def score_of(call: Call, name: str) -> Score:
    """The score called `name`; raises GeneratorError when it is missing or something else."""
    return _of_kind(call, name, Score, "a score", "Open one in the piano roll, or choose one in the history.")


def bars_of(call: Call, name: str, score: Score) -> ScoreSelection:
    """The selection of bars called `name`; raises GeneratorError when it is missing or names tracks that `score` has not."""
    found = call.inputs.get(name)
    if not isinstance(found, ScoreSelection):
        raise GeneratorError("No bars are selected. Select some in the piano roll first.")
    if any(track >= len(score.tracks) for track in found.tracks):
        raise GeneratorError(f"The selection names track {max(found.tracks) + 1}; the score has {len(score.tracks)}.")
    return found


def text_of(call: Call, name: str) -> Text:
    """The text called `name`; raises GeneratorError when it is missing or something else."""
    return _of_kind(call, name, Text, "a text", "Open one in the writing pane, or choose one in the history.")


def span_of(call: Call, name: str, text: str) -> TextSelection:
    """The span called `name`; raises GeneratorError when it is missing or reaches past the end of `text`."""
    found = call.inputs.get(name)
    if not isinstance(found, TextSelection):
        raise GeneratorError("Nothing is selected. Select a part of the page first.")
    if found.last > len(text):
        raise GeneratorError(f"The selection ends at character {found.last}; the text has {len(text)}.")
    return found


def journey_of(call: Call, name: str, spaces: Mapping[str, tuple[int, ...]]) -> Journey:
    """The journey called `name`; raises GeneratorError when it is missing, something else, or through other spaces than `spaces`."""
    found = _of_kind(call, name, Journey, "a journey", "Walk through the explorer, and write out the walk.")
    first = found.stops[0][1]
    if first.space not in spaces or first.arrays.get(first.space) is None or first.values.shape != spaces[first.space]:
        raise GeneratorError("This journey goes through the space of another model.")
    return found


def _of_kind(call: Call, name: str, kind: type[T], wanted: str, help: str) -> T:
    found = call.inputs.get(name)
    if not isinstance(found, kind):
        raise GeneratorError(f"This needs {wanted} as “{name}”. {help}")
    return found


def latent_or_none(call: Call, name: str, spaces: Mapping[str, tuple[int, ...]]) -> Latent | None:
    """The point that came as `name`, or as `NAME.latent` beside a picture, when it lies in one of `spaces`."""
    found = call.inputs.get(f"{name}.latent", call.inputs.get(name))
    if not isinstance(found, Latent) or found.space not in spaces:
        return None
    values = found.arrays.get(found.space)
    return found if values is not None and values.shape == spaces[found.space] else None
