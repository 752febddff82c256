"""The `atelier` command: the window and `shot` go to the user interface, everything else to the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 done, 2 wrong words, 1 anything else)."""
    from studio import cli

    words = cli.parse(list(sys.argv[1:] if arguments is None else arguments))
    if words.command == "open":
        from studio.ui.opening import open_window

        return open_window(words.project)
    if words.command == "shot":
        from studio.ui.shooting import shoot

        return cli.guarded(lambda: shoot(words))
    return cli.run(words)


if __name__ == "__main__":
    sys.exit(main())
