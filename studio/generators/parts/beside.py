"""What ships beside the weights of every model that draws pixels: the set's palette, and how often attributes occur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.generators.capabilities import Batch
from studio.generators.parts.attributes import count_shares
from studio.generators.parts.palette import Palette


def beside(palette: Palette, data: Batch, attributes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """File stem → (arrays, notes): `palette`, and `attributes` where the model has conditions."""
    found: dict[str, Any] = {"palette": ({"colours": palette.colours}, {})}
    return found | ({"attributes": ({"shares": count_shares(data.attributes, attributes)}, {})} if attributes else {})
