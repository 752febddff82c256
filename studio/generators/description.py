"""How a family describes itself without torch: capabilities, actions and their settings, all of it data.

Buttons, menus, inspector and command line are drawn from what stands here; they know no family by name.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from studio.generators.errors import GeneratorError


class Capability(StrEnum):
    """What a model can do; the protocols stand in `capabilities.py`."""

    GENERATES = "generates"
    DECODES = "decodes"
    ENCODES = "encodes"
    TRANSFORMS = "transforms"
    INFILLS = "infills"
    CONTINUES = "continues"
    SCORES = "scores"
    VARIES = "varies"
    PLAYS = "plays"


@dataclass(frozen=True)
class Setting:
    """One setting as the inspector and the command line see it. `low`, `high` and `step` hold for numbers.

    `was` is the name by which recipes and stored values of earlier versions call it.
    """

    name: str
    label: str
    kind: type
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    advanced: bool = False
    was: str = ""

    def checked(self, value: Any) -> Any:
        """`value` (or its text, from a command line) as this setting's type; raises GeneratorError outside its range."""
        try:
            value = self._converted(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise GeneratorError(f"“{self.name}” takes {self._wanted()}, not {str(value)[:60]!r}.") from error
        if self.choices and value not in self.choices:
            raise GeneratorError(f"“{self.name}” is one of {', '.join(self.choices)}, not {str(value)[:60]!r}.")
        if self.kind in (int, float) and not self._in_range(value):
            raise GeneratorError(f"“{self.name}” takes {self._wanted()}, not {value:g}.")
        return value

    def _converted(self, value: Any) -> Any:
        if self.kind is bool:
            words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
            if isinstance(value, bool):
                return value
            if str(value).lower() not in words:
                raise ValueError(value)
            return words[str(value).lower()]
        if self.kind is int and isinstance(value, float) and not value.is_integer():
            raise ValueError(value)
        if self.kind is float and isinstance(value, str):
            value = value.replace(",", ".")  # as people write it where a comma parts the whole from the rest
        if isinstance(value, bool) or (self.kind is not str and not isinstance(value, int | float | str)):
            raise TypeError(value)
        return self.kind(value)

    def _in_range(self, value: float) -> bool:
        return math.isfinite(value) and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _wanted(self) -> str:
        if self.kind is bool:
            return "yes or no"
        noun = {int: "a whole number", float: "a number", str: "a word"}[self.kind]
        return noun if self.low is None or self.high is None else f"{noun} from {self.low:g} to {self.high:g}"


def setting(default: Any, help: str, *, label: str = "", **rest: Any) -> Any:
    """A field of a settings dataclass, with its range, unit and help kept in the field's metadata."""
    return field(default=default, metadata={"help": help, "label": label, **rest})


def settings_of(settings_class: type) -> tuple[Setting, ...]:
    """The settings that a settings dataclass declares, in order."""
    kinds: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
    found = []
    for entry in dataclasses.fields(settings_class):
        details = dict(entry.metadata)
        label = details.pop("label") or entry.name.replace("_", " ").capitalize()
        kind = entry.type if isinstance(entry.type, type) else kinds[str(entry.type)]
        found.append(Setting(name=entry.name, label=label, kind=kind, default=entry.default, **details))
    return tuple(found)


@dataclass(frozen=True)
class Input:
    """What an action needs, by name: a `picture`, `score` or `latent`, or a `selection` of the picture or score that stands before it.

    A selection's picture is `size` pixels a side: the studio cuts that much of the board around what is selected.
    Of a score it is bars × tracks, of a text a span of characters (empty for a place), and the whole score or text comes along.
    """

    name: str
    medium: str
    label: str
    required: bool = True
    size: int = 0


@dataclass(frozen=True)
class Action:
    """One thing a model can be asked to do. `presets` are plain names for some of its settings; the others are then at their defaults.

    `fits_all_around` is False where what is filled in follows what comes before it alone: pixels from the upper left on.
    """

    id: str
    label: str
    help: str
    capability: Capability
    output: str
    settings: type
    inputs: tuple[Input, ...] = ()
    icon: str = "sparkles"
    many: bool = True
    fits_all_around: bool = True
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def selection(self) -> Input | None:
        """The input that is a selection, where there is one."""
        return next((each for each in self.inputs if each.medium == "selection"), None)

    def medium_of(self, name: str) -> str:
        """The medium of the input `name` as the table of media calls it: a selection says of what."""
        before = ""
        for each in self.inputs:
            medium = f"{before} selection" if each.medium == "selection" else each.medium
            if each.name == name:
                return medium
            before = medium if each.medium != "selection" else before
        raise GeneratorError(
            f"“{self.label}” takes no input “{name[:60]}”. It takes: {', '.join(each.name for each in self.inputs) or 'none'}."
        )

    def renamed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`values` by the settings' present names, where some have the names of earlier versions."""
        former = {each.was: each.name for each in settings_of(self.settings) if each.was}
        return {former.get(name, name): value for name, value in values.items()}

    def checked(self, values: Mapping[str, Any]) -> Any:
        """The settings dataclass filled from `values`; raises GeneratorError for an unknown name or a value out of range."""
        known, values = {each.name: each for each in settings_of(self.settings)}, self.renamed(values)
        for name in values:
            if name not in known:
                offered = ", ".join(known) or "none"
                raise GeneratorError(f"“{self.label}” has no setting “{str(name)[:60]}”. Its settings: {offered}.")
        return self.settings(**{name: known[name].checked(value) for name, value in values.items()})


def _without_its_own(config: Mapping[str, Any], about: Any) -> Mapping[str, Any]:
    """A finished model of pictures goes on without the attributes, which only its own pictures had."""
    del about
    return {**config, "attributes": {}} if "attributes" in config else config


@dataclass(frozen=True)
class Trains:
    """What the lab knows of a family before torch is there: what it learns from, a config for that, and what usually works.

    `config` takes what there is to know of a person's material: of pictures their side, one of `sizes`; of texts the size of their
    vocabulary; of scores a set that names its composers, instruments and ensembles. `goes_on` takes the config of a finished model and
    the same, and gives that of a training which begins from it; `begins_from_a_model` where that is the usual way.
    `pictures` is how many (of texts and scores: passages) must be seen until results usually hold together. `alters` is False where
    the family mirrors or transposes what it sees by itself.
    """

    config: Callable[[Any], Mapping[str, Any]]
    pictures: int
    batch_size: int = 32
    sizes: tuple[int, ...] = (16, 32, 64)
    medium: str = "picture"
    goes_on: Callable[[Mapping[str, Any], Any], Mapping[str, Any]] = _without_its_own
    begins_from_a_model: bool = False
    alters: bool = True


@dataclass(frozen=True)
class Found:
    """What somebody's file of weights says of itself, read without torch and without believing it.

    `sizes` is the shape of each tensor by its name; `metadata` what stands beside the tensors in the same file: a GGUF's fields, the
    notes of safetensors, the plain values of a torch checkpoint; `config` a folder's config.json, empty where there is none; `texts`
    other small files beside it, by their names.
    """

    sizes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def weights(self) -> int:
        """How many numbers all tensors hold."""
        return sum(math.prod(size) for size in self.sizes.values())


@dataclass(frozen=True)
class Recognised:
    """A family's word that a file holds one of its models: the `config` for its card, and what it `makes`, in a few words.

    `rename` gives our name for each of theirs: that of a weight, or STEM/ARRAY for one of an array beside the weights, or nothing for
    one that is not needed; `notes` are those of the files beside. Where names are not all that differs, `rename` is None, and the torch
    side of the family has `convert(found, tensor)`, which gives config, weights (name, tensor) and files.
    """

    config: Mapping[str, Any]
    makes: str
    rename: Callable[[str], str] | None = None
    notes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _unknown(_: Found) -> Recognised | None:
    return None


def _nothing(_: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Family:
    """A model family. `module` holds the torch side and is imported by name, on the worker thread only.

    `trains` is there where a person can train a model of this family on their own works. `requires` names the models that one with
    a config works through; they are loaded with it. `recognise` looks at other people's files: None where this is no model of the
    family, GeneratorError with the reason where it is one that cannot be read.
    """

    name: str
    title: str
    paper: str
    actions: Callable[[Mapping[str, Any]], tuple[Action, ...]]
    module: str
    explains: str = ""
    trains: Trains | None = None
    recognise: Callable[[Found], Recognised | None] = _unknown
    requires: Callable[[Mapping[str, Any]], tuple[str, ...]] = _nothing

    def action(self, config: Mapping[str, Any], action_id: str) -> Action:
        return chosen(self.actions(config), action_id)


def chosen(actions: tuple[Action, ...], action_id: str) -> Action:
    """The action called `action_id`; raises GeneratorError when there is none of that name."""
    for action in actions:
        if action.id == action_id:
            return action
    offered = ", ".join(action.id for action in actions) or "none"
    raise GeneratorError(f"This model has no action “{action_id[:60]}”. It has: {offered}.")
