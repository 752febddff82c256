"""A torch checkpoint (.pt, .pth, .ckpt): a zip of a pickle and the tensors' bytes. It is read without running what the pickle wants run.

The pickle may name the few things that tensors are made of; a name beside these is refused. The header is read without torch, the
tensors by `torch.load` with `weights_only`, mapped from the disk. The format: torch/serialization.py.
"""

from __future__ import annotations

import contextlib
import io
import math
import pickle
import struct
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from studio.generators import Found
from studio.shelf.card import ShelfError
from studio.shelf.containers.container import About, TensorOf

ENDINGS = (".pt", ".pth", ".ckpt")
PICKLE_LIMIT = 16 * 2**20
FILE_LIMIT = 16 * 2**30
VALUES_LIMIT, DEPTH_LIMIT = 2**18, 12  # of what one pickle may hold, however it is folded into itself
ITEM_BYTES = {
    "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2, "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2,
    "CharStorage": 1, "ByteStorage": 1, "BoolStorage": 1,
}  # fmt: skip
DTYPES = ("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool")


class TorchZip:
    """Tensors by their place in what was saved, joined with dots; what stands beside them, as plain values, is the metadata."""

    noun: ClassVar[str] = "a torch checkpoint (.pt, .pth, .ckpt)"

    def __init__(self, path: Path) -> None:
        self._path = path
        tensors, values = _told(path)
        self.found = Found({name: each.shape for name, each in tensors.items()}, values)
        self.files: Mapping[str, Path] = {path.name: path}
        self.about = About(path.stem, path.name)
        self.what = "a torch checkpoint"

    @staticmethod
    def sniff(path: Path) -> bool:
        return path.suffix.lower() in ENDINGS and path.is_file()

    @contextlib.contextmanager
    def tensors(self) -> Iterator[TensorOf]:
        import torch

        try:
            saved = torch.load(self._path, map_location="cpu", weights_only=True, mmap=True)
        except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, KeyError, AttributeError, TypeError) as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise ShelfError(f"{self._path.name} cannot be read as weights alone: {reason}.") from error
        found, _ = _unfolded(saved, torch.Tensor, self._path.name)

        def tensor(name: str) -> Any:
            if name not in found:
                raise ShelfError(f"There is no tensor “{name[:60]}” in {self._path.name}.")
            return found[name].detach()

        yield tensor


@dataclass(frozen=True)
class _Storage:
    """A run of numbers in the zip: which entry, how many."""

    key: str
    count: int


@dataclass(frozen=True)
class _Sized:
    """A tensor as the header tells of it."""

    shape: tuple[int, ...]


class _Named(str):
    """A thing of torch's that is named in the pickle and never needed here."""


def _told(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors (as `_Sized`) and plain values of a checkpoint; raises ShelfError."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise ShelfError(f"{path.name} is larger than {FILE_LIMIT // 2**30} GB.")
        if not zipfile.is_zipfile(path):
            raise ShelfError(
                f"{path.name} is no zip, as torch has written its files since 2020. Older ones run code when they are opened, and are not "
                "read: save it anew with torch.save, or as safetensors."
            )
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path.name)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, ShelfError):
            raise
        raise ShelfError(f"{path.name} is damaged: {str(error)[:120] or type(error).__name__}.") from error


