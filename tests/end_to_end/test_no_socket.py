"""The studio opens no socket that leads out of the machine: the kernel ends whatever tries to."""

import os
import platform
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the filter is written for Linux on x86-64"
)

# A seccomp filter in classic BPF, inherited by every thread and child: socket(AF_INET or AF_INET6, …) kills the process with SIGSYS.
# The window system's local socket (AF_UNIX) is let through.
FILTER = """
import ctypes, struct, sys
def step(code, yes, no, value): return struct.pack("=HBBI", code, yes, no, value)
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, FIRST = 0, 16  # of the system call, and its first argument, in struct seccomp_data
SOCKET, KILL, ALLOW = 41, 0x80000000, 0x7FFF0000
steps = [step(LOAD, 0, 0, NUMBER), step(EQUAL, 0, 4, SOCKET), step(LOAD, 0, 0, FIRST),
         step(EQUAL, 1, 0, 2), step(EQUAL, 0, 1, 10), step(RETURN, 0, 0, KILL), step(RETURN, 0, 0, ALLOW)]
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(steps), b"".join(steps))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program)):
    sys.exit(77)
"""
UNSUPPORTED = 77


def filtered(code: str) -> int:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run([sys.executable, "-c", FILTER + code], env=environment, capture_output=True, timeout=300, check=False)
    if result.returncode == UNSUPPORTED:
        pytest.skip("this kernel takes no filters")
    return result.returncode


@pytest.mark.parametrize("kind", ["AF_INET", "AF_INET6"])
def test_the_filter_ends_what_opens_one(kind: str) -> None:
    assert filtered(f"import socket; socket.socket(socket.{kind}, socket.SOCK_DGRAM)") == -signal.SIGSYS


def test_the_filter_lets_local_sockets_through() -> None:
    assert filtered("import socket; socket.socket(socket.AF_UNIX)") == 0


@pytest.mark.parametrize("words", [
    ("generate", "heroes-vae", "-o", "{folder}"),
    ("generate", "smollm2", "--set", "words=8", "-o", "{folder}"),
    ("generate", "musicvae-2bar", "-o", "{folder}"),
    ("shot", "writing", "-o", "{folder}/writing.png"),
    ("shot", "pianoroll", "-o", "{folder}/pianoroll.png"),
], ids=" ".join)  # fmt: skip
def test_making_and_showing_open_none(words: tuple[str, ...], tmp_path) -> None:
    told = [word.format(folder=tmp_path) for word in words]
    assert filtered(f"import sys; sys.argv = ['atelier', *{told!r}]\nimport runpy; runpy.run_module('studio', run_name='__main__')") == 0
    assert any(tmp_path.iterdir())
