"""Atelier started by itself is Atelier alone."""

import subprocess
from pathlib import Path

from studio import __version__
from studio.places import itself


def test_a_module_in_the_working_folder_is_not_run_when_atelier_starts_itself(tmp_path: Path) -> None:
    for name in ("json", "argparse", "studio"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit(1)\n")
    said = subprocess.run(itself("--version"), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.strip() == f"atelier {__version__}"
    assert not (tmp_path / "ran").exists()
