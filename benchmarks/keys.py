"""Keys on a page of 100,000 words while the model in hand reads along and writes in grey: how long each takes to be on the screen."""

from __future__ import annotations

import time
from statistics import median

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.common import percentile, report, run_loop, take_in_hand, temporary_project, window
from studio.media import Text
from studio.ui.writing import WritingWorkspace

WORDS, KEYS = 100_000, 240
PARAGRAPH = "The lighthouse had been dark for nine years when the gull came to the window and knocked three times upon the glass. " * 4
USER_ERRORS = "and then the keeper lit the lamp again while the sea went on below "
PAUSE_MS, REST_MS = 60, 1500  # between two keys; and now and then a rest, in which grey text comes


def main() -> None:
    count = WORDS // len(PARAGRAPH.split())
    with temporary_project() as project, window(project) as shown:
        shown.go("writing")
        take_in_hand(shown, "smollm2")
        writing: WritingWorkspace = shown.workspaces["writing"]
        writing.importer.open_text(Text("\n\n".join([PARAGRAPH.strip()] * count)))
        edit = writing.edit
        shown.activateWindow()
        QTest.qWaitForWindowActive(shown, 5000)  # of its waits this one alone: QTest.qWait holds Python's lock, and no model gets on
        edit.setFocus()
        edit.choose(len(PARAGRAPH) - 1, len(PARAGRAPH) - 1)  # the end of the first paragraph
        writing.ghost.set_on(True)
        took, ghosts = [], 0
        for number in range(KEYS):
            letter = USER_ERRORS[number % len(USER_ERRORS)]
            began = time.perf_counter()
            QTest.keyClick(shown.windowHandle(), letter)
            edit.viewport().repaint()
            QApplication.processEvents()
            took.append((time.perf_counter() - began) * 1000)
            run_loop(REST_MS if number % 24 == 23 else PAUSE_MS)
            ghosts += bool(edit.ghost)
    report({"words": WORDS, "ghosts": ghosts, "median": median(took), "p99": percentile(took, 0.99), "worst": max(took)})


if __name__ == "__main__":
    main()
