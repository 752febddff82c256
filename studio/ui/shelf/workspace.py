"""The shelf: a card for each model with a large preview, what it can do, how good it is, who is to be thanked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio import generators
from studio.shelf import Card, is_model
from studio.ui import theme
from studio.ui.actions import Command
from studio.ui.context import AppContext
from studio.ui.images import sheet_corner
from studio.ui.shelf.memory import MemoryForModels
from studio.ui.widgets.labels import EmptyState, primary, quiet, title, wrapped
from studio.ui.workspace import PlainWorkspace

CARD_WIDTH = 348
PREVIEW_HEIGHT = 192
CELL = 64
FIGURES = (
    ("frechet_over_limit", "Distance over the limit"),
    ("plain_over_limit", "By the plain check"),
    ("coverage", "Coverage"),
    ("control", "Draws the part asked for"),
    ("bits_per_pixel", "Bits a pixel"),
    ("bits_per_byte", "Bits a byte of unread text"),
    ("copied", "Copies of training pictures"),
    ("accuracy", "Read right on test"),
)


class Preview(QWidget):
    """The first pictures of a model's unpicked sheet, on the ground colour."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        sheet = QPixmap(str(path)) if path else QPixmap()
        self._pixmap = sheet_corner(sheet, CARD_WIDTH // CELL, PREVIEW_HEIGHT // CELL, CELL) if not sheet.isNull() else sheet
        self.setFixedHeight(PREVIEW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.tokens().color("ground"))
        if not self._pixmap.isNull():
            painter.drawPixmap((self.width() - self._pixmap.width()) // 2, (self.height() - self._pixmap.height()) // 2, self._pixmap)


class ModelCard(QFrame):
    """One model."""

    used = Signal(str)

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._name = card.name
        self.setProperty("role", "raised")
        self.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 12)
        column.setSpacing(8)
        if card.preview:
            column.addWidget(Preview(card.preview))
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 4 if card.preview else 12, 12, 0)
        inner.setSpacing(4)
        column.addLayout(inner)
        head = QHBoxLayout()
        head.addWidget(title(card.title))
        head.addStretch(1)
        head.addWidget(quiet({"show": "", "study": "a study", "part": "measures others"}[card.grade]))
        inner.addLayout(head)
        family = generators.family(card.family)
        inner.addWidget(wrapped(f"{card.makes[0].upper()}{card.makes[1:]}. {family.explains}"))
        inner.addLayout(self._abilities(card))
        inner.addLayout(self._figures(card))
        for note in card.notes:
            inner.addWidget(wrapped(note))
        credit = wrapped(f"{card.credit} · {card.licence}")
        credit.setToolTip(family.paper)
        inner.addWidget(credit)
        inner.addSpacing(2 * theme.SPACE)
        inner.addStretch(1)
        if card.actions():
            button = primary("Use this model")
            button.setAccessibleName(f"Use {card.title}")
            button.clicked.connect(lambda: self.used.emit(self._name))
            inner.addWidget(button)

    def _abilities(self, card: Card) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for action in card.actions():
            picture = QLabel()
            picture.setPixmap(theme.icon(action.icon, "quiet").pixmap(theme.ICON, theme.ICON))
            picture.setToolTip(f"{action.label}: {action.help}")
            picture.setAccessibleName(action.label)
            row.addWidget(picture)
        row.addStretch(1)
        return row

    def _figures(self, card: Card) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for row, (key, label) in enumerate((key, label) for key, label in FIGURES if key in card.metrics):
            grid.addWidget(quiet(label), row, 0)
            value: Any = card.metrics[key]
            text = f"{value:.1%}" if key in ("copied", "accuracy", "control") else f"{value:.3g}"
            beside = card.metrics.get(f"{key}_test")
            if beside is not None:
                text += f"  (real: {beside:.1%})"
            number = QLabel(text)
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(number, row, 1)
        return grid

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.used.emit(self._name)


class ShelfWorkspace(PlainWorkspace):
    """All cards; drop a model folder to add it."""

    name, title, icon = "shelf", "Shelf", "library"

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown = False
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 0)
        head = QHBoxLayout()
        head.addWidget(title("Models on the shelf"))
        head.addStretch(1)
        head.addWidget(MemoryForModels(context))
        self._add = QPushButton("Add a model…")
        self._add.clicked.connect(self._choose)
        head.addWidget(self._add)
        column.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        column.addWidget(self._scroll, 1)
        context.shelf_changed.connect(lambda: self.refresh() if self._shown else None)

    def commands(self) -> Sequence[Command]:
        return [Command("about", "About the models and their makers", "Help", self.setFocus, "info", everywhere=True)]

    def takes(self, path: Path) -> bool:
        return is_model(path)

    def open(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.add(path)

    def sizeHint(self) -> QSize:
        return QSize(760, 560)

    def showEvent(self, event: Any) -> None:
        if not self._shown:
            self._shown = True
            self.refresh()

    def resizeEvent(self, event: Any) -> None:
        if self._shown:
            self._arrange()

    def refresh(self) -> None:
        """Draw the cards anew."""
        self._cards = [ModelCard(card) for card in self._context.session.shelf.cards()]
        for card in self._cards:
            card.used.connect(self._context.wishes.use)
        self._columns = 0
        self._arrange()
        for problem in self._context.session.shelf.problems:
            self._context.problem.emit(problem, "")

    def _arrange(self) -> None:
        columns = max(1, (self.width() - 48) // (CARD_WIDTH + 16))
        if columns == self._columns:
            return
        self._columns = columns
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 8, 0, 24)
        grid.setSpacing(16)
        for number, card in enumerate(self._cards):
            grid.addWidget(card, number // columns, number % columns)
        if not self._cards:
            sentence = (
                "Models draw, and the shelf keeps them. Drop a model folder here, or somebody's weights "
                "(GGUF, safetensors, a torch checkpoint, a Hugging Face folder), or choose them."
            )
            grid.addWidget(EmptyState("library", "No model is here", sentence, "Add a model…", self._choose), 0, 0)
        grid.setColumnStretch(columns, 1)
        grid.setRowStretch(len(self._cards) // columns + 1, 1)
        self._scroll.setWidget(inside)

    def _choose(self) -> None:
        kinds = "Models (card.toml config.json model_index.json *.gguf *.safetensors *.pt *.pth *.ckpt)"
        chosen, _ = QFileDialog.getOpenFileName(self, "A card.toml, a file of weights, or the config.json of a folder", "", kinds)
        if chosen:
            path = Path(chosen)
            beside = path.parent
            self.add(beside if path.suffix in (".toml", ".json") or (is_model(beside) and path.suffix == ".safetensors") else path)

    def add(self, source: Path) -> None:
        """Verify a model folder or somebody's weights, and put it on the shelf, on the file threads."""

        def added(done: Any) -> None:
            error = done.exception()
            if error is not None:
                self._context.problem.emit(str(error), "")
                return
            self._context.notice.emit(f"{done.result().title} is on the shelf.")
            self._context.shelf_changed.emit()

        self._context.bridge.in_background(lambda: self._context.session.shelf.add(source), added)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(is_model(Path(url.toLocalFile())) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if is_model(Path(url.toLocalFile())):
                self.add(Path(url.toLocalFile()))
