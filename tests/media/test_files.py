"""Files are written whole or not at all, also on shares that do less than a disk does."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from studio.media import MediaError
from studio.media.files import write_atomically


def refuse(*_: object) -> None:
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_share_that_refuses_rights_and_flushing_takes_the_file_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hero.png"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "fsync", refuse)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new" and names(tmp_path) == ["hero.png"]


def test_a_disk_that_fails_to_flush_is_said_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "hero.png"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(MediaError, match=r"hero\.png cannot be written .* Input/output error"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old" and names(tmp_path) == ["hero.png"]


def test_a_link_stays_a_link_and_the_file_behind_it_is_written(tmp_path: Path) -> None:
    real = tmp_path / "real.png"
    real.write_bytes(b"old")
    link = tmp_path / "link.png"
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"


def test_a_new_file_has_the_rights_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "new.png", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == 0o640
    (tmp_path / "new.png").chmod(0o600)
    write_atomically(tmp_path / "new.png", b"2")
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["ü" * 120 + ".png", "모" * 81 + ".png"])
def test_the_longest_name_that_a_disk_takes_can_be_written(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"1")
    assert names(tmp_path) == [name]


def test_a_name_that_cannot_be_is_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be written"):
        write_atomically(tmp_path / "a\0b.png", b"1")
    with pytest.raises(MediaError, match="too long"):
        write_atomically(tmp_path / ("x" * 300), b"1")
    assert names(tmp_path) == []
