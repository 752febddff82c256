"""Settings that belong to the project: JSON values by name."""

from __future__ import annotations

import json
from typing import Any

from studio.project import rows
from studio.project.connection import Connection
from studio.project.errors import ProjectError

VALUE_BYTES = 20 * 2**20
SUSPECT = "project.suspect"  # set when reading met damage, so that the next opening looks at the whole of a large file


def encode(project: str, key: str, value: Any) -> str:
    """The JSON text of a value. Raises ProjectError for what JSON cannot hold, or for too much of it."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProjectError(f"{project} cannot keep the setting {key!r}: {error}.") from error
    if len(text) > VALUE_BYTES:
        raise ProjectError(f"{project} takes a setting of {VALUE_BYTES // 2**20} MB at most; {key!r} is larger.")
    return text


def put(connection: Connection, key: str, text: str) -> None:
    """Keep `text` under `key`, in the place of what was there."""
    found = connection.execute("SELECT id FROM settings WHERE key = ?", (key,)).fetchone()
    if found is None:
        rows.insert(connection, "settings", {"key": key, "value": text})
    else:
        rows.update(connection, "settings", found[0], {"value": text})


def value(connection: Connection, key: str, default: Any) -> Any:
    """The value under `key`; `default` where there is none, or where it is no longer what was saved (`check` says so)."""
    found = connection.execute("SELECT key, value, seal FROM settings WHERE key = ?", (key,)).fetchone()
    if found is None or rows.seal(found[:2]) != found[2]:
        return default
    return json.loads(found[1])
