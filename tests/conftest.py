"""Tests run without a screen, in the dark theme."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest


@pytest.fixture(scope="session")
def qapp(qapp):  # type: ignore[no-untyped-def]
    """pytest-qt's application, dressed."""
    from studio.ui import theme

    theme.apply(qapp, "dark")
    return qapp
