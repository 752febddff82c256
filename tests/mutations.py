"""Files as a bad disk, a cut connection or an ill-meaning stranger leaves them: the fuzzers' inputs, the same for the same seed."""

from __future__ import annotations

import io
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

QUICK, MANY = 12, 2000
SECONDS = 5
EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)

runs = pytest.mark.parametrize("count", [QUICK, pytest.param(MANY, marks=pytest.mark.slow)])
"""A handful in the quick suite, two thousand in the whole one."""


def mutated(data: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """`count` damaged forms of a file."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        made = bytearray(data)
        for _ in range(int(chance.integers(1, 4))):
            made = _CHANGES[int(chance.integers(len(_CHANGES)))](made, chance)
        yield bytes(made)


def mutated_archive(data: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """The same for a ZIP: its bytes damaged, or a file in it, in an archive that is whole."""
    chance = np.random.default_rng(seed)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name, content in members.items() if content]
    for number in range(count):
        if number % 3 == 0:
            yield from mutated(data, 1, seed + number)
            continue
        hurt = names[int(chance.integers(len(names)))]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, next(mutated(content, 1, seed + number)) if name == hurt else content)
        yield buffer.getvalue()


@contextmanager
def in_time() -> Iterator[None]:
    """Fails where reading takes longer than anybody waits for a damaged file."""

    def late(*_: Any) -> None:
        pytest.fail(f"a damaged file was read for more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def survives(read: Callable[[bytes], Any], inputs: Iterator[bytes], error: type[Exception]) -> int:
    """Give `read` every input; only `error` may come of it, with a sentence. How many were read all the same."""
    fine = 0
    for number, data in enumerate(inputs):
        try:
            with in_time():
                read(data)
            fine += 1
        except error as said:
            assert str(said).strip(), number
        except (Exception, pytest.fail.Exception) as wrong:
            raise AssertionError(f"input {number}: {type(wrong).__name__}: {wrong}") from wrong
    return fine


Bytes = bytearray


def _flip(data: Bytes, chance: np.random.Generator) -> Bytes:
    for _ in range(int(chance.integers(1, 9))):
        if data:
            data[int(chance.integers(len(data)))] ^= 1 << int(chance.integers(8))
    return data


def _cut(data: Bytes, chance: np.random.Generator) -> Bytes:
    return data[: int(chance.integers(len(data) + 1))]


def _length(data: Bytes, chance: np.random.Generator) -> Bytes:
    """A number somewhere, as lengths and counts are, replaced by an extreme one."""
    size, order = int(chance.choice([1, 2, 4, 8])), "little" if chance.random() < 0.5 else "big"
    if len(data) > size:
        at = int(chance.integers(len(data) - size) if chance.random() < 0.5 else chance.integers(min(64, len(data) - size)))
        value = EXTREMES[int(chance.integers(len(EXTREMES)))] & (2 ** (8 * size) - 1)
        data[at : at + size] = value.to_bytes(size, order)  # type: ignore[arg-type]
    return data


def _drop(data: Bytes, chance: np.random.Generator) -> Bytes:
    at, size = int(chance.integers(len(data) + 1)), int(chance.integers(1, 40))
    del data[at : at + size]
    return data


def _repeat(data: Bytes, chance: np.random.Generator) -> Bytes:
    at, size = int(chance.integers(len(data) + 1)), int(chance.integers(1, 60))
    return data[: at + size] + data[at : at + size] * int(chance.integers(1, 40)) + data[at + size :]


def _noise(data: Bytes, chance: np.random.Generator) -> Bytes:
    at = int(chance.integers(len(data) + 1))
    return data[:at] + chance.integers(0, 256, int(chance.integers(1, 30)), dtype=np.uint8).tobytes() + data[at:]


_CHANGES = (_flip, _flip, _cut, _length, _length, _drop, _repeat, _noise)
