"""How pictures come onto the board: from the history, from files, dropped; each as a layer, where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint

from studio.documents.canvas.edits import AddLayer, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, new_id
from studio.engine.asset_io import picture_of
from studio.media import Animation, Media, MediaError, Picture, named
from studio.media.encodings import readable
from studio.media.picture import svg
from studio.media.picture.files import read_bytes, worth_keeping
from studio.media.picture.files import remark as picture_remark
from studio.media.picture.model import block_size
from studio.media.registry import remark
from studio.project import Asset
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.view import BoardView
from studio.ui.context import AppContext
from studio.ui.files import ask_side

GAP = 4
ROW = 7  # pictures placed side by side before a new row begins, less one


class Placing:
    """Lays pictures on the board that `view` shows."""

    def __init__(self, context: AppContext, board: ToolContext, view: BoardView) -> None:
        self._context, self._board, self._view = context, board, view

    def place(self, asset: int, at: QPoint | None = None) -> None:
        """Put an asset on the board as a layer, in the middle of the view or at the next free place."""

        def arrived(media: Media, found: Asset) -> None:
            if isinstance(media, Animation):
                self._lay_frames(media, found, at)
            elif isinstance(media, Picture):
                self.lay(media, found.title, asset, at)
            self._view.setFocus()  # the next key is a tool's

        medium = self._context.project.asset(asset).medium
        self._context.with_work(asset, medium if medium == "animation" else "picture", arrived)

    def _lay_frames(self, animation: Animation, asset: Asset, at: QPoint | None) -> None:
        """Every frame as a layer, the first at the bottom, all at one place: as the export of layers as an animation takes them."""
        board, first = self._board.document.board, animation.picture(0)
        rect = self._free_place(first.width, first.height, board) if at is None else _around(at, first)
        names = [f"{asset.title[:180] or 'Frame'} {number}" for number in range(1, len(animation) + 1)]
        layers = [Layer(new_id(), name, rect.x, rect.y, each) for name, each in zip(names, animation.pictures(), strict=True)]
        try:
            self._board.apply(Together(tuple(AddLayer(each) for each in layers), "Open as frames"))
        except MediaError as error:
            self._context.problem.emit(str(error), "")
            return
        if not self._sees(rect):
            self._view.fit()

    def place_all(self, assets: Sequence[int]) -> None:
        """Each of some assets as a layer, all of them one step of undo."""
        project, wanted = self._context.project, tuple(assets)

        def read() -> list[tuple[Picture, str, int]]:
            return [(picture_of(project, asset), asset.title, asset.id) for asset in map(project.asset, wanted)]

        self._context.read_aside(read, self._place_together)

    def _place_together(self, found: list[tuple[Picture, str, int]]) -> None:
        board, edits = self._board.document.board, []
        for picture, name, asset in found:
            rect = self._free_place(picture.width, picture.height, board)
            edits.append(AddLayer(Layer(new_id(), name[:200] or "Picture", rect.x, rect.y, picture, asset=asset)))
            board = edits[-1].apply(board)
        if edits:
            self._board.apply(Together(tuple(edits), "Place all"))
            self._view.fit()

    def take_dropped(self, picture: Picture, note: str, at: QPoint) -> None:
        self.lay(picture, "Dropped picture", None, at)
        self._context.add(picture, "Dropped picture", note)
        self._context.offer_recipe(note)

    def lay(self, picture: Picture, name: str, asset: int | None, at: QPoint | None) -> None:
        """A picture as a layer: where it was dropped, else at the next free place."""
        board = self._board.document.board
        rect = self._free_place(picture.width, picture.height, board) if at is None else _around(at, picture)
        layer = Layer(new_id(), name[:200] or "Picture", rect.x, rect.y, picture, asset=asset)
        self._board.apply(AddLayer(layer, name="Place picture"))
        if len(self._board.document.board.layers) == 1 or not self._sees(rect):
            self._view.fit()

    def _sees(self, rect: Rect) -> bool:
        """Whether the view shows all of a board rectangle."""
        left, top, width, height = self._view.view.window(rect)
        return left >= 0 and top >= 0 and left + width <= self._view.width() and top + height <= self._view.height()

    def _free_place(self, width: int, height: int, board: Board) -> Rect:
        """The middle of the view, or the nearest place around it, in rings, where nothing lies yet."""
        taken = [layer.rect for layer in board.layers if layer.visible]
        middle = self._view.centre()
        left, top = middle.x() - width // 2, middle.y() - height // 2
        if taken:  # rows come out straight: to the right of the last one, where there is room
            last = taken[-1]
            left, top = last.x + last.w + GAP, last.y
            if left > taken[0].x + ROW * (width + GAP):
                left, top = taken[0].x, last.y + last.h + GAP
        for ring in range(200):
            for row in range(-(ring // 2), ring // 2 + 1):
                for column in [-ring, ring] if abs(row) < ring // 2 else range(-ring, ring + 1):
                    place = Rect(left + column * (width + GAP), top + row * (height + GAP), width, height)
                    if all(place.intersected(other).empty for other in taken):
                        return place
        return Rect(left, top, width, height)

    def open_file(self, path: Path, at: QPoint | None = None) -> None:
        """Load a picture on the file threads, place it, keep it, offer its recipe. How large a drawing is to be is asked first."""
        side = ask_side(self._view, path)
        if side is None:
            return

        name = readable(path.stem)

        def read() -> tuple[Picture | Animation, str, str, bytes]:
            if named("animation").reads(path):
                return *named("animation").load(path), picture_remark(path), b""
            data = read_bytes(path)
            picture, note = (Picture(svg.drawn(data, name, side)), "") if side else named("picture").load(path)
            block = block_size(picture) if note else 1  # an export of ours, enlarged for the eye
            if block > 1:
                own = Picture(picture.pixels[::block, ::block])
                return own, note, f"{name} was {block} times as large as it was drawn; it lies here pixel by pixel.", b""
            return picture, note, remark(path), worth_keeping(data)

        def arrived(found: tuple[Picture | Animation, str, str, bytes]) -> None:
            media, note, said, source = found
            self.lay(media.picture(0) if isinstance(media, Animation) else media, name, None, at)
            self._context.add(media, name[:80], note, source)
            if said:
                self._context.notice.emit(said)
            self._context.offer_recipe(note)

        self._context.read_aside(read, arrived)


def _around(at: QPoint, picture: Picture) -> Rect:
    return Rect(at.x() - picture.width // 2, at.y() - picture.height // 2, picture.width, picture.height)
