"""Ask a model with a likelihood what it makes of a hero, of the hero upside down, and of the hero's pixels shuffled.

python examples/which_is_likelier.py
"""

import numpy as np

import studio


def main() -> None:
    (hero,) = studio.generate("heroes-vae", count=1, seed=3)
    pixels = hero.pixels
    shuffled = np.random.default_rng(0).permutation(pixels.reshape(-1, 4)).reshape(pixels.shape)
    model = studio.load_model("heroes-pixelcnn")
    bits = model.bits_per_pixel(np.stack([pixels, pixels[::-1], shuffled]))
    for name, value in zip(("as drawn", "upside down", "shuffled"), bits, strict=True):
        print(f"{name:12} {value:.2f} bits a pixel")


if __name__ == "__main__":
    main()