def _read(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    entries = {each.filename: each for each in archive.infolist()}
    told = next((each for each in entries if each.endswith("/data.pkl")), "")
    if not told:
        raise ShelfError(f"{name} is a zip, but no checkpoint of torch's: it holds no data.pkl. (A TorchScript program is not read.)")
    if entries[told].file_size > PICKLE_LIMIT:
        raise ShelfError(f"{name} is damaged: its header claims {entries[told].file_size} bytes.")
    if f"{told[:-8]}constants.pkl" in entries:
        raise ShelfError(f"{name} is a TorchScript program, which runs code. Ask for its weights alone (a state_dict).")
    sizes = {}
    for key, entry in entries.items():
        if key.startswith(f"{told[:-8]}data/"):
            if entry.compress_type != zipfile.ZIP_STORED:
                raise ShelfError(f"{name} is damaged: its tensors are compressed, which torch never does.")
            sizes[key.rsplit("/", 1)[-1]] = entry.file_size
    reader = _Unpickler(archive.read(told), sizes, name)
    try:
        saved = reader.load()
    except ShelfError:
        raise
    except Exception as error:  # whatever a damaged pickle does to its reader
        raise ShelfError(f"{name} is damaged: its header cannot be read ({type(error).__name__}).") from error
    return _unfolded(saved, _Sized, name)


class _Unpickler(pickle.Unpickler):
    """Reads what a checkpoint is made of, with stand-ins for everything of torch's; nothing else can be named."""

    def __init__(self, data: bytes, sizes: Mapping[str, int], name: str) -> None:
        super().__init__(io.BytesIO(data))
        self._sizes, self._name = sizes, name

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self._tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _parameter
        if (module, name) == ("torch", "Size"):
            return tuple
        if module == "torch" and (name in ITEM_BYTES or name in DTYPES):
            return _Named(name)
        if (module, name) == ("torch.storage", "UntypedStorage"):
            return _Named("ByteStorage")
        raise ShelfError(
            f"{self._name} asks for {module[:40]}.{name[:40]} when it is opened. What wants more than tensors and plain values may run "
            "code, and is refused: ask whoever made it for a safetensors file, or for its state_dict alone."
        )

    def persistent_load(self, pid: Any) -> Any:
        kind, storage, key, _, count = pid
        if kind != "storage" or not isinstance(storage, _Named) or not isinstance(count, int) or count < 0:
            raise ShelfError(f"{self._name} is damaged: it names a storage that is none.")
        if count * ITEM_BYTES[storage] != self._sizes.get(str(key), -1):
            raise ShelfError(f"{self._name} is damaged: the bytes of tensor {str(key)[:20]} are missing, or not as many as it says.")
        return _Storage(str(key), count)

    def _tensor(self, storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> _Sized:
        shape, steps = tuple(size), tuple(stride)
        whole = all(isinstance(each, int) and each >= 0 for each in (offset, *shape, *steps)) and len(shape) == len(steps)
        if not isinstance(storage, _Storage) or not whole or len(shape) > DEPTH_LIMIT:
            raise ShelfError(f"{self._name} is damaged: a tensor has a shape that none can have.")
        last = offset + sum((length - 1) * step for length, step in zip(shape, steps, strict=True))
        if math.prod(shape) > storage.count or (math.prod(shape) and last >= storage.count):
            raise ShelfError(f"{self._name} is damaged: a tensor reaches past the end of its bytes.")
        return _Sized(shape)


def _parameter(data: Any, *_: Any) -> Any:
    return data


def _unfolded(saved: Any, kind: type, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors of what was saved, by their places joined with dots, and the plain values in the tables that they stood in."""
    tensors: dict[str, Any] = {}
    seen = 0

    def walk(value: Any, place: str, depth: int) -> Any:
        nonlocal seen
        seen += 1
        if seen > VALUES_LIMIT or depth > DEPTH_LIMIT:
            raise ShelfError(f"{name} holds more than a checkpoint can: it is folded into itself.")
        if isinstance(value, kind):
            tensors[place] = value
            return None
        if isinstance(value, Mapping):
            inside = {str(key): walk(each, f"{place}.{key}" if place else str(key), depth + 1) for key, each in value.items()}
            return {key: each for key, each in inside.items() if each is not None} or None
        if isinstance(value, list | tuple):
            found = [walk(each, f"{place}.{number}" if place else str(number), depth + 1) for number, each in enumerate(value)]
            return [each for each in found if each is not None] or None
        return value if isinstance(value, str | int | float | bool) and not isinstance(value, _Named) else None

    values = walk(saved, "", 0)
    if not tensors:
        raise ShelfError(f"{name} holds no tensors.")
    return tensors, values if isinstance(values, dict) else {}
