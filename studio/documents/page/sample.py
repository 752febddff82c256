"""The page that the sample project opens with: a beginning, and a small poem."""

from __future__ import annotations

SAMPLE_PAGE = (
    "# The lamplighter\n\n"
    "He came at *dusk*, with the long pole over his shoulder, and one after another the windows of the street remembered that they "
    "were made of glass. Nobody had asked him his name in eleven years. He was the man who came before the dark did, and that was "
    "name enough.\n\n"
    "On the last evening of October the pole was heavier than it had been. He set it down against the wall of the bakery and counted, "
    "as he always counted, the lamps that were still asleep.\n\n"
    "> Seven behind me, burning.\n> Five before me, blind.\n> And one that I have never lit\n> and never hope to find.\n\n"
    "The thirteenth lamp stood"
)
