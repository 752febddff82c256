"""What a training needs of a set, and picture sets: every tenth picture from 0 is test, from 1 validation, the rest train."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from studio.generators.batches import Batch
from studio.training.augmentation import Augment
from studio.training.captions import load_captions
from studio.training.errors import TrainingError
from studio.training.scores import joined, load_scores

TRAIN = (2, 3, 4, 5, 6, 7, 8, 9)


class Feed(Protocol):
    """The part of a set that is trained on; `everything` is all of it as one batch."""

    @property
    def everything(self) -> Any: ...

    def batch(self, count: int, chance: np.random.Generator) -> Any: ...


class TrainingSet(Protocol):
    """A set of any medium; `unit` is what its batches are counted in. What a batch is, the set and the family agree on."""

    @property
    def name(self) -> str: ...

    @property
    def medium(self) -> str: ...

    @property
    def unit(self) -> str: ...

    def feed(self, augmentation: Augment) -> Feed: ...


@dataclass(frozen=True)
class PictureSet:
    """`pictures` (n, h, w, 4) uint8; `attributes` (n, k) with their names and value lists, empty where there are none.

    A set with classes has them as its one attribute, called `kind`. `holds_out` is False where nothing will be measured: then
    every picture is trained on.
    """

    name: str
    pictures: np.ndarray
    attributes: np.ndarray
    attribute_names: tuple[str, ...]
    values: dict[str, list[str]]
    holds_out: bool = True
    medium: str = field(default="picture", init=False)
    unit: str = field(default="pictures", init=False)

    def feed(self, augmentation: Augment) -> PictureFeed:
        return PictureFeed(Batch(self.train, self.train_attributes), augmentation)

    def _rows(self, *remainders: int) -> np.ndarray:
        return np.isin(np.arange(len(self.pictures)) % 10, remainders)

    @property
    def train(self) -> np.ndarray:
        return self.pictures[self._rows(*TRAIN)] if self.holds_out else self.pictures

    @property
    def validation(self) -> np.ndarray:
        return self.pictures[self._rows(1)]

    @property
    def test(self) -> np.ndarray:
        return self.pictures[self._rows(0)]

    @property
    def size(self) -> int:
        """The side of a picture in pixels."""
        return int(self.pictures.shape[1])

    @property
    def conditions(self) -> dict[str, list[str]]:
        """Attribute → its values, in the order of the columns: what a conditional model's config holds."""
        return {name: self.values[name] for name in self.attribute_names}

    @property
    def train_attributes(self) -> np.ndarray:
        return self.attributes[self._rows(*TRAIN)] if self.holds_out else self.attributes

    @property
    def test_attributes(self) -> np.ndarray:
        return self.attributes[self._rows(0)]


@dataclass(frozen=True)
class PictureFeed:
    """Draws pictures evenly; `augmentation` changes them each time they are seen."""

    everything: Batch
    augmentation: Augment

    def batch(self, count: int, chance: np.random.Generator) -> Batch:
        rows = chance.integers(0, len(self.everything), count)
        return Batch(self.augmentation(self.everything.pictures[rows], chance), self.everything.attributes[rows])


def load_set(path: Path, name: str, only: Collection[str] = ()) -> Any:
    """The set `name` from `path`, its file or the folder that holds it: pictures in an .npz, scores in a .zip. Raises TrainingError.

    `only` names the collections that are wanted, where a set has some. Of several sets of pictures with + between them it is all
    pictures, without attributes; what was test in one is test in all. Of several sets of scores it is all scores.
    """
    if "+" in name:
        several = [load_set(path, each, only) for each in name.split("+")]
        return joined(name, several) if all(each.medium == "score" for each in several) else _joined(name, several)

    file = path
    if path.is_dir():
        file = next((each for each in (path / f"{name}.npz", path / f"{name}.zip") if each.exists()), path / f"{name}.npz")
    if file.suffix.lower() == ".zip":
        return load_scores(file, name, only)
    if only:
        raise TrainingError(f"The set {name} is not divided into collections. Leave --only out.")
    return load_captions(file, name) if _has_captions(file) else load_pictures(file, name)


def _has_captions(file: Path) -> bool:
    """Whether an .npz holds words beside its pictures."""
    try:
        with zipfile.ZipFile(file) as archive:
            return "words.npy" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False  # what is wrong with it is said where it is read


def load_pictures(file: Path, name: str) -> PictureSet:
    """The pictures of an .npz. No pickle is ever read."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            pictures = arrays["x"]
            attributes = arrays["attrs"] if "attrs" in arrays else np.zeros((len(pictures), 0), np.int64)
            names = tuple(str(each) for each in arrays["attr_names"]) if "attr_names" in arrays else ()
            classes = [str(each) for each in arrays["classes"]] if "classes" in arrays else []
            if classes:
                attributes, names = arrays["label"][:, None], ("kind",)
    except FileNotFoundError as error:
        raise TrainingError(f"There is no {file.name} in {file.parent}. Name the folder of the data with --data.") from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{file.name} is not a picture set that can be trained on: {error}.") from error
    if pictures.ndim != 4 or pictures.shape[-1] not in (3, 4) or pictures.dtype != np.uint8:
        raise TrainingError(f"{file.name} holds no pictures: its “x” is {pictures.dtype} {pictures.shape}.")
    if pictures.shape[-1] == 3:
        pictures = np.concatenate([pictures, np.full((*pictures.shape[:3], 1), 255, np.uint8)], axis=3)
    values_file = file.with_suffix(".json")
    values = json.loads(values_file.read_text("utf-8")) if values_file.exists() else {}
    if classes:
        values = {"kind": classes}
    return PictureSet(name, pictures, attributes.astype(np.int64), names, values)


def _joined(name: str, sets: list[PictureSet]) -> PictureSet:
    whole = [each.pictures[: len(each.pictures) // 10 * 10] for each in sets]  # so that every tenth stays every tenth
    if len({each.shape[1:] for each in whole}) > 1:
        raise TrainingError(f"The pictures of {name.replace('+', ' and ')} are not of one size.")
    pictures = np.concatenate(whole)
    return PictureSet(name, pictures, np.zeros((len(pictures), 0), np.int64), (), {})
