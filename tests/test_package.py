"""The package as a whole: what importing it costs, and that its wheel works where there is nothing else."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("module", ["studio", "studio.ui", "studio.cli", "studio.ui.application", "studio.documents.canvas.document"])
def test_importing_brings_no_torch(module) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_scripts_can_open_load_and_generate(tmp_path) -> None:
    import studio

    pictures = studio.generate("heroes-vae", count=2, seed=3)
    assert [picture.width for picture in pictures] == [32, 32]
    with studio.open_project(tmp_path / "script.atelier") as project:
        assert project.asset_count() == 0
    assert studio.load_model("heroes-vae").spaces() == {"z": (64,)}


def test_no_socket_is_opened_while_drawing() -> None:
    code = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'socket.__new__' and arguments[1] in (2, 10):\n"
        "        raise SystemExit('an internet socket was opened')\n"
        "sys.addaudithook(hook)\n"
        "import studio\n"
        "assert studio.generate('heroes-vae', count=1)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="paths of a virtual environment differ")
def test_the_built_wheel_draws_in_an_empty_environment(tmp_path) -> None:
    """The wheel alone is installed; what it depends on is lent by this environment, so that nothing is downloaded."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    site = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    (site / "lent.pth").write_text(lent)
    # An editable install of the checkout in the lent packages would hide the wheel: the wheel's own folder comes first.
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [str(tmp_path / "venv" / "bin" / "atelier"), "generate", "heroes-vae", "-o", str(tmp_path / "out")]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    ask = [str(python), "-c", "import studio; print(studio.__file__)"]
    where = subprocess.run(ask, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert str(site) in where.stdout
    assert (tmp_path / "out" / "heroes-vae-0-0.png").exists()
