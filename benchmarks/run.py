"""Runs the benchmarks and holds their figures against limits.toml."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from studio.training.errors import TrainingError

HERE = Path(__file__).resolve().parent
PATIENCE = 600  # seconds that one benchmark may take
Limits = dict[str, dict[str, dict[str, Any]]]


class Figure(NamedTuple):
    """One measured value; `at_most` and `at_least` are None where nothing is asked of it."""

    name: str
    value: float
    unit: str
    at_most: float | None
    at_least: float | None

    @property
    def over(self) -> bool:
        """Whether it is past its limit."""
        return (self.at_most is not None and not self.value <= self.at_most) or (
            self.at_least is not None and not self.value >= self.at_least
        )

    def line(self) -> str:
        """name, value, unit, limit, verdict."""
        limit = f"≤ {self.at_most:g}" if self.at_most is not None else f"≥ {self.at_least:g}" if self.at_least is not None else "–"
        verdict = "OVER" if self.over else "ok" if limit != "–" else ""
        return f"{self.name:<38} {self.value:>10.2f} {self.unit:<11} {limit:>7} {verdict}".rstrip()


def main(names: Sequence[str] = (), as_json: bool = False) -> int:
    """Run the benchmarks called `names`, or all; 1 when a figure is past its limit."""
    limits: Limits = tomllib.loads((HERE / "limits.toml").read_text(encoding="utf-8"))
    unknown = [name for name in names if name not in limits]
    if unknown:
        raise TrainingError(f"There is no benchmark “{unknown[0][:40]}”. There are: {', '.join(limits)}.")
    figures: list[Figure] = []
    for name in names or limits:
        measured = _measured(name)
        if "skipped" in measured:
            print(f"{name}: {measured['skipped']}", file=sys.stderr, flush=True)
            continue
        for figure in _figures(name, measured, limits[name]):
            figures.append(figure)
            if not as_json:
                print(figure.line(), flush=True)
    if as_json:
        print(json.dumps({"figures": [{**each._asdict(), "over": each.over} for each in figures]}, indent=2, ensure_ascii=False))
    return int(any(figure.over for figure in figures))


def _measured(name: str) -> dict[str, Any]:
    """What the benchmark `name` says, run in a process of its own."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a start that compiles every module again is no one's start
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=HERE.parent, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TrainingError(f"The benchmark {name} was not done after {PATIENCE} seconds.") from error
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise TrainingError(f"The benchmark {name} failed: {reason}")
    measured: dict[str, Any] = json.loads(lines[-1])
    return measured


def _figures(name: str, measured: dict[str, float], limits: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    """The figures of one benchmark in the order of limits.toml; each that is listed must have been measured."""
    if measured.keys() != limits.keys():
        raise TrainingError(f"The benchmark {name} and limits.toml disagree about: {', '.join(sorted(measured.keys() ^ limits.keys()))}.")
    for key, limit in limits.items():
        yield Figure(f"{name}.{key}", measured[key], limit["unit"], limit.get("at_most"), limit.get("at_least"))
