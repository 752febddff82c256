"""How commands speak: one JSON document, or plain lines."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def tell(line: str) -> None:
    """Progress, on stderr, so that stdout stays clean."""
    print(line, file=sys.stderr, flush=True)
