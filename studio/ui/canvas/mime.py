"""Pictures on their way in and out of the window: clipboard, drops, drags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QImage

from studio.media import MediaError, Picture
from studio.media.picture import files
from studio.media.registry import medium_of_file, named
from studio.ui import clipboard as clip
from studio.ui.canvas.tiles import image_of, picture_of
from studio.ui.media import look_of

ASSET = "application/x-atelier-asset"
PNG = "image/png"
HOME = "canvas"
DROP_LIMIT = 64 * 2**20  # a drop is read while the window waits; larger files go through the menu


@dataclass(frozen=True)
class Dropped:
    """What was found in a drop: pictures with their notes, an asset of the project, and sentences for what could not be read."""

    pictures: tuple[tuple[Picture, str], ...] = ()
    asset: int | None = None
    problems: tuple[str, ...] = ()


def files_in(data: QMimeData) -> list[Path]:
    """The files that a drop brings, to be read aside; none where it brings a work, or pixels as well."""
    if data.hasFormat(ASSET) or data.hasFormat(PNG) or data.hasImage():
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def can_take(data: QMimeData) -> bool:
    """Whether the board can take this at all, asked when something comes over it; what is at home elsewhere the window takes."""
    if data.hasFormat(ASSET) or data.hasFormat(PNG) or data.hasImage():
        return True
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return bool(paths) and all(look_of(medium_of_file(path).name).home == HOME for path in paths)


def read(data: QMimeData) -> Dropped:
    """The pictures or the asset in a drop or on the clipboard. Never raises."""
    if data.hasFormat(ASSET):
        return _asset(bytes(data.data(ASSET).data()))
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    found = _files(paths) if paths else Dropped()
    if found.pictures or (paths and not (data.hasFormat(PNG) or data.hasImage())):
        return found  # else: a name of a file that is gone, beside pixels that are there
    try:
        if data.hasFormat(PNG):
            return Dropped((files.decode(bytes(data.data(PNG).data()), "the dropped picture"),))
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            return Dropped(((picture_of(image), ""),))
    except MediaError as error:
        return Dropped(problems=(str(error),))
    return Dropped()


def offer(picture: Picture) -> QMimeData:
    """A picture as other programs take it."""
    data = QMimeData()
    data.setData(PNG, QByteArray(files.encode_png(picture)))
    data.setImageData(image_of(picture.pixels).copy())
    return data


def offer_file(picture: Picture, name: str, folder: Path) -> QMimeData:
    """The same with a file in `folder`, for programs that take only files."""
    data = offer(picture)
    path = folder / f"{file_name(name)}.png"
    files.save(picture, path)
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def file_name(name: str) -> str:
    """A layer's name as every system takes it for a file."""
    return re.sub(r"[^\w -]+", "_", name).strip()[:60] or "layer"


def copy(picture: Picture) -> None:
    clip.copy(offer(picture))


def clipboard() -> Dropped:
    """What could be pasted."""
    return read(clip.copied())


def _asset(text: bytes) -> Dropped:
    if not re.fullmatch(rb"\d{1,15}", text):
        return Dropped(problems=("What was dropped names no work of this project.",))
    return Dropped(asset=int(text))


def _files(paths: list[Path]) -> Dropped:
    found: list[tuple[Picture, str]] = []
    problems: list[str] = []
    for path in paths:
        try:
            if path.is_dir():
                raise MediaError(f"{path.name} is a folder; drop the pictures in it.")
            if path.exists() and (size := path.stat().st_size) > DROP_LIMIT:
                raise MediaError(f"{path.name} has {size // 2**20} MB; the board takes files up to {DROP_LIMIT // 2**20} MB by drop.")
            found.append(named("picture").load(path))
        except (MediaError, OSError) as error:
            problems.append(str(error))
    return Dropped(tuple(found), None, tuple(problems))
