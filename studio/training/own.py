"""A person's own training: one folder with its choices, its set, checkpoint, log and sample grids, enough to go on after a crash.

Imports no torch: the lab lists trainings before it is there.
"""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from studio import generators
from studio.media.files import write_atomically
from studio.training import material
from studio.training.cutting import Choices
from studio.training.data import TrainingSet
from studio.training.errors import TrainingError
from studio.training.material import MATERIAL
from studio.training.plans.plan import Plan

RECORD, LOG, HELD = "training.json", "log.jsonl", "held"
SHEETS = (".png", ".txt")
SMALLEST_BATCH = 4
LOG_PRECISION = 0.001  # seconds
PATIENCE = 0.5  # seconds, as another window may be looking whether it is held


@dataclass(frozen=True)
class Record:
    """What was chosen. `base` is the model that the training set out from, empty for none; `state` is open, ended or shelved."""

    title: str
    family: str
    config: Mapping[str, Any]
    minutes: float
    batch_size: int
    source: str
    count: int
    choices: Choices = field(default_factory=Choices)
    base: str = ""
    base_credit: str = ""
    state: str = "open"
    shelved_as: str = ""
    medium: str = "picture"

    def plan(self, name: str) -> Plan:
        """The plan that the loop follows and the card is written from."""
        begun = f" Begun from {self.base}: {self.base_credit}." if self.base else ""
        trains, row = generators.family(self.family).trains, MATERIAL[self.medium]
        return Plan(
            name=name, title=self.title, family=self.family, data=self.source, minutes=self.minutes, batch_size=self.batch_size,
            makes=row.makes.format(size=self.choices.size, source=self.source),
            credit=f"Trained on {self.count} {self.medium}{'s' * (self.count != 1)} of your own from “{self.source}”.{begun}",
            licence=f"as its {self.medium}s",
            config=lambda data: self.config, notes=(row.measured,),
            augmentation=row.altered(self.choices) if trains is None or trains.alters else material.as_they_are,
        )  # fmt: skip


@dataclass(frozen=True)
class LogLine:
    """One line of the log: mean losses since the line before."""

    step: int
    pictures: int
    seconds: float
    losses: Mapping[str, float]


@dataclass(frozen=True)
class Own:
    """A training's folder with what its record says, and how far it came."""

    folder: Path
    record: Record
    seconds: float

    @property
    def begun(self) -> bool:
        return (self.folder / "checkpoint.safetensors").exists()

    @property
    def can_be_shelved(self) -> bool:
        return (self.folder / "trained.safetensors").exists()

    @property
    def finished(self) -> bool:
        return self.record.state != "open" or self.seconds >= self.record.minutes * 60 - LOG_PRECISION

    def changed(self, **values: Any) -> Own:
        """The same training with these parts of its record changed, written; the others as another window may have left them."""
        try:
            record = _read_record(self.folder)
        except TrainingError:
            record = self.record
        record = dataclasses.replace(record, **values)
        write_record(self.folder, record)
        return dataclasses.replace(self, record=record)


def create(root: Path, record: Record, data: TrainingSet) -> Own:
    """A folder for a new training under `root`. Raises MediaError when the disk is full."""
    folder = root / free_name(slug(record.title), {path.name for path in root.glob("*")})
    folder.mkdir(parents=True, exist_ok=True)
    material.write(folder, data)
    write_record(folder, record)
    return Own(folder, record, 0.0)


def write_record(folder: Path, record: Record) -> None:
    write_atomically(folder / RECORD, json.dumps(dataclasses.asdict(record), indent=1, ensure_ascii=False).encode())


def read(folder: Path) -> Own:
    """The training in `folder`; raises TrainingError when its record cannot be read."""
    lines = read_log(folder)
    return Own(folder, _read_record(folder), lines[-1].seconds if lines else 0.0)


def _read_record(folder: Path) -> Record:
    try:
        values = json.loads((folder / RECORD).read_text("utf-8"))
        record = Record(**{**values, "choices": Choices(**values["choices"])})
        generators.family(record.family)
        material.MATERIAL[record.medium]
    except (OSError, ValueError, TypeError, KeyError, generators.GeneratorError) as error:
        raise TrainingError(f"The training in {folder.name} cannot be read: {error}.") from error
    return record


def read_all(root: Path) -> list[Own]:
    """Every readable training under `root`, the one touched last first."""
    found = []
    for path in root.glob(f"*/{RECORD}"):
        try:
            found.append((path.stat().st_mtime, read(path.parent)))
        except (TrainingError, OSError):
            continue
    return [own for _, own in sorted(found, key=lambda each: each[0], reverse=True)]


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """While this lasts no other studio trains what lies in `folder`; a crash lets go. Raises TrainingError when another one does."""
    lock = FileLock(folder / HELD, thread_local=False)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout as error:
        raise TrainingError("This training runs in another window of the studio. Pause it there first.") from error
    except OSError as error:
        raise TrainingError(f"The folder {folder} cannot be written to: {error.strerror or error}.") from error
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path) -> bool:
    """Whether a studio, this one or another, trains what lies in `folder`."""
    if not (folder / HELD).exists():
        return False
    try:
        with FileLock(folder / HELD, timeout=0, thread_local=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def read_set(own: Own) -> Any:
    """The prepared set; raises TrainingError when it is gone."""
    return material.read(own.folder, own.record.medium, own.record.source)


def read_log(folder: Path) -> list[LogLine]:
    """What was logged; a line cut off by a crash is left out."""
    try:
        text = (folder / LOG).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in text.splitlines():
        try:
            values = json.loads(line)
            step, pictures, seconds = int(values.pop("step")), int(values.pop("pictures")), float(values.pop("seconds"))
            found.append(LogLine(step, pictures, seconds, {str(name): float(value) for name, value in values.items()}))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def sample_grids(folder: Path) -> list[tuple[int, Path]]:
    """(step, file) of every kept sample grid, oldest first."""
    return sorted((int(path.stem), path) for path in (folder / "sheets").glob("*") if path.suffix in SHEETS and path.stem.isdecimal())


def slug(title: str) -> str:
    """A name for files: `Füchse im Wald` → `fuchse-im-wald`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "model"


def free_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or with a number behind it when it is taken."""
    used = set(taken)
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name}-{number}"
    return found


def smaller_batch(batch_size: int) -> int:
    """The next smaller one: half, a multiple of four."""
    return max(SMALLEST_BATCH, batch_size // 2 // 4 * 4)
