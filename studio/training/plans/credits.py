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
ICONS: Credit = {
    "credit": (
        "Trained on icons, changed by rendering at 64 pixels: Game Icons by Lorc, Delapouite and the contributors of "
        "game-icons.net (CC BY 3.0); Emoji One (Monotone) by Emoji One; Solar by 480 Design; Streamline, Plump free icons, Flex "
        "free icons, Ultimate free icons, Pixel free icons, Guidance by Streamline; Font Awesome Solid, Font Awesome Regular, "
        "Font Awesome 6 Solid, Font Awesome 6 Regular, Font Awesome 5 Solid, Font Awesome 5 Regular by Dave Gandy; IconaMoon by "
        "Dariush Habibpour; Basil by Craftwork; coolicons by Kryston Schwarze; CoreUI Free by creativeLabs Łukasz Holeczek; "
        "Codicons by Microsoft Corporation; Font-GIS by Jean-Marc Viglino; Lets Icons by Leonid Tsvetkov; Pepicons Pencil, "
        "Pepicons Pop!, Pepicons Print by CyCraft; Pixel Icon by HackerNoon; all CC BY 4.0 unless said otherwise; and 95 sets "
        "under MIT, Apache-2.0, ISC, BSD, OFL-1.1 and CC0 (listed in icons64.json)"
    ),
    "licence": "CC-BY-4.0",
}
BAND: Credit = {
    "credit": (
        f"{SCORES['credit']}. Accompaniments played by MMA (GPL-2.0-or-later grooves by B. van der Poel, P. Falk, R. Steelandt, "
        "A. Archambault); tunes from O'Neill 1903, Ryan 1883 and the Nottingham Music Database (GPL-3.0 encoding), public domain; the rest "
        "made for the set, CC0"
    ),
    "licence": "CC0-1.0 and public domain; grooves GPL-2.0-or-later, the Nottingham encoding GPL-3.0",
}
