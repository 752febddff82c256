"""The canvas workspace: tools at the left, the board in the middle, the contact sheet as a drawer from below."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.documents.canvas.document import BoardKind
from studio.documents.canvas.model import Board, Layer, new_id
from studio.documents.seen import Seen
from studio.engine import Job, Request
from studio.generators import Action, Capability
from studio.media import Picture
from studio.project import Asset
from studio.ui.actions import Command, several
from studio.ui.canvas import tool_context
from studio.ui.canvas.drawer import Drawer
from studio.ui.canvas.export_dialog import ExportDialog
from studio.ui.canvas.layer_list import thumbnail
from studio.ui.canvas.layers import LayersPanel
from studio.ui.canvas.making import Making
from studio.ui.canvas.placing import Placing
from studio.ui.canvas.remembering import Remembering
from studio.ui.canvas.tiles import image_of
from studio.ui.canvas.toolstrip import ToolStrip
from studio.ui.canvas.view import BoardView
from studio.ui.context import AppContext
from studio.ui.journal import Keeper
from studio.ui.widgets.labels import hairline, title
from studio.ui.workspace import Bound, PlainWorkspace

LOOK_MS = 120  # after the last change of the board, until it is told how the active layer looks


class CanvasWorkspace(PlainWorkspace):
    """One board of the project, and what is done to it."""

    name, title, icon = "canvas", "Canvas", "layers"
    makes = "picture"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._keeper = Keeper(context, BoardKind())
        self._tools = tool_context.ToolContext(self._keeper.open())
        self.view = BoardView(self._tools, "Nothing here yet", "Press Ctrl+Enter to draw with the model, or drop a picture")
        self.drawer = Drawer()
        self.placing = Placing(context, self._tools, self.view)
        self._strip = ToolStrip(self.view)
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
        self.view.problem.connect(lambda sentence: context.problem.emit(sentence, ""))
        self.view.asset_dropped.connect(self.place)
        self.view.picture_dropped.connect(self.placing.take_dropped)
        self.view.file_dropped.connect(self.placing.open_file)
        self._tools.document.changed.append(lambda rect: self._changed())
        self._remembering = Remembering(context, self._tools, self.view, self.drawer)
        self._remembering.restore_board()
        self.making = Making(context, self._tools, self.view, self.drawer, self.placing, self._remembering)
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
                "fill_selection", "Fill the selection", "Make", self.making.fill_selection, "lasso", "Ctrl+Shift+F",
                "A model draws the selected part anew",
            ),
            Command("zoom_pixels", "Zoom to single pixels", "View", view.zoom_to_pixels, "grid-3x3", "Ctrl+1"),
        ]  # fmt: skip

    def tool_shortcuts(self) -> list[tuple[str, str]]:
        return [(tool.label, tool.shortcut) for tool in self.view.tools.values()]

    def undo(self) -> bool:
        return self._tools.document.undo()

    def redo(self) -> bool:
        return self._tools.document.redo()

    def can_undo(self) -> bool:
        return self._tools.document.history.can_undo

    def can_redo(self) -> bool:
        return self._tools.document.history.can_redo

    def escape(self) -> bool:
        """Leave a gesture or let go of the selection; False when there was neither."""
        return self.view.escape()

    def settle(self) -> None:
        """Before the window closes."""
        self._remembering.write()
        self._keeper.settle(self._tools.document)

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """With a contact sheet, as it is while one works."""
        self._context.wishes.act.emit(Capability.GENERATES, None)
        yield lambda: not self._context.bridge.busy()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # Making, and what comes in.

    def seen(self) -> Seen:
        return self.making.seen()

    def bind(self, action: Action, given: Container[str]) -> Bound:
        return self.making.bind(action, given)

    def begin(self, request: Request) -> Job | None:
        return self.making.begin(request)

    def place(self, asset: int, at: QPoint | None = None) -> None:
        self.placing.place(asset, at)

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.placing.open_file(path)

    # Picking and exporting.

    def active_layer(self) -> Layer | None:
        return self._tools.document.board.active_layer

    def _changed(self) -> None:
        """Say that another layer is active, where it is another than was said last."""
        picked = self._tools.document.board.active
        if picked is not None and picked != self._picked:
            self._context.wishes.picked.emit()
        self._picked = picked
        self._look.start()
        self._context.wishes.changed.emit()

    def _tell_looks(self) -> None:
        """Say how the active layer looks, which models are given."""
        layer = self.active_layer()
        looks = thumbnail(image_of(layer.picture.pixels)) if layer is not None else None
        self._context.wishes.looks.emit(f"“{layer.name}”" if layer is not None else "", looks)

    def export(self) -> None:
        """Ask what and how, and write it on the file threads."""
        ExportDialog(self._context, self._tools.document.board, self).show()

    def export_work(self, asset: int) -> bool:
        """Export one picture of the history."""
        if self._context.project.asset(asset).medium != self.makes:
            return False

        def show(picture: Picture, found: Asset) -> None:
            layer = Layer(new_id(), found.title or "Picture", 0, 0, picture, asset=asset)
            ExportDialog(self._context, Board((layer,), layer.id), self).show()

        self._context.with_work(asset, self.makes, show)
        return True
