"""bench: the figures against their limits."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from typing import Any

from studio.training.errors import TrainingError


def bench(words: argparse.Namespace) -> int:
    """Benchmarks live beside the package in a checkout, not in an installed wheel."""
    runner = Path(__file__).resolve().parents[2] / "benchmarks" / "run.py"
    if not runner.exists():
        raise TrainingError("The benchmarks are in a checkout of Atelier (benchmarks/), not in the installed package.")
    spec = importlib.util.spec_from_file_location("atelierbenchmarks", runner)
    assert spec is not None and spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return int(module.main(words.names, as_json=words.json))
