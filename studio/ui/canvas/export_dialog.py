"""Export: what of the board, as what, how large, with the resulting size before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.documents.canvas import export
from studio.documents.canvas.export import KINDS, Kind, Part
from studio.documents.canvas.model import Board
from studio.media import MediaError
from studio.ui.context import AppContext
from studio.ui.saving import ask_where, plain_name
from studio.ui.widgets.labels import primary, quiet, title
from studio.ui.widgets.number import NumberField


class ExportDialog(QDialog):
    """Not modal: the board can be looked at beside it. It writes the board as it was when it opened."""

    def __init__(self, context: AppContext, board: Board, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._board = context, board
        self.setWindowTitle("Export")
        self._kind = QComboBox()
        self._kind.setAccessibleName("What to export")
        self._kind.addItems([kind.label for kind in KINDS])
        self._scale = NumberField("Scale", 8, 1, 32, 1, unit="×", whole=True)
        self._columns = NumberField("Columns", 8, 1, 64, 1, whole=True)
        self._time = NumberField("Time a frame", 150, 20, 2000, 10, unit="ms", whole=True)
        self._size = quiet("")
        self._rows: dict[QWidget, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for row, (text, field) in enumerate(
            (("What", self._kind), ("Scale", self._scale), ("Columns", self._columns), ("Time a frame", self._time))
        ):
            label = quiet(text)
            self._rows[field] = label
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        save = primary("Export…")
        save.clicked.connect(self._save)
        save.setDefault(True)  # else Enter presses the first button, which cancels
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self._size)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(title("Export"))
        column.addLayout(grid)
        column.addLayout(buttons)
        self.setMinimumWidth(420)
        self._kind.currentIndexChanged.connect(lambda _: self._refresh())
        self._scale.changed.connect(lambda _: self._refresh())
        self._refresh()

    @property
    def kind(self) -> Kind:
        return KINDS[self._kind.currentIndex()]

    def _refresh(self) -> None:
        for field, wanted in ((self._columns, self.kind.columns), (self._time, self.kind.time)):
            field.setVisible(wanted)
            self._rows[field].setVisible(wanted)
        self._size.setText(self._result_text())

    def _result_text(self) -> str:
        """What will be written, or why it cannot be."""
        scale = int(self._scale.value())
        try:
            if self.kind.part is not None:
                picture = export.picture_of(self._board, self.kind.part)
                return f"{picture.width * scale}×{picture.height * scale} pixels"
            return f"{len(export.shown_layers(self._board))} layers at {scale}×"
        except MediaError as error:
            return str(error)

    def _save(self) -> None:
        kind = self.kind
        path = ask_where(self, "Export", self._name(), {f"{kind.label} (*{kind.suffix})": kind.suffix}, partial(export.written_by, kind))
        if path is not None:
            self.write(path)

    def _name(self) -> str:
        """What the file is called unless the person says otherwise: the layer, or the project."""
        layer = self._board.active_layer
        if layer is not None and (self.kind.part is Part.LAYER or len(self._board.layers) == 1):
            return plain_name(layer.name, "picture")
        return plain_name(self._context.project.path.stem, "atelier")

    def write(self, path: Path) -> None:
        """Write to `path` on the file threads, then close."""
        work = self._work(path)

        def written(done: Any) -> None:
            error = done.exception()
            if error is not None:
                self._context.problem.emit(str(error), "")
            else:
                self._context.notice.emit(f"{path.name} is in {path.parent}.")
                self.close()

        self._context.bridge.in_background(work, written)

    def _work(self, path: Path) -> Callable[[], object]:
        board, kind, project = self._board, self.kind, self._context.project
        scale, columns, time = int(self._scale.value()), int(self._columns.value()), int(self._time.value())

        return lambda: export.write(project, board, kind, path, scale, columns, time)
