"""A sound holds its samples without copying them, grows, and can be taken in part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media import MediaError, Sound, SoundSelection, named
from studio.media.sound.model import envelope


def sound(frames: int = 100, channels: int = 2, rate: int = 8000) -> Sound:
    return Sound(np.linspace(-1, 1, frames * channels, dtype=np.float32).reshape(frames, channels), rate)


def test_floats_are_taken_as_they_are_and_cannot_be_changed() -> None:
    samples = np.zeros((1000, 2), np.float32)
    made = Sound(samples, 8000)
    assert np.shares_memory(made.samples, samples)
    with pytest.raises(ValueError, match="read-only"):
        made.samples[0] = 1
    samples[0] = 1  # whoever made it may go on with it


def test_whole_numbers_and_a_single_channel_become_floats() -> None:
    assert Sound(np.arange(5), 8000).samples.dtype == np.float32
    assert Sound(np.zeros(5), 8000).samples.shape == (5, 1)


def test_more_is_put_behind_and_another_kind_is_refused() -> None:
    append = named("sound").append
    assert append is not None
    longer = append(sound(100), sound(20))
    assert longer.samples.shape == (120, 2) and np.array_equal(longer.samples[100:], sound(20).samples)
    for other in (sound(20, rate=16000), sound(20, channels=1)):
        with pytest.raises(MediaError, match="goes on as such"):
            append(sound(), other)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_selection_comes_back(first: float, second: float) -> None:
    chosen, row = SoundSelection(min(first, second), max(first, second)), named("sound selection")
    assert row.decode(row.encode(chosen, "", ""), "selection") == (chosen, "")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (float("nan"), 1), (0, float("inf"))])
def test_a_selection_that_is_none_is_refused(start: float, end: float) -> None:
    with pytest.raises(MediaError, match="A selection of sound"):
        SoundSelection(start, end)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"seconds": [1]}', b'{"seconds": ["a", 2]}', b'{"seconds": [2, 1]}', b"\xff"])
def test_bytes_that_are_no_selection_are_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        SoundSelection.from_bytes(data)


def test_the_selected_part_is_what_lies_in_it() -> None:
    whole = sound(8000)
    part = SoundSelection(0.25, 0.5).part(whole)
    assert np.array_equal(part.samples, whole.samples[2000:4000]) and part.rate == whole.rate
    assert SoundSelection(0.5, 99).part(whole).samples.shape == (4000, 2)
    with pytest.raises(MediaError, match="Nothing of the sound"):
        SoundSelection(2, 3).part(whole)


def test_the_envelope_holds_the_lowest_and_the_highest() -> None:
    samples = np.zeros(1000, np.float32)
    samples[100], samples[905] = 0.5, -0.75
    found = envelope(Sound(samples, 8000), 10)
    assert found[1].tolist() == [0, 0.5] and found[9].tolist() == [-0.75, 0]
    assert envelope(Sound(samples, 8000), 5, 900, 910)[2].tolist() == [-0.75, 0]
    assert not envelope(Sound(np.zeros(0, np.float32), 8000), 4).any()
