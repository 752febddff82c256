"""Settings are checked against what their family declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import generators
from studio.generators import GeneratorError, settings_of

GENERATE = generators.family("vae").action({}, "generate")


@pytest.mark.parametrize("text", ["0.5", "0,5", ".5", ",5"])
def test_both_decimal_separators_are_taken(text: str) -> None:
    assert GENERATE.checked({"temperature": text}).temperature == 0.5


def test_text_from_a_command_line_becomes_the_settings_type() -> None:
    assert GENERATE.checked({"temperature": "0.5", "prior": "normal"}).temperature == 0.5


@pytest.mark.parametrize("value", ["2.5", "-0.1", "nan", "inf", "much", True, None, [1], "1e999"])
def test_a_value_out_of_range_names_the_setting_and_its_range(value: object) -> None:
    with pytest.raises(GeneratorError, match=r"temperature.*from 0 to 1.5"):
        GENERATE.checked({"temperature": value})


def test_an_unknown_setting_says_which_there_are() -> None:
    with pytest.raises(GeneratorError, match=r"no setting “colour”.*temperature"):
        GENERATE.checked({"colour": 1})


def test_an_unknown_choice_says_which_there_are() -> None:
    with pytest.raises(GeneratorError, match="mixture, normal"):
        GENERATE.checked({"prior": "wild"})


def test_an_unknown_action_says_which_there_are() -> None:
    with pytest.raises(GeneratorError, match="generate"):
        generators.family("stylegan").action({}, "sing")


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans()))
def test_any_value_is_taken_or_refused_with_a_sentence(value: object) -> None:
    for setting in settings_of(GENERATE.settings):
        try:
            setting.checked(value)
        except GeneratorError as error:
            assert setting.name in str(error)


@pytest.mark.parametrize("name", generators.FAMILIES)
def test_every_family_explains_itself_and_its_settings(name: str) -> None:
    family = generators.family(name)
    assert family.paper
    assert family.explains
    for action in family.actions({}):
        for setting in settings_of(action.settings):
            assert setting.help.endswith("."), f"{name} {action.id} {setting.name}"
            if setting.kind in (int, float):
                assert setting.low is not None
                assert setting.high is not None
                assert setting.low <= setting.default <= setting.high
