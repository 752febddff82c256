"""Walk from one hero to another through the latent space of a model, and write the way as a GIF.

python examples/walk_a_latent_space.py walk.gif
"""

import sys
from pathlib import Path

import studio
from studio.media.picture.gif import encode_gif

STEPS, MILLISECONDS = 16, 120


def main(path: Path) -> None:
    model = studio.load_model("heroes-vae")
    here, there = model.sample(seed=1), model.sample(seed=4)
    print(f"{model.distance(here, there):.2f} standard deviations a dimension apart")
    points = [model.mix(here, there, step / (STEPS - 1)) for step in range(STEPS)]
    pictures = [picture.scaled(8) for picture in model.decode(points)]
    path.write_bytes(encode_gif(pictures, MILLISECONDS))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "walk.gif"))
