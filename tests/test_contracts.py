"""The import contracts name what the tables register: a family, workspace or document that is added cannot be left out of them."""

import tomllib
from pathlib import Path

import pytest

from studio.generators import FAMILIES
from studio.ui.workspaces import WORKSPACES

ROOT = Path(__file__).parent.parent


def independent(name: str) -> list[str]:
    """The modules of the contract of that name, which know nothing of each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (found,) = [each for each in contracts if each["name"] == name]
    assert found["type"] == "independence"
    assert not found.get("ignore_imports")
    return found["modules"]


def folders(of: str, holding: str) -> set[str]:
    return {path.parent.name for path in (ROOT / of).glob(f"*/{holding}")}


REGISTERED = {
    "Workspaces know nothing of each other": {row.kind.__module__.rpartition(".")[0] for row in WORKSPACES},
    "Families and the project know nothing of each other": {f"studio.generators.{name}" for name in FAMILIES} | {"studio.project"},
    "Documents know nothing of each other": {f"studio.documents.{name}" for name in folders("studio/documents", "__init__.py")},
}


@pytest.mark.parametrize("name", list(REGISTERED))
def test_a_contract_of_independence_names_all_that_are_registered(name: str) -> None:
    modules = independent(name)
    assert len(modules) == len(set(modules))
    assert set(modules) == REGISTERED[name]


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
