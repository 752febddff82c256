"""A child process that keeps works until it is killed, and prints each one that was acknowledged. No torch."""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import Future
from pathlib import Path

from studio.project import Asset, Project

IN_FLIGHT = 8


def main(path: str, start: int) -> None:
    project = Project.open(Path(path), create=True)
    document = project.create_document("canvas", "Board", b"").result()
    waiting: deque[Future[Asset]] = deque()
    for number in range(start, start + 100_000):
        data = b"%d " % number * (1 + number * 37 % 3000)
        waiting.append(project.add_asset("picture", data, latent=b"%d" % (number % 7), title=str(number)))
        project.append_edit(document, "step", data[:50])
        if len(waiting) == IN_FLIGHT:
            asset = waiting.popleft().result()
            print(asset.id, asset.sha256, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
