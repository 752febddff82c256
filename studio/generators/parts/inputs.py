"""What came with a call, checked."""

from __future__ import annotations

from collections.abc import Mapping

from studio.generators.capabilities import Call
from studio.generators.errors import GeneratorError
from studio.media import Latent, Picture


def picture_of(call: Call, name: str) -> Picture:
    """The picture called `name`; raises GeneratorError when it is missing or something else."""
    found = call.inputs.get(name)
    if not isinstance(found, Picture):
        raise GeneratorError(f"This needs a picture as “{name}”. Choose one on the canvas or in the history.")
    return found


def latent_or_none(call: Call, name: str, spaces: Mapping[str, tuple[int, ...]]) -> Latent | None:
    """The point that came as `name`, or as `NAME.latent` beside a picture, when it lies in one of `spaces`."""
    found = call.inputs.get(f"{name}.latent", call.inputs.get(name))
    if not isinstance(found, Latent) or found.space not in spaces:
        return None
    values = found.arrays.get(found.space)
    return found if values is not None and values.shape == spaces[found.space] else None
