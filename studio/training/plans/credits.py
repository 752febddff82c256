"""Who the training data is by, and under which licence: what a card must say."""

from typing import NamedTuple


class Credit(NamedTuple):
    credit: str
    licence: str


TILES = Credit("Trained on composites of Dungeon Crawl Stone Soup tiles (CC0)", "CC0-1.0")
FACES = Credit(
    "Trained on drawings in the style Toon Head by Johan Melin, CC BY 4.0, via DiceBear; changed by rendering at 64 pixels", "CC-BY-4.0"
)
PEEPS = Credit("Trained on drawings in the style Open Peeps by Pablo Stanley (CC0), via DiceBear", "CC0-1.0")
