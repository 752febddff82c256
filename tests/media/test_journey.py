"""Journeys survive being stored, and lead where they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import Journey, Latent, MediaError, medium_of


def point(value: float, space: str = "z", size: int = 3) -> Latent:
    return Latent(space, {space: np.full(size, value), "noise": np.full(2, -value)})


@given(st.lists(st.floats(0.5, 50), min_size=1, max_size=8))
def test_bytes_give_back_the_same_journey(steps: list[float]) -> None:
    beats = [0.0, *np.cumsum(steps).tolist()]
    journey = Journey(tuple((beat, point(number)) for number, beat in enumerate(beats)))
    assert Journey.from_bytes(journey.to_bytes()) == journey
    medium = medium_of(journey)
    assert medium.decode(medium.encode(journey, "", ""), "way")[0] == journey


def test_between_two_stops_it_is_between_two_points() -> None:
    journey = Journey.evenly([point(0), point(1), point(2)], 4)
    assert journey.end == 8
    assert journey.at(0) == (point(0), point(1), 0)
    assert journey.at(3) == (point(0), point(1), 0.75)
    assert journey.at(4) == (point(1), point(2), 0)
    assert journey.at(8) == journey.at(99) == (point(1), point(2), 1)


@pytest.mark.parametrize("stops", [
    (), ((0, point(1)),), ((1, point(0)), (2, point(1))), ((0, point(0)), (0, point(1))), ((0, point(0)), (float("nan"), point(1))),
    ((0, point(0)), (1, point(0, "w"))), ((0, point(0)), (1, point(0, size=4))),
])  # fmt: skip
def test_what_leads_nowhere_is_refused(stops) -> None:
    with pytest.raises(MediaError):
        Journey(stops)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_a_sentence(data: bytes) -> None:
    with pytest.raises(MediaError):
        Journey.from_bytes(data)


def test_a_latent_is_no_journey() -> None:
    with pytest.raises(MediaError, match="not a journey"):
        Journey.from_bytes(point(1).to_bytes())
