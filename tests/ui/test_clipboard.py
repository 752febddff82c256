"""What was copied does not take the studio down when it ends."""

import subprocess
import sys

PROGRAM = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from studio.ui import clipboard
app = QApplication([])
data = QMimeData()
data.setData("application/x-notes", b"abc")
clipboard.copy(data)
print(bytes(clipboard.copied().data("application/x-notes").data()).decode())
"""


def test_a_program_that_copied_ends_well() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout.strip()) == (0, "abc")
