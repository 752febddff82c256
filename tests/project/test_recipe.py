"""Recipes: canonical, and unmoved by hostile texts."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.project import ProjectError, Recipe

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
whole = st.integers(-(2**64) + 1, 2**64 - 1)
counts = st.integers(0, 2**31)
settings = st.dictionaries(texts, whole | st.booleans() | texts | st.floats(allow_nan=False, allow_infinity=False), max_size=5)
recipes = st.builds(
    Recipe,
    texts,
    texts,
    texts,
    settings,
    whole,
    counts,
    st.dictionaries(texts, texts, max_size=3),
    texts,
    texts,
    counts,
    texts,
    texts,
    st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda each: st.lists(each) | st.dictionaries(texts, each),
    max_leaves=8,
)


@given(recipes)
def test_a_recipe_comes_back_from_its_text_unchanged(recipe: Recipe) -> None:
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe
    assert again.differences(recipe) == []
    assert again.to_json() == recipe.to_json()


@given(texts | st.text() | json_values.map(json.dumps))
def test_garbage_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ProjectError):
        Recipe.from_json(text)


@given(st.sampled_from([field.name for field in dataclasses.fields(Recipe)] + ["format", "other"]), json_values)
def test_a_changed_field_is_read_soundly_or_refused(name: str, value: object) -> None:
    sound = Recipe("m", "w", "a", {}, 1, 0, {}, "cpu", "float32", 1, "0.1", "2.0")
    text = json.dumps({**json.loads(sound.to_json()), name: value})
    try:
        found = Recipe.from_json(text)
    except ProjectError:
        return
    assert Recipe.from_json(found.to_json()) == found


def with_field(recipe: Recipe, name: str, raw: str) -> str:
    values = json.loads(recipe.to_json())
    return json.dumps({**values, name: "MARK"}).replace('"MARK"', raw)


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("seed", "NaN", "NaN"),
        ("settings", '{"t": Infinity}', "Infinity"),
        ("settings", '{"t": 1e999}', "finite"),
        ("settings", '{"t": [1]}', "settings.t"),
        ("settings", '{"t": null}', "settings.t"),
        ("seed", "9" * 5000, "too large"),
        ("seed", "9" * 21, "sensible size"),
        ("seed", "true", "seed"),
        ("seed", "1.0", "seed"),
        ("index", "-1", "below zero"),
        ("inputs", '{"picture": 3}', "inputs.picture"),
        ("model", '"\\ud800"', "Unicode"),
        ("edited", "1", "edited"),
        ("surprise", "1", "unknown"),
        ("format", "2", "newer"),
        ("format", "true", "format"),
        ("model", "[" * 100_000, "nested"),
    ],
)
def test_a_hostile_field_is_named(recipe: Recipe, name: str, raw: str, reason: str) -> None:
    with pytest.raises(ProjectError, match=reason):
        Recipe.from_json(with_field(recipe, name, raw))


def test_a_missing_field_is_named(recipe: Recipe) -> None:
    values = json.loads(recipe.to_json())
    del values["seed"]
    with pytest.raises(ProjectError, match="seed"):
        Recipe.from_json(json.dumps(values))


def test_a_field_that_stands_twice_is_refused(recipe: Recipe) -> None:
    with pytest.raises(ProjectError, match="twice"):
        Recipe.from_json(recipe.to_json()[:-1] + ',"seed":8}')


def test_the_size_is_looked_at_before_anything_else() -> None:
    with pytest.raises(ProjectError, match="256 kB"):
        Recipe.from_json("[" * (256 * 1024 + 1))
    with pytest.raises(ProjectError, match="256 kB"):
        Recipe.from_json('"' + "é" * (128 * 1024) + '"')


def test_the_text_is_canonical_and_holds_no_clock(recipe: Recipe) -> None:
    text = recipe.to_json()
    assert text.startswith('{"action":"generate","atelier":"0.1.0","device":"cpu"')
    assert '"format":1' in text
    assert not {"time", "date", "made_at"} & set(json.loads(text))


def test_a_recipe_with_a_value_that_is_no_number_is_not_written(recipe: Recipe) -> None:
    with pytest.raises(ProjectError, match="finite"):
        dataclasses.replace(recipe, settings={"temperature": float("nan")}).to_json()


def test_other_studios_can_read_the_parameters(recipe: Recipe) -> None:
    first, second = recipe.parameters_text().split("\n")
    assert first == "heroes-vae generate"
    assert second.startswith("Seed: 7, Model: heroes-vae, Model hash: abcdef0123, Index: 3, ")
    assert 'prompt: "elf, green"' in second
    assert "temperature: 0.9" in second


def test_differences_name_the_fields(recipe: Recipe) -> None:
    other = dataclasses.replace(recipe, seed=8, settings={**recipe.settings, "tiles": 1})
    assert recipe.differences(other) == ["settings", "seed"]
