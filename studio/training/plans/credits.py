"""Who the training data is by, and under which licence: what a card must say."""

from typing import TypedDict


class Credit(TypedDict):
    credit: str
    licence: str


TILES: Credit = {"credit": "Trained on composites of Dungeon Crawl Stone Soup tiles (CC0)", "licence": "CC0-1.0"}
FACES: Credit = {
    "credit": ("Trained on drawings in the style Toon Head by Johan Melin, CC BY 4.0, via DiceBear; changed by rendering at 64 pixels"),
    "licence": "CC-BY-4.0",
}
PEEPS: Credit = {"credit": "Trained on drawings in the style Open Peeps by Pablo Stanley (CC0), via DiceBear", "licence": "CC0-1.0"}
SCORES: Credit = {
    "credit": (
        "Trained on OpenScore Lieder and String Quartets (CC0, transcribed by volunteers of the MuseScore community) and on public-domain "
        "works from the music21 corpus (Cuthbert and others), whose encodings are redistributed there without a licence for each"
    ),
    "licence": "CC0-1.0 and public domain",
}
BAND: Credit = {
    "credit": (
        f"{SCORES['credit']}. Accompaniments played by MMA (GPL-2.0-or-later grooves by B. van der Poel, P. Falk, R. Steelandt, "
        "A. Archambault); tunes from O'Neill 1903, Ryan 1883 and the Nottingham Music Database (GPL-3.0 encoding), public domain; the rest "
        "made for the set, CC0"
    ),
    "licence": "CC0-1.0 and public domain; grooves GPL-2.0-or-later, the Nottingham encoding GPL-3.0",
}
