"""Steps from every older format to today's."""

import pytest

from studio.documents.codec import Format
from studio.media import MediaError


@pytest.mark.parametrize("number", ["2", None, 0, -1, True, 1.0])
def test_a_format_that_is_no_number_is_damage(number: object) -> None:
    with pytest.raises(MediaError, match="damaged"):
        Format("board").current({"format": number})


def test_each_step_of_a_format_is_taken_once_and_in_order() -> None:
    made = Format("board", (lambda header: {**header, "a": 1}, lambda header: {**header, "b": header.get("a", 0) + 1}))
    assert made.current({})["b"] == 2
    assert made.current({"format": 2, "a": 5})["b"] == 6
    assert "b" not in made.current({"format": 3})
