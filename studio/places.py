"""Where things lie: what ships with Atelier, and what is the person's own."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `models` or `resources`: inside the package when installed from a wheel, at the top of a checkout otherwise."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def user_models() -> Path:
    """Models that the person added."""
    return Path(platformdirs.user_data_dir("atelier", appauthor=False)) / "models"


def user_trainings() -> Path:
    """What the person's own trainings keep: pictures, checkpoints, sheets."""
    return Path(platformdirs.user_data_dir("atelier", appauthor=False)) / "trainings"


def user_projects() -> Path:
    """Where a project goes when no place was named."""
    return Path(platformdirs.user_documents_dir()) / "Atelier"


def config() -> Path:
    return Path(platformdirs.user_config_dir("atelier", appauthor=False))


def cache() -> Path:
    return Path(platformdirs.user_cache_dir("atelier", appauthor=False))


def logs() -> Path:
    return Path(platformdirs.user_log_dir("atelier", appauthor=False))


def itself(*words: str) -> list[str]:
    """The command that runs Atelier in a process of its own. It takes no module from the folder where it is started."""
    begin = f"import sys; sys.path.append({str(_PACKAGE.parent)!r}); from studio.__main__ import main; sys.exit(main())"
    return [sys.executable, "-I", "-c", begin, *words]
