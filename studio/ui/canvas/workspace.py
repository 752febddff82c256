"""The canvas workspace: tools at the left, the board in the middle, the contact sheet as a drawer from below."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.documents.canvas.document import BoardKind
from studio.documents.canvas.edits import AddLayer, Edit, Together
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, new_id
from studio.documents.canvas.region import Region, owner_of, seen, selected
from studio.documents.seen import Seen
from studio.engine import Cancelled, Failed, Finished, Job, JobEvent, Kept, Preview, Request
from studio.engine.asset_io import picture_of
from studio.generators import Action, Capability, Input
from studio.media import Animation, Media, MediaError, Picture, named
from studio.media.encodings import readable
from studio.media.picture import svg
from studio.media.picture.files import decode, read_bytes, worth_keeping
from studio.media.picture.files import remark as picture_remark
from studio.media.picture.model import block_size
from studio.media.registry import remark
from studio.project import Asset
from studio.ui.actions import Command, several
from studio.ui.canvas import desk as canvas_desk
from studio.ui.canvas.drawer import Drawer
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.canvas.layer_list import thumbnail
from studio.ui.canvas.layers import LayersPanel
from studio.ui.canvas.remembering import Remembering, SheetState
from studio.ui.canvas.tiles import image_of
from studio.ui.canvas.toolstrip import ToolStrip
from studio.ui.canvas.view import BoardView
from studio.ui.desk import Desk
from studio.ui.files import ask_side
from studio.ui.journal import Keeper
from studio.ui.widgets.labels import hairline, title
from studio.ui.workspace import Bound, PlainWorkspace, bound

GAP = 4
ROW = 7  # pictures placed side by side before a new row begins, less one
LOOK_MS = 120  # after the last change of the board, until it is told how the active layer looks


class CanvasWorkspace(PlainWorkspace):
    """One board of the project, and what is done to it."""

    name, title, icon = "canvas", "Canvas", "layers"
    makes = "picture"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._keeper = Keeper(desk, BoardKind())
        self._board_desk = canvas_desk.Desk(self._keeper.open())
        self.view = BoardView(self._board_desk, "Nothing here yet", "Press Ctrl+Enter to draw with the model, or drop a picture")
        self.drawer = Drawer()
        self._strip = ToolStrip(self.view)
        self._seen_job = 0
        self._region: Region | None = None  # where the results of the sheet belong
        self._bound: Region | None = None  # what was bound last of the board for a request that fills it
        self._picked: str | None = None
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._tell_looks)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.view, 1)
        middle.addWidget(self.drawer)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._strip)
        row.addWidget(hairline(vertical=True))
        row.addLayout(middle, 1)
        self.view.problem.connect(lambda sentence: desk.problem.emit(sentence, ""))
        self.view.asset_dropped.connect(self.place)
        self.view.picture_dropped.connect(self._place_dropped)
        self.view.file_dropped.connect(self.open_picture_file)
        self.drawer.sheet.placed.connect(self._take)
        self.drawer.sheet.vary_wanted.connect(desk.wishes.vary)
        self.drawer.all_wanted.connect(self._place_all)
        self._board_desk.document.changed.append(lambda rect: self._changed())
        self._board_desk.document.edited.append(self._follow)
        self._remembering = Remembering(desk, self._board_desk, self.view, self.drawer)
        self._remembering.restore_board()
        self._remembering.restore_sheet(self._sheet_restored)
        self.drawer.closed.connect(self._remember_sheet)
        for tool in self.view.tools.values():  # also while a list beside the board has the keyboard
            QShortcut(QKeySequence(tool.shortcut), self, partial(self._take_tool, tool.name))
        self._look.start()  # a project that is opened again has an active layer already

    def _take_tool(self, name: str) -> None:
        self.view.set_tool(name)
        self.view.setFocus()

    # What the window asks for.

    def surfaces(self) -> Sequence[QWidget]:
        return (self.view,)

    def side_panel(self) -> QWidget:
        """The layers, for the place under the inspector."""
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        head = title("Layers")
        head.setContentsMargins(12, 8, 12, 4)
        column.addWidget(head)
        column.addWidget(LayersPanel(self.view), 1)
        return panel

    def commands(self) -> Sequence[Command]:
        view = self.view
        return [
            *several(
                export=self.export, cut=view.cut, copy=view.copy, paste=view.paste, delete=view.delete, duplicate=view.duplicate,
                select_all=view.select_all, deselect=view.deselect, invert_selection=view.invert_selection,
                fit=view.fit, zoom_in=view.zoom_in, zoom_out=view.zoom_out,
            ),
            Command(
                "fill_selection", "Fill the selection", "Make", self._fill_selection, "lasso", "Ctrl+Shift+F",
                "A model draws the selected part anew",
            ),
            Command("zoom_pixels", "Zoom to single pixels", "View", view.zoom_to_pixels, "grid-3x3", "Ctrl+1"),
        ]  # fmt: skip

    def tool_shortcuts(self) -> list[tuple[str, str]]:
        return [(tool.label, tool.shortcut) for tool in self.view.tools.values()]

    def undo(self) -> bool:
        return self._board_desk.document.undo()

    def redo(self) -> bool:
        return self._board_desk.document.redo()

    def can_undo(self) -> bool:
        return self._board_desk.document.history.can_undo

    def can_redo(self) -> bool:
        return self._board_desk.document.history.can_redo

    def escape(self) -> bool:
        """Leave a gesture or let go of the selection; False when there was neither."""
        return self.view.escape()

    def settle(self) -> None:
        """Before the window closes."""
        self._remembering.write()
        self._keeper.settle(self._board_desk.document)

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """With a contact sheet, as it is while one works."""
        self._desk.wishes.act.emit(Capability.GENERATES, None)
        yield lambda: not self._desk.bridge.busy()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Making.

    def seen(self) -> Seen:
        """What a model is given: the active layer, or what is selected, as it looks now. Raises MediaError where nothing is drawn."""
        return seen(self._board_desk.document.board)

    def _fill_selection(self) -> None:
        """With the model in hand, or one that knows such pictures as the selection is a part of."""
        owner = owner_of(self._board_desk.document.board)
        self._desk.wishes.act.emit(Capability.INFILLS, owner.picture if owner is not None else None)

    def bind(self, action: Action, given: Container[str]) -> Bound:
        """The active layer, or the part around what is selected and the selection, for the first picture that is not given."""
        first = next((each for each in action.inputs if each.medium == self.makes and each.name not in given), None)
        part = action.selection if first is not None else None
        region = self._bound = selected(self._board_desk.document.board, part.size) if part is not None else None

        def whole(each: Input) -> Seen | None:
            if each is not first:
                return None
            return region.seen if region is not None else self.seen()

        return bound(action, given, self.makes, whole, lambda each: region.mask if region is not None else None)

    def begin(self, request: Request) -> Job | None:
        """Submit a request and show its contact sheet. What fills a part of the board belongs there."""
        card = self._desk.session.shelf.card(request.model)
        action = card.action(request.action)
        job = self._desk.submit(request, self._hear)
        if job is None:
            return None
        filled = self._bound
        fills = filled is not None and any(each is filled.mask for each in request.inputs.values())
        self._seen_job, self._region, self._bound = job.number, filled if fills else None, None
        self.drawer.begin(f"{card.title}  ·  {action.label}  ·  seed {request.seed}", len(request.indices))
        return job

    def _follow(self, edit: Edit, before: Board) -> None:
        """The place that was asked for moves with its layer."""
        if self._region is not None:
            place = self._region.follows(edit, before)
            if place is not self._region:
                self._region = place
                self._remember_sheet()

    def _remember_sheet(self) -> None:
        """The sheet that lies open, for the next start; none once it was closed."""
        assets = tuple(self.drawer.sheet.assets())
        shown = bool(assets) and not self.drawer.isHidden()
        self._remembering.write_sheet(SheetState(self.drawer.heading, assets, self._region) if shown else None)

    def _sheet_restored(self, state: SheetState) -> None:
        self._region = state.region

    def _hear(self, job: Job, event: JobEvent) -> None:
        if job.number != self._seen_job:
            return
        match event:
            case Preview() if isinstance(event.media, Picture):
                self.drawer.sheet.preview(event.index, event.media)
            case Kept() if isinstance(event.media, Picture):
                self.drawer.sheet.fill(event.index, event.media, event.asset.id if event.asset else None)
                self._place_first(job, event)
            case Finished():
                self.drawer.finished()
                self._remember_sheet()
            case Cancelled():
                self.drawer.sheet.drop_unfinished()
                self.drawer.finished()
                self._remember_sheet()
            case Failed():
                self.drawer.hide()

    def _place_first(self, job: Job, event: Kept) -> None:
        """A single result goes straight to the board: one press does the usual thing."""
        if isinstance(job.order, Request) and len(job.order.indices) == 1 and event.asset is not None:
            self._take(event.asset.id)

    def _take(self, asset_id: int) -> None:
        """A picture of the sheet: into the selection that it was made for, else on the board as a layer."""
        region = self._region
        if region is None:
            self.place(asset_id)
        else:
            self._desk.with_work(asset_id, "picture", lambda picture, asset: self._fill(region, picture))

    def _fill(self, region: Region, picture: Picture) -> None:
        document = self._board_desk.document
        try:
            self._board_desk.apply(region.filled(document.board, picture))
        except MediaError as error:
            self._desk.problem.emit(str(error), "")
        owner = region.owner(document.board)
        if owner is not None:
            document.activate(owner.id)  # what was filled is what the next stroke goes on with
        self.view.setFocus()

    # Placing.

    def place(self, asset: int, at: QPoint | None = None) -> None:
        """Put an asset on the board as a layer, in the middle of the view or at the next free place."""

        def lay(media: Media, found: Asset) -> None:
            if isinstance(media, Animation):
                self._place_frames(media, found, at)
            elif isinstance(media, Picture):
                self._place(media, found.title, asset, at)
            self.view.setFocus()  # the next key is a tool's

        medium = self._desk.project.asset(asset).medium
        self._desk.with_work(asset, medium if medium == "animation" else self.makes, lay)

    def _place_frames(self, animation: Animation, asset: Asset, at: QPoint | None) -> None:
        """Every frame as a layer, the first at the bottom, all at one place: as the export of layers as an animation takes them."""
        board, first = self._board_desk.document.board, animation.picture(0)
        rect = self._free_place(first.width, first.height, board) if at is None else _around(at, first)
        names = [f"{asset.title[:180] or 'Frame'} {number}" for number in range(1, len(animation) + 1)]
        layers = [Layer(new_id(), name, rect.x, rect.y, each) for name, each in zip(names, animation.pictures(), strict=True)]
        try:
            self._board_desk.apply(Together(tuple(AddLayer(each) for each in layers), "Open as frames"))
        except MediaError as error:
            self._desk.problem.emit(str(error), "")
            return
        if not self._sees(rect):
            self.view.fit()

    def _place_all(self) -> None:
        """Every picture of the sheet as a layer, all of them one step of undo."""
        project, wanted = self._desk.project, self.drawer.sheet.assets()

        def read() -> list[tuple[Picture, str, int]]:
            return [(picture_of(project, asset), asset.title, asset.id) for asset in map(project.asset, wanted)]

        self._desk.read_aside(read, self._place_together)

    def _place_together(self, found: list[tuple[Picture, str, int]]) -> None:
        board, edits = self._board_desk.document.board, []
        for picture, name, asset in found:
            rect = self._free_place(picture.width, picture.height, board)
            edits.append(AddLayer(Layer(new_id(), name[:200] or "Picture", rect.x, rect.y, picture, asset=asset)))
            board = edits[-1].apply(board)
        if edits:
            self._board_desk.apply(Together(tuple(edits), "Place all"))
            self.view.fit()

    def _place_dropped(self, picture: Picture, note: str, at: QPoint) -> None:
        self._place(picture, "Dropped picture", None, at)
        self._desk.add(picture, "Dropped picture", note)
        self._desk.offer_recipe(note)

    def _place(self, picture: Picture, name: str, asset: int | None, at: QPoint | None) -> None:
        board = self._board_desk.document.board
        rect = self._free_place(picture.width, picture.height, board) if at is None else _around(at, picture)
        layer = Layer(new_id(), name[:200] or "Picture", rect.x, rect.y, picture, asset=asset)
        self._board_desk.apply(AddLayer(layer, name="Place picture"))
        if len(self._board_desk.document.board.layers) == 1 or not self._sees(rect):
            self.view.fit()

    def _sees(self, rect: Rect) -> bool:
        """Whether the view shows all of a board rectangle."""
        left, top, width, height = self.view.view.window(rect)
        return left >= 0 and top >= 0 and left + width <= self.view.width() and top + height <= self.view.height()

    def _free_place(self, width: int, height: int, board: Board) -> Rect:
        """The middle of the view, or the nearest place around it, in rings, where nothing lies yet."""
        taken = [layer.rect for layer in board.layers if layer.visible]
        middle = self.view.centre()
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

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.open_picture_file(path)

    def open_picture_file(self, path: Path, at: QPoint | None = None) -> None:
        """Load a picture on the file threads, place it, keep it, offer its recipe. How large a drawing is to be is asked first."""
        side = ask_side(self, path)
        if side is None:
            return

        name = readable(path.stem)

        def read() -> tuple[Picture | Animation, str, str, bytes]:
            if named("animation").reads(path):
                return *named("animation").load(path), picture_remark(path), b""
            data = read_bytes(path)
            picture, note = (Picture(svg.drawn(data, name, side)), "") if side else decode(data, readable(path.name))
            block = block_size(picture) if note else 1  # an export of ours, enlarged for the eye
            if block > 1:
                own = Picture(picture.pixels[::block, ::block])
                return own, note, f"{name} was {block} times as large as it was drawn; it lies here pixel by pixel.", b""
            return picture, note, remark(path), worth_keeping(data)

        def arrived(found: tuple[Picture | Animation, str, str, bytes]) -> None:
            media, note, said, source = found
            self._place(media.picture(0) if isinstance(media, Animation) else media, name, None, at)
            self._desk.add(media, name[:80], note, source)
            if said:
                self._desk.notice.emit(said)
            self._desk.offer_recipe(note)

        self._desk.read_aside(read, arrived)

    # Picking and exporting.

    def active_layer(self) -> Layer | None:
        return self._board_desk.document.board.active_layer

    def _changed(self) -> None:
        """Say that another layer is active, where it is another than was said last."""
        picked = self._board_desk.document.board.active
        if picked is not None and picked != self._picked:
            self._desk.wishes.picked.emit()
        self._picked = picked
        self._look.start()
        self._desk.wishes.changed.emit()

    def _tell_looks(self) -> None:
        """Say how the active layer looks, which models are given."""
        layer = self.active_layer()
        looks = thumbnail(image_of(layer.picture.pixels)) if layer is not None else None
        self._desk.wishes.looks.emit(f"“{layer.name}”" if layer is not None else "", looks)

    def export(self) -> None:
        """Ask what and how, and write it on the file threads."""
        ExportDialog(self._desk, self._board_desk.document.board, self).show()

    def export_work(self, asset: int) -> bool:
        """Export one picture of the history."""
        if self._desk.project.asset(asset).medium != self.makes:
            return False

        def show(picture: Picture, found: Asset) -> None:
            layer = Layer(new_id(), found.title or "Picture", 0, 0, picture, asset=asset)
            ExportDialog(self._desk, Board((layer,), layer.id), self).show()

        self._desk.with_work(asset, self.makes, show)
        return True


def _around(at: QPoint, picture: Picture) -> Rect:
    return Rect(at.x() - picture.width // 2, at.y() - picture.height // 2, picture.width, picture.height)
