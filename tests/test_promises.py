"""Every promise of docs/reliability.md names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`((?:tests/[\w/]+\.py)?(?:::\w+)?)`")


def test_the_tests_that_the_promises_name_are_there() -> None:
    found, file = 0, ""
    for line in (ROOT / "docs" / "reliability.md").read_text("utf-8").splitlines():
        for name in NAMED.findall(line) if line.startswith("|") else ():
            path, _, test = name.partition("::")
            file = path or file  # a bare `::name` is of the file named before it
            text = (ROOT / file).read_text("utf-8")
            assert not test or f"def {test}(" in text, f"{name} is named in docs/reliability.md and is not there"
            found += 1
    assert found > 20
