"""What a model is given of a document: what it shows now, never what it once came from. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from studio.media import Media


@dataclass(frozen=True)
class Seen:
    """What a document shows now: `media`, and the `asset` that it came from, for the lineage.

    Only while the two are still the same does the asset's latent come along.
    """

    media: Media
    asset: int | None = None
