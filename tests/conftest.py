"""Tests run without a screen, in the dark theme, and away from the person's own files."""

import os
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.mkdtemp(prefix="atelier-tests-")
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_DOCUMENTS_DIR"):
    os.environ[_variable] = os.path.join(_home, _variable.lower())

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from tests import tiny  # noqa: E402

# Machines are noisy: a slow example is not a wrong one.
settings.register_profile("atelier", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("atelier")


@pytest.fixture(scope="session")
def qapp(qapp):  # type: ignore[no-untyped-def]
    """pytest-qt's application, dressed."""
    from studio.ui import theme

    theme.apply(qapp, "dark")
    return qapp


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):  # type: ignore[no-untyped-def]
    """A folder with a tiny model of each family."""
    folder = tmp_path_factory.mktemp("models")
    tiny.make_vae(folder)
    tiny.make_stylegan(folder)
    tiny.make_diffusion(folder)
    return folder


@pytest.fixture
def shelf(tiny_models, tmp_path):  # type: ignore[no-untyped-def]
    """A shelf of the tiny models, with an empty folder for the person's own."""
    from studio.shelf import Shelf

    return Shelf([tiny_models, tmp_path / "own"])


@pytest.fixture
def music_shelf(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """A shelf with a tiny model that makes scores."""
    from studio.shelf import Shelf
    from tests import markov

    markov.on_shelf(monkeypatch)
    tiny.make_markov(tmp_path / "music")
    return Shelf([tmp_path / "music", tmp_path / "own"])


@pytest.fixture
def words_shelf(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """A shelf with a tiny model that writes."""
    from studio.shelf import Shelf
    from tests import words

    words.on_shelf(monkeypatch)
    tiny.make_words(tmp_path / "words")
    return Shelf([tmp_path / "words", tmp_path / "own"])


@pytest.fixture
def project(tmp_path):  # type: ignore[no-untyped-def]
    from studio.project import Project

    with Project.open(tmp_path / "test.atelier", create=True) as opened:
        yield opened


@pytest.fixture
def session(project, shelf):  # type: ignore[no-untyped-def]
    from studio.engine import Session

    with Session(project, shelf, device="cpu") as made:
        yield made
