"""The tokens keep what the eye needs."""

import pytest

from studio.shelf import Shelf
from studio.ui import theme


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_text_is_readable_on_everything_it_stands_on(tokens) -> None:
    for ground in (tokens.ground, tokens.panel, tokens.raised):
        for text in (tokens.text, tokens.quiet, tokens.accent, tokens.bad):
            assert theme.contrast(text, ground) >= 4.5, (text, ground)
    assert theme.contrast(tokens.on_accent, tokens.accent) >= 4.5


@pytest.mark.parametrize("tokens", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_there_are_eight_track_colours_of_their_own(tokens) -> None:
    assert len({colour.name() for colour in tokens.tracks()}) == 8


def test_every_icon_that_a_model_on_the_shelf_asks_for_is_there(qapp) -> None:
    actions = [action for card in Shelf().cards() for action in card.actions()]
    assert len(actions) > 20
    for action in actions:
        assert not theme.icon(action.icon).isNull(), action.icon
