"""GGUF files, llama.cpp's container: a header read with limits, tensors dequantised one at a time.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Quantised blocks are undone by the `gguf` package.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from studio.generators import Found
from studio.shelf.card import ShelfError
from studio.shelf.containers.container import About, TensorOf

MAGIC, VERSIONS = b"GGUF", (2, 3)
KEYS_LIMIT, TENSORS_LIMIT, DIMENSIONS_LIMIT = 4096, 2**16, 4
STRING_LIMIT, ITEMS_LIMIT = 2**20, 2**22
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
ALIGNMENT = 32


@dataclass(frozen=True)
class GgufTensor:
    """`shape` as numpy has it, the fastest number last; `start` is where its bytes begin in the file, `size` how many they are."""

    name: str
    shape: tuple[int, ...]
    kind: int
    start: int
    size: int


class GgufFile:
    """`metadata` and `tensors` of a file; raises ShelfError for one that is damaged, hostile or of a kind that nobody can undo."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise ShelfError(f"{path.name} cannot be read: {error}.") from error
        reader = _Header(self._bytes, path.name)
        self.metadata: Mapping[str, Any] = reader.metadata
        self.tensors: Mapping[str, GgufTensor] = {each.name: each for each in reader.tensors}

    @property
    def sizes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor, as numpy has it."""
        return {name: each.shape for name, each in self.tensors.items()}

    def tensor(self, name: str) -> np.ndarray:
        """A tensor as float32; raises ShelfError where it is not there."""
        from gguf.constants import GGMLQuantizationType
        from gguf.quants import dequantize

        if name not in self.tensors:
            raise ShelfError(f"{self.path.name} has no tensor “{name[:60]}”: it is not the kind of model that it claims to be.")
        found = self.tensors[name]
        raw = np.frombuffer(self._bytes, np.uint8, found.size, found.start)
        try:
            with np.errstate(all="ignore"):  # a damaged file's scales may be anything
                flat = dequantize(raw, GGMLQuantizationType(found.kind))
        except NotImplementedError as error:
            raise ShelfError(f"{self.path.name} is quantised in a way that Atelier cannot undo yet ({found.kind}).") from error
        return np.array(flat, np.float32).reshape(found.shape)  # a copy: the file can be closed

    def close(self) -> None:
        with contextlib.suppress(BufferError):  # an error's frames may still look at it; then it goes with them
            self._bytes.close()


class _Header:
    """Reads from the beginning on, and never past the end."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self._data, self._name, self._at = data, name, 0
        if self._take(4) != MAGIC:
            raise ShelfError(f"{name} is no GGUF file.")
        version = self._number("I")
        if version not in VERSIONS:
            raise ShelfError(f"{name} is GGUF of version {version}; Atelier reads {' and '.join(map(str, VERSIONS))}.")
        tensors, keys = self._count(TENSORS_LIMIT, "tensors"), self._count(KEYS_LIMIT, "keys")
        self.metadata: dict[str, Any] = {}
        for _ in range(keys):
            key = self._string()
            self.metadata[key] = self._value(self._number("I"))
        rows = [self._tensor() for _ in range(tensors)]
        self.tensors = self._placed(rows)

    def _damaged(self, why: str) -> ShelfError:
        return ShelfError(f"{self._name} is damaged: {why}.")

    def _take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        if len(found) < count:
            raise self._damaged("it ends in the middle of its header")
        self._at += count
        return found

    def _number(self, kind: str) -> Any:
        (value,) = struct.unpack(f"<{kind}", self._take(struct.calcsize(f"<{kind}")))
        return value

    def _count(self, limit: int, what: str) -> int:
        count = int(self._number("Q"))
        if count > limit:
            raise self._damaged(f"its header claims {count} {what}")
        return count

    def _string(self) -> str:
        return self._take(self._count(STRING_LIMIT, "letters in one word")).decode("utf-8", "replace")

    def _value(self, kind: int) -> Any:
        if kind in NUMBERS:
            return self._number(NUMBERS[kind])
        if kind == STRING:
            return self._string()
        if kind != ARRAY:
            raise self._damaged(f"its header holds a value of kind {kind}")
        inner, count = self._number("I"), self._count(ITEMS_LIMIT, "items in one list")
        if inner in NUMBERS:
            form = np.dtype(f"<{NUMBERS[inner]}")
            return np.frombuffer(self._take(count * form.itemsize), form).tolist()
        if inner != STRING:
            raise self._damaged("its header holds a list of lists")
        return [self._string() for _ in range(count)]

    def _tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name, dimensions = self._string(), int(self._number("I"))
        if not 1 <= dimensions <= DIMENSIONS_LIMIT:
            raise self._damaged(f"its tensor “{name[:40]}” has {dimensions} dimensions")
        shape = tuple(int(self._number("Q")) for _ in range(dimensions))
        return name, shape[::-1], int(self._number("I")), int(self._number("Q"))

    def _placed(self, rows: list[tuple[str, tuple[int, ...], int, int]]) -> list[GgufTensor]:
        from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

        alignment = self.metadata.get("general.alignment", ALIGNMENT)
        if not isinstance(alignment, int) or not 1 <= alignment <= 2**16:
            raise self._damaged("its tensors are aligned nowhere")
        base = -(-self._at // alignment) * alignment
        found = []
        for name, shape, kind, offset in rows:
            try:
                block, size = GGML_QUANT_SIZES[GGMLQuantizationType(kind)]
            except (ValueError, KeyError) as error:
                raise self._damaged(f"its tensor “{name[:40]}” is of a kind ({kind}) that is not known") from error
            count = 1
            for each in shape:
                count *= each
            bytes_ = count // block * size
            if count % block or base + offset + bytes_ > len(self._data):
                raise self._damaged(f"its tensor “{name[:40]}” reaches past the end of the file")
            found.append(GgufTensor(name, shape, kind, base + offset, bytes_))
        return found


class GgufContainer:
    """A GGUF file as a container: its tensors come as float32."""

    noun: ClassVar[str] = "a GGUF file"

    def __init__(self, path: Path) -> None:
        self._path = path
        with contextlib.closing(GgufFile(path)) as file:
            self.found = Found(file.sizes, file.metadata)
        told = {key: str(self.found.metadata.get(f"general.{key}", ""))[:200] for key in ("name", "organization", "license")}
        by = f" by {told['organization']}" if told["organization"] else ""
        self.files: Mapping[str, Path] = {path.name: path}
        self.about = About(told["name"] or path.stem, f"{told['name'] or path.name}{by}", told["license"])
        self.what = "a GGUF file"

    @staticmethod
    def sniff(path: Path) -> bool:
        return path.suffix.lower() == ".gguf" and path.is_file()

    @contextlib.contextmanager
    def tensors(self) -> Iterator[TensorOf]:
        with contextlib.closing(GgufFile(self._path)) as file:
            yield file.tensor
