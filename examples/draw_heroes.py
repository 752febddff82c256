"""Draw four heroes with bows; each PNG holds the recipe that draws it again (`atelier recipe FILE --again`).

python examples/draw_heroes.py heroes
"""

import sys
from pathlib import Path

from studio.commands.making import perform
from studio.engine import Request, Session
from studio.media import medium_of


def main(folder: Path) -> None:
    with Session() as session:
        results = perform(session, Request("heroes-vae", "generate", {"hand1": "bow"}, seed=7, indices=(0, 1, 2, 3)))
    for result in results:
        path = folder / f"hero-{result.index}.png"
        medium_of(result.media).save(result.media, path, result.recipe.to_json())
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "heroes"))
