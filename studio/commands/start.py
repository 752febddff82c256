"""`make run`: the window where there is a display; where there is none, the studio's main job, to be looked at as files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from studio.commands.making import perform
from studio.engine import Request, Session
from studio.media import Picture
from studio.media.picture import save
from studio.media.picture.sheet import arrange
from studio.places import itself

FOLDER = Path("atelier-demo")
MODEL = "heroes-vae"
COUNT, COLUMNS, SCALE = 16, 4, 8


def main() -> int:
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return subprocess.call(itself())
    return demonstrate(FOLDER)


def demonstrate(folder: Path) -> int:
    """Draw a sheet of heroes and the studio's window into `folder`, and say so."""
    with Session() as session:
        items = perform(session, Request(MODEL, seed=7, indices=tuple(range(COUNT))))
    pictures = [item.media for item in items if isinstance(item.media, Picture)]
    sheet = folder / "heroes.png"
    save(arrange(pictures, COLUMNS).scaled(SCALE), sheet)
    for item, picture in zip(items, pictures, strict=True):
        save(picture, folder / f"hero-{item.index:02}.png", item.recipe.to_json(), item.recipe.parameters_text())
    status = subprocess.call(itself("shot", "canvas", "-o", str(folder / "studio.png")), stdout=subprocess.DEVNULL)
    print(f"{COUNT} heroes by {MODEL}: {sheet}, and each as a PNG that knows how it was made.")
    print(f"The studio's window, drawn without a screen: {folder / 'studio.png'}")
    print("There is no display here. To open the window: set DISPLAY, or run `make run` on a desktop.")
    return status


if __name__ == "__main__":
    sys.exit(main())
