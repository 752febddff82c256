"""The benchmarks themselves are run by `make bench`; here only that their limits can be read, and that each has some."""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "benchmarks"


def test_every_benchmark_has_figures_with_units() -> None:
    limits = tomllib.loads((HERE / "limits.toml").read_text("utf-8"))
    names = {path.stem for path in HERE.glob("*.py")} - {"__init__", "common", "run"}
    assert names == set(limits)
    assert all(figure["unit"] for figures in limits.values() for figure in figures.values())
