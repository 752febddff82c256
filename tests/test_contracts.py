"""What the tables register knows nothing of each other, and every room has its place in the order of rooms."""

import itertools
import tomllib
from pathlib import Path

import grimp
import pytest

from studio.generators import FAMILIES
from studio.ui.workspaces import WORKSPACES

ROOT = Path(__file__).parent.parent


def folders(of: str, holding: str) -> set[str]:
    return {path.parent.name for path in (ROOT / of).glob(f"*/{holding}")}


APART = {
    "workspaces": [row.kind.__module__.rpartition(".")[0] for row in WORKSPACES],
    "families": [*(f"studio.generators.{name}" for name in FAMILIES), "studio.project"],
    "documents": [f"studio.documents.{name}" for name in sorted(folders("studio/documents", "__init__.py"))],
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("studio")


@pytest.mark.parametrize("kind", list(APART))
def test_they_know_nothing_of_each_other(graph: grimp.ImportGraph, kind: str) -> None:
    pairs = itertools.permutations(APART[kind], 2)
    assert [pair for pair in pairs if graph.chain_exists(*pair, as_packages=True)] == []


def test_a_chain_between_rooms_would_be_seen(graph: grimp.ImportGraph) -> None:
    assert graph.chain_exists("studio.ui.canvas", "studio.documents.canvas", as_packages=True)


def test_every_folder_with_a_workspace_or_a_family_is_in_its_table() -> None:
    assert folders("studio/ui", "workspace.py") == {row.kind.name for row in WORKSPACES}
    assert folders("studio/generators", "family.py") == set(FAMILIES)


def test_every_room_is_a_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each["type"] == "layers"]
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "studio").iterdir() if not path.name.startswith(("__init__", "__pycache__"))}
    assert {f"studio.{room}" for room in rooms} == set(layers)


def test_digits_and_names_of_workspaces_are_their_own() -> None:
    assert len({row.digit for row in WORKSPACES}) == len({row.kind.name for row in WORKSPACES}) == len(WORKSPACES)
