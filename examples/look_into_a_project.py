"""List the works of a project with the model, seed and settings that made each.

python examples/look_into_a_project.py sketches.atelier
"""

import sys
from pathlib import Path

from studio.project import Project, Recipe


def main(path: Path) -> None:
    with Project.open(path, read_only=True) as project:
        for asset in project.assets(limit=20):
            made = ""
            if asset.recipe:
                recipe = Recipe.from_json(asset.recipe)
                made = f"{recipe.model}, seed {recipe.seed}, {dict(recipe.settings)}"
            print(f"{asset.id:4} {asset.medium:8} {asset.title[:40]:40} {made}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
