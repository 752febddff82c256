"""A place for a project, and one recipe that is sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.project import Project, Recipe


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spirits.atelier"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path, create=True) as opened:
        yield opened


@pytest.fixture
def recipe() -> Recipe:
    return Recipe(
        model="heroes-vae",
        weights_sha256="abcdef0123" + "4" * 54,
        action="generate",
        settings={"temperature": 0.9, "tiles": True, "steps": 20, "prompt": "elf, green"},
        seed=7,
        index=3,
        inputs={"picture": "5" * 64},
        device="cpu",
        dtype="float32",
        threads=2,
        atelier="0.1.0",
        torch="2.13.0",
    )
