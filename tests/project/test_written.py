"""What a page says of all that models wrote into it, and that hostile texts of that kind are refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.project import ProjectError, Recipe, Written
from tests.project.test_recipe import json_values, recipes, texts


@given(st.lists(recipes, max_size=3), st.dictionaries(texts, st.integers(0, 10**6), max_size=3))
def test_it_comes_back_from_its_text_unchanged(made: list[Recipe], taken: dict[str, int]) -> None:
    written = Written(tuple(made), taken)
    text = written.to_json()
    assert (Written.from_json(text) == written) if text else not made and not taken


@given(recipes)
def test_one_recipe_alone_is_written_as_it_is(recipe: Recipe) -> None:
    assert Written((recipe,)).to_json() == recipe.to_json()


@given(json_values, json_values)
def test_garbage_is_refused_with_a_sentence(parts: object, taken: object) -> None:
    text = json.dumps({"format": 1, "written": parts, "taken": taken})
    try:
        found = Written.from_json(text)
    except ProjectError:
        return
    assert found.recipes == () and all(type(count) is int for count in found.taken.values())


@pytest.mark.parametrize("text", ["", "[]", '{"written": [', '{"written": [' + "9" * 6000 + "]}", "[" * 100_000])
def test_what_is_no_json_of_that_kind_is_refused(text: str) -> None:
    with pytest.raises(ProjectError):
        Written.from_json(text)


@given(json_values)
def test_garbage_of_a_board_is_refused_with_a_sentence(layers: object) -> None:
    try:
        found = Written.from_json(json.dumps({"format": 1, "layers": layers}))
    except ProjectError:
        return
    assert found.layers and all(name.isprintable() for name, _ in found.layers)


@pytest.mark.parametrize(
    "note", [{"format": 9, "layers": [{"name": "a"}]}, {"format": 1, "layers": []}, {"format": 1, "layers": [{"name": "\ud800"}]}]
)
def test_a_board_of_another_format_or_with_nothing_or_with_a_name_that_cannot_be_shown_is_refused(note: dict[str, object]) -> None:
    with pytest.raises(ProjectError):
        Written.from_json(json.dumps(note))


@given(recipes)
def test_layers_of_a_board_tell_what_they_were_made_by(recipe: Recipe) -> None:
    layers = [{"name": "hero", "x": 0, "y": 4, "recipe": json.loads(recipe.to_json())}, {"name": "sketch", "x": 9, "y": 0, "recipe": None}]
    found = Written.from_json(json.dumps({"format": 1, "layers": layers}))
    assert found.layers == (("hero", recipe), ("sketch", None))
    assert found.alone is None  # the board is more than its one recipe makes
