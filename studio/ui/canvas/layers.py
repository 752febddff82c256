"""The panel of layers: the list, how the active layer blends, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.documents.canvas.blending import MODES, NORMAL
from studio.documents.canvas.edits import SetBlend, SetOpacity
from studio.documents.canvas.geometry import Rect
from studio.ui import theme
from studio.ui.canvas import commands
from studio.ui.canvas.layer_list import LayerDelegate, LayerModel
from studio.ui.canvas.view import BoardView

BUTTONS = (  # icon, name, what it says
    ("plus", "add", "New layer"),
    ("copy-plus", "duplicate", "Duplicate layer"),
    ("arrow-down-to-line", "merge", "Merge with the layer below"),
    ("arrow-up", "up", "Move layer up"),
    ("arrow-down", "down", "Move layer down"),
    ("trash-2", "delete", "Delete layer"),
)


class _List(QListView):
    """Space hides and shows; Enter and F2 rename."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, model = self.currentIndex(), self.model()
        if event.key() == Qt.Key.Key_Space and index.isValid() and isinstance(model, LayerModel):
            model.toggle(index.row())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not self.indexWidget(index):
            self.edit(index)
        else:
            super().keyPressEvent(event)


class LayersPanel(QWidget):
    """Shows and changes the layers of `view`'s board; every change is one step of undo."""

    def __init__(self, view: BoardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._context = view, view.context
        self._document = view.context.document
        self._filling = False
        self.setAccessibleName("Layers")
        self.model = LayerModel(self._context)
        self.list = self._make_list()
        empty = QLabel("Layers of the board appear here.", alignment=Qt.AlignmentFlag.AlignCenter)
        empty.setProperty("role", "quiet")
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.SPACE, theme.SPACE, 3 * theme.SPACE, theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(self._opacity_row())
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._button_row())
        self._document.changed.append(self._changed)
        view.document_replaced.connect(self._replaced)
        theme.current().changed.connect(self._recolour)
        self._recolour()
        self._refresh()

    def _make_list(self) -> _List:
        made = _List()
        made.setModel(self.model)
        made.setItemDelegate(LayerDelegate(made))
        made.setAccessibleName("Layers, top first")
        made.setUniformItemSizes(True)
        made.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        made.setDragDropOverwriteMode(False)
        made.setDropIndicatorShown(True)
        made.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.selectionModel().currentChanged.connect(self._chosen)
        return made

    def _opacity_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        self.blend = QComboBox()
        self.blend.setAccessibleName("How the active layer blends")
        self.blend.setToolTip("How the colours of this layer meet those below it")
        for mode in MODES:
            self.blend.addItem(mode.replace("-", " ").capitalize(), mode)
        self.blend.view().setAccessibleName("Ways to blend")
        self.blend.activated.connect(self._blend_chosen)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(100)
        self.opacity.setAccessibleName("Opacity of the active layer")
        self.opacity.setToolTip("Opacity of the active layer")
        self._percent = QLabel("100 %", alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._percent.setFixedWidth(11 * theme.SPACE)
        self.opacity.valueChanged.connect(self._opacity_moved)
        self.opacity.sliderReleased.connect(self._opacity_set)
        row.addWidget(self.blend, 3)
        row.addWidget(self.opacity, 4)
        row.addWidget(self._percent)
        return row

    def _blend_chosen(self) -> None:
        layer, mode = self._context.document.board.active_layer, self.blend.currentData()
        if layer is not None and layer.blend != mode:
            self._context.apply(SetBlend(layer.id, mode))

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        self.buttons: dict[str, QToolButton] = {}
        does = {
            "add": self._add,
            "duplicate": lambda: self._view.duplicate(),
            "merge": lambda: commands.merge_down(self._context),
            "up": lambda: commands.raise_layer(self._context, 1),
            "down": lambda: commands.raise_layer(self._context, -1),
            "delete": lambda: commands.delete_layer(self._context),
        }
        for _, name, said in BUTTONS:
            button = QToolButton()
            button.setToolTip(said)
            button.setAccessibleName(said)
            button.setIconSize(QSize(theme.ICON, theme.ICON))
            button.clicked.connect(does[name])
            self.buttons[name] = button
            if name == "delete":
                row.addStretch(1)
            row.addWidget(button)
        return row

    def _add(self) -> None:
        at = self._view.centre()
        commands.add_empty_layer(self._context, at.x(), at.y())

    def _chosen(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.isValid() and not self._filling:
            self._context.document.activate(self.model.layer(current.row()).id)

    def _opacity_moved(self, value: int) -> None:
        self._percent.setText(f"{value} %")
        layer = self._context.document.board.active_layer
        if self._filling or layer is None:
            return
        if self.opacity.isSliderDown():
            self._context.preview(SetOpacity(layer.id, value / 100))
        else:
            self._opacity_set()

    def _opacity_set(self) -> None:
        layer, value = self._context.document.board.active_layer, self.opacity.value() / 100
        self._context.preview(None)
        if layer is not None and layer.opacity != value:
            self._context.apply(SetOpacity(layer.id, value))

    def _changed(self, rect: Rect | None) -> None:
        if not self.opacity.isSliderDown():
            self._refresh()

    def _refresh(self) -> None:
        board = self._context.document.board
        self._filling = True
        self.model.refresh()
        self._pages.setCurrentIndex(1 if board.layers else 0)
        index = self.model.index(self.model.row_of(board.active))
        if index.isValid() and index != self.list.currentIndex():
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)
        layer = board.active_layer
        place = board.index(layer.id) if layer else 0
        self.opacity.setEnabled(layer is not None)
        self.opacity.setValue(round(layer.opacity * 100) if layer else 100)
        self.blend.setEnabled(layer is not None)
        self.blend.setCurrentIndex(self.blend.findData(layer.blend if layer else NORMAL))
        below = board.layers[place - 1] if place > 0 else None
        can = {
            "duplicate": layer is not None,
            "delete": layer is not None,
            "up": layer is not None and place < len(board.layers) - 1,
            "down": place > 0,
            "merge": layer is not None and below is not None and layer.visible and below.visible,
        }
        for name, enabled in can.items():
            self.buttons[name].setEnabled(enabled)
        self._filling = False

    def _replaced(self) -> None:
        self._document.changed.remove(self._changed)
        self._document = self._context.document
        self._document.changed.append(self._changed)
        self._refresh()

    def _recolour(self) -> None:
        for icon, name, _ in BUTTONS:
            self.buttons[name].setIcon(theme.icon(icon))
        self.model.forget_thumbnails()
        self.list.viewport().update()
