"""Named arrays with one note, as safetensors: what points and journeys are stored as."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import safetensors
import safetensors.numpy

from studio.media.errors import MediaError

BYTES_LIMIT = 64 * 2**20


def save_arrays(arrays: Mapping[str, np.ndarray], notes: Mapping[str, str] | None = None) -> bytes:
    """The arrays as safetensors, with notes. Every array of Atelier's is written by this: safetensors' own writer takes the bytes of an

    array as they lie in memory, and so scrambles one that lies there column by column, as those of linear algebra do.
    """
    return safetensors.numpy.save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, dict(notes) if notes else None)


def packed(arrays: Mapping[str, np.ndarray], key: str, note: str) -> bytes:
    """The arrays, and a note under `key`."""
    return save_arrays(arrays, {key: note})


def unpacked(data: bytes, key: str, what: str) -> tuple[dict[str, np.ndarray], str]:
    """What `packed` put in; raises MediaError, which calls it `what`, for other bytes."""
    if len(data) > BYTES_LIMIT:
        raise MediaError(f"A {what} of {len(data) // 2**20} MB is larger than the {BYTES_LIMIT // 2**20} MB that one may have.")
    try:
        arrays = safetensors.numpy.load(data)
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
        raise MediaError(f"This is not a {what}: {error}.") from error
    length = int.from_bytes(data[:8], "little")
    note = json.loads(data[8 : 8 + length]).get("__metadata__", {}).get(key)
    if not isinstance(note, str) or not note:
        raise MediaError(f"This is not a {what}: it does not name its space.")
    return arrays, note
