"""Draw docs/pictures/architecture.svg from the code: the rooms in their order, and which imports which.

    python docs/draw_architecture.py

The order is that of the import contract in pyproject.toml, the sentences are those of the rooms themselves, the dots are imports.
"""

import importlib
import tomllib
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
ROW, LEFT, COLUMN, TOP, DOT = 44, 560, 40, 110, 7
LEGEND = "A dot: the room of the row imports the room of the column. None lies left of the diagonal."
INK, QUIET, LINE, ACCENT, GROUND = "#1d1f24", "#5d6470", "#d9dce2", "#b4552d", "#ffffff"


def rooms() -> list[str]:
    """The rooms from the highest down, without the entry."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [layer.split(".")[1] for layer in layers if layer != "studio.__main__"]


def imports() -> set[tuple[str, str]]:
    """(importing room, imported room), of all modules under `studio`."""
    graph = grimp.build_graph("studio")
    pairs = ((module, other) for module in graph.modules for other in graph.find_modules_directly_imported_by(module))
    named = ((module.split(".")[1], other.split(".")[1]) for module, other in pairs if module.count(".") and other.count("."))
    known = set(rooms())
    return {(one, other) for one, other in named if one != other and {one, other} <= known}


def drawn() -> str:
    """The picture as SVG."""
    names, found = rooms(), imports()
    width, height = LEFT + COLUMN * len(names) + 30, TOP + ROW * len(names) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="Inter, sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>',
        f'<text x="20" y="34" font-size="18" font-weight="600" fill="{INK}">The rooms of the code</text>',
        f'<text x="20" y="56" fill="{QUIET}">{LEGEND}</text>',
    ]
    for place, name in enumerate(names):
        middle, across = TOP + ROW * place + ROW / 2, LEFT + COLUMN * place + COLUMN / 2
        said = (importlib.import_module(f"studio.{name}").__doc__ or "").strip().split("\n")[0]
        parts += [
            f'<line x1="20" x2="{width - 20}" y1="{middle + ROW / 2}" y2="{middle + ROW / 2}" stroke="{LINE}"/>',
            f'<text x="20" y="{middle - 2}" font-weight="600" fill="{INK}">{name}</text>',
            f'<text x="20" y="{middle + 14}" font-size="11" fill="{QUIET}">{escape(_short(said))}</text>',
            f'<text transform="translate({across + 4} {TOP - 8}) rotate(-50)" font-size="11" fill="{INK}">{name}</text>',
            f'<rect x="{across - 6}" y="{middle - 6}" width="12" height="12" rx="3" fill="{LINE}"/>',
        ]
        for column, other in enumerate(names):
            if (name, other) in found:
                parts.append(f'<circle cx="{LEFT + COLUMN * column + COLUMN / 2}" cy="{middle}" r="{DOT}" fill="{ACCENT}"/>')
    return "\n".join([*parts, "</svg>", ""])


def _short(said: str, most: int = 92) -> str:
    sentence = said.split(". ")[0].rstrip(".")
    return f"{sentence}." if len(sentence) < most else sentence[: sentence.rfind(" ", 0, most)] + " …"


if __name__ == "__main__":
    PICTURE.write_text(drawn(), "utf-8")
    print(PICTURE)
