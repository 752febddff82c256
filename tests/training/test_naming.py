"""Directions are named after what changes along them."""

import types

import numpy as np

from studio.generators.capabilities import Directions
from studio.media import Latent, Picture
from studio.training.naming import direction_names, looks


class Painter:
    """Draws a square whose redness, side and place are the first three numbers of a point; the fourth does nothing."""

    def directions(self) -> Directions:
        axes = np.eye(4, dtype=np.float32)
        return Directions("z", ("1", "2", "3", "4"), axes, np.ones(4, np.float32), np.zeros(4, np.float32))

    def sample(self, seed: int, index: int) -> Latent:
        return Latent.of("z", np.random.default_rng([seed, index]).normal(size=4) * 0.5)

    def decode(self, latents: list[Latent]) -> list[Picture]:
        made = []
        for red, side, place, _ in (latent.values for latent in latents):
            pixels = np.zeros((32, 32, 4), np.uint8)
            half, middle = int(5 + side), int(16 + 3 * place)
            pixels[16 - half : 16 + half, middle - half : middle + half] = (
                min(255, int(128 + 30 * red)),
                128,
                max(0, int(128 - 30 * red)),
                255,
            )
            made.append(Picture(pixels))
        return made


def judge(*names: str) -> types.SimpleNamespace:
    """Reads each attribute as whether the picture is rather red, and whether it is rather large."""

    def read(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen = looks(features)
        both = np.stack([seen[:, 1] > 0, seen[:, 4] > 0.1], axis=1)
        return both[:, : len(names)], both

    return types.SimpleNamespace(config=types.SimpleNamespace(names=names), features=lambda pictures: pictures, read=read)


def test_a_judge_of_several_attributes_names_directions_by_what_it_reads() -> None:
    names = direction_names(Painter(), judge("cloak_colour", "belt"))
    assert names[:2] == ("Cloak colour", "Belt")


def test_where_the_judge_reads_one_attribute_what_is_seen_gives_the_names() -> None:
    assert direction_names(Painter(), judge("kind")) == ("Warmth", "Fullness", "Lean", "Shape")


def test_an_empty_picture_has_looks_too() -> None:
    assert np.isfinite(looks(np.zeros((2, 8, 8, 4), np.uint8))).all()
