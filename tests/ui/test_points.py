"""What the explorer draws of what a model decodes."""

import numpy as np

from studio.media import Picture
from studio.ui.explorer import points
from tests import tiny


def test_pictures_look_as_they_are_and_scores_as_rolls() -> None:
    picture = Picture(np.zeros((8, 8, 4), np.uint8))
    looks = points.looks([picture, tiny.song()])
    assert looks[0] is picture
    assert looks[1].pixels[..., 3].any()
