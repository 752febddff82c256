"""A recipe: all that is needed to make a work again, as a canonical JSON text. It holds no clock."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.project.errors import ProjectError

FORMAT = 1
RECIPE_BYTES = 256 * 1024
LARGEST_INTEGER = 2**64 - 1  # the largest seed that any generator of random numbers takes
Setting = int | float | bool | str


@dataclass(frozen=True)
class Recipe:
    """How item `index` of a job was made.

    `inputs` names each input's sha256; `settings` are the action's, resolved; `threads` counts torch's CPU threads;
    `edited` says that the work was changed by hand afterwards.
    """

    model: str
    weights_sha256: str
    action: str
    settings: dict[str, Setting]
    seed: int
    index: int
    inputs: dict[str, str]
    device: str
    dtype: str
    threads: int
    atelier: str
    torch: str
    edited: bool = False

    def to_json(self) -> str:
        """The canonical text: the same recipe gives the same bytes. Raises ProjectError for values that no recipe may hold."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        for name, rule in _RULES.items():
            rule(name, values[name])
        text = json.dumps({"format": FORMAT, **values}, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        _within_cap(text)
        return text

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read a recipe that may come from anywhere; raises ProjectError with the reason for anything but a whole, sound one."""
        _within_cap(text)
        values = _parse(text)
        form = values.pop("format", None)
        if type(form) is not int or form < 1:
            raise _refused("it does not say which format it has")
        if form > FORMAT:
            known = f"its format is {form}, this one knows {FORMAT}"
            raise ProjectError(f"The recipe was written by a newer Atelier ({known}). Update Atelier to read it.")
        values.setdefault("edited", False)
        for name in values:
            if name not in _RULES:
                raise _refused(f"it has an unknown field, {name[:40]!r}")
        for name, rule in _RULES.items():
            if name not in values:
                raise _refused(f"the field {name!r} is missing")
            rule(name, values[name])
        return cls(**values)

    def parameters_text(self) -> str:
        """The "parameters" text that other studios read: one line of what was asked, one of `Name: value` pairs."""
        pairs: dict[str, Any] = {"Seed": self.seed, "Model": self.model, "Model hash": self.weights_sha256[:10]}
        if self.index:
            pairs["Index"] = self.index
        pairs.update(sorted(self.settings.items()))
        pairs["Version"] = f"Atelier {self.atelier}"
        return f"{self.model} {self.action}\n" + ", ".join(f"{name}: {_plain(value)}" for name, value in pairs.items())

    def differences(self, other: Recipe) -> list[str]:
        """The names of the fields that differ, in the order of the class."""
        names = [field.name for field in dataclasses.fields(self)]
        return [name for name in names if _typed(getattr(self, name)) != _typed(getattr(other, name))]


def _typed(value: Any) -> Any:
    """`value` so that 1, 1.0 and True, which Python holds equal, are told apart."""
    return {key: (type(each), each) for key, each in value.items()} if isinstance(value, dict) else (type(value), value)


def _plain(value: Setting) -> str:
    """A value in the parameters line; text with commas, colons or line ends is quoted as JSON, as the other studios do."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ',:\n\r"') else text


def _refused(reason: str) -> ProjectError:
    return ProjectError(f"The recipe cannot be read: {reason}.")


def _within_cap(text: str) -> None:
    if len(text) > RECIPE_BYTES or len(_utf8(text)) > RECIPE_BYTES:
        raise ProjectError(f"The recipe is larger than {RECIPE_BYTES // 1024} kB, which is more than any recipe needs.")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _refused("it holds characters that are not Unicode") from error


def _parse(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object)
    except RecursionError as error:
        raise _refused("it is nested too deeply") from error
    except ValueError as error:
        raise _refused(f"it is not JSON ({error})") from error
    if not isinstance(values, dict):
        raise _refused("it is not a JSON object")
    return values


def _integer(digits: str) -> int:
    # Python takes quadratic time for very long numbers, so the length is looked at before the number is made.
    if len(digits) > 21:
        raise _refused("it holds a number that is too large")
    return int(digits)


def _constant(name: str) -> float:
    raise _refused(f"it holds {name}, which is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _refused("a field stands in it twice")
    return values


def _text(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise _refused(f"{name!r} is not text")
    _utf8(value)


def _count(name: str, value: Any) -> None:
    _whole(name, value)
    if value < 0:
        raise _refused(f"{name!r} is below zero")


def _whole(name: str, value: Any) -> None:
    if type(value) is not int or abs(value) > LARGEST_INTEGER:
        raise _refused(f"{name!r} is not a whole number of a sensible size")


def _flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise _refused(f"{name!r} is neither true nor false")


def _setting(name: str, value: Any) -> None:
    if isinstance(value, str):
        _text(name, value)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise _refused(f"{name!r} is not a finite number")
    elif not isinstance(value, bool):
        _whole(name, value)


def _mapping_of(rule: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def check(name: str, value: Any) -> None:
        if not isinstance(value, Mapping):
            raise _refused(f"{name!r} is not an object")
        for key, each in value.items():
            _text(name, key)
            rule(f"{name}.{key[:40]}", each)

    return check


_RULES: dict[str, Callable[[str, Any], None]] = {
    "model": _text,
    "weights_sha256": _text,
    "action": _text,
    "settings": _mapping_of(_setting),
    "seed": _whole,
    "index": _count,
    "inputs": _mapping_of(_text),
    "device": _text,
    "dtype": _text,
    "threads": _count,
    "atelier": _text,
    "torch": _text,
    "edited": _flag,
}
