"""The right column: what the model draws, composes or writes, the newest large, with a slider back through the training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QSlider, QTextBrowser, QVBoxLayout, QWidget

from studio.media import Media, Picture, Text
from studio.training import measured, own
from studio.training.sample_grid import BETWEEN
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.images import to_image
from studio.ui.media import learning
from studio.ui.widgets.labels import EmptyState, quiet, title

HINT = "While a training runs, what it makes appears here, and a slider goes back through it."
MOST_ENLARGED = 16
PAGE_SIZE, PAGE_MARGIN = 15, 16


class SheetView(QWidget):
    """One sheet, of pictures as large as whole pixels allow, of rolls as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.whole_pixels = True
        self.setAccessibleName("What the model draws")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 200)
        theme.current().changed.connect(self.update)

    def show_image(self, image: QImage | None) -> None:
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.tokens().color("ground"))
        if self.image is None or self.image.isNull():
            return
        most = min(MOST_ENLARGED, self.width() / self.image.width(), self.height() / self.image.height())
        ratio = self.devicePixelRatioF()
        scale = int(most * ratio) / ratio if most * ratio >= 1 and self.whole_pixels else most
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.whole_pixels)
        width, height = round(self.image.width() * scale), round(self.image.height() * scale)
        painter.drawImage(QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height), self.image)


class PassageView(QTextBrowser):
    """Passages of text, as a page."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What the model writes")
        self.setFont(theme.page_font(PAGE_SIZE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_measure()

    def _set_measure(self) -> None:
        """Lines of at most so many characters, in the middle: longer ones are hard to follow."""
        wanted = self.fontMetrics().averageCharWidth() * theme.PAGE_CHARACTERS
        side = max(PAGE_MARGIN, (self.viewport().width() - wanted) // 2)
        look = self.document().rootFrame().frameFormat()
        look.setLeftMargin(side)
        look.setRightMargin(side)
        look.setTopMargin(PAGE_MARGIN)
        self.document().rootFrame().setFrameFormat(look)

    def show_text(self, text: str) -> None:
        """Passages with BETWEEN between them; where the eye was, it stays."""
        at = self.verticalScrollBar().value()
        self.setPlainText(text.replace(BETWEEN, "\n\n–\n\n"))
        self._set_measure()
        self.verticalScrollBar().setValue(at)


class SheetColumn(QWidget):
    """Shows one training's sheets; the slider stays at the newest until it is moved back."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self._steps: list[int] = []
        self._files: dict[int, Path] = {}
        self._folder: Path | None = None
        self._medium = "picture"
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        self._title = title("")
        head.addWidget(self._title, 1)
        self.beside = QCheckBox("Beside the nearest of yours")
        self.beside.setToolTip("Each drawing, and under it the picture of yours that it comes nearest to; measured under Figures")
        self.beside.toggled.connect(self._turned)
        head.addWidget(self.beside)
        column.addLayout(head)
        self._hint = EmptyState("layout-grid", "Nothing made yet", HINT)
        column.addWidget(self._hint, 1)
        self.view, self.passages = SheetView(), PassageView()
        column.addWidget(self.view, 1)
        column.addWidget(self.passages, 1)
        self._when = quiet("")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Back through the training")
        self.slider.setToolTip("Drag to the left: what it made before (arrow keys go sheet by sheet)")
        self.slider.valueChanged.connect(self._moved)
        column.addWidget(self.slider)
        column.addWidget(self._when)
        self.show_medium("picture")

    def show_medium(self, medium: str) -> None:
        """What a training on this medium makes is what will be seen here."""
        self._medium = medium
        self._title.setText(f"What it {learning(medium).makes}")
        self.view.whole_pixels = learning(medium).sized
        self._show_controls()

    def open(self, folder: Path | None) -> None:
        """Show the sheets kept in a training's folder, the newest first."""
        self._folder, self._steps, self._files = folder, [], {}
        self.view.show_image(None)
        self.passages.show_text("")
        if folder is not None:
            for step, path in own.sample_grids(folder):
                self._steps.append(step)
                self._files[step] = path
        self._fit_slider(at_end=True)
        self._load(self.slider.value())

    def _turned(self) -> None:
        self._load(self.slider.value())

    def show_nearest(self, folder: Path) -> None:
        """Turn to the drawings beside the nearest pictures, which were just measured."""
        if folder == self._folder:
            self._show_controls()
            self.beside.setChecked(True)
            self._load(self.slider.value())

    def add(self, folder: Path, step: int, media: Media) -> None:
        """A new sheet of a training that runs; shown at once where the slider stands at the end."""
        if folder != self._folder:
            return
        at_end = self.slider.value() >= self.slider.maximum()
        while self._steps and self._steps[-1] >= step:  # drawn before a crash, and trained again since
            self._steps.pop()
        self._steps.append(step)
        self._files[step] = folder / "sheets" / f"{step:08}{'.txt' if isinstance(media, Text) else '.png'}"
        self._fit_slider(at_end)
        if at_end and not self.beside.isChecked():  # it is at hand: no need to read it back
            self._show(media)

    def count(self) -> int:
        return len(self._steps)

    def _show(self, made: Any) -> None:
        if isinstance(made, Text):
            self.passages.show_text(made.content)
        else:
            self.view.show_image(to_image(made) if isinstance(made, Picture) else made)

    def _fit_slider(self, at_end: bool) -> None:
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(0, len(self._steps) - 1))
        if at_end:
            self.slider.setValue(self.slider.maximum())
        self.slider.blockSignals(False)
        self._say_when()
        self._show_controls()

    def _show_controls(self) -> None:
        self._hint.setVisible(not self._steps)
        there = self._folder is not None and (self._folder / measured.NEAREST).exists()
        self.beside.setVisible(there)
        if not there:
            self.beside.setChecked(False)
        self.slider.setEnabled(len(self._steps) > 1 and not self.beside.isChecked())
        self.view.setVisible(bool(self._steps) and not learning(self._medium).read)
        self.passages.setVisible(bool(self._steps) and learning(self._medium).read)
        self.slider.setVisible(bool(self._steps))
        self._when.setVisible(bool(self._steps))

    def _say_when(self) -> None:
        row = self.slider.value()
        if row < len(self._steps):
            place = " · the newest" if row == len(self._steps) - 1 else f" · {row + 1} of {len(self._steps)}"
            self._when.setText(f"Step {self._steps[row]:,}{place}")

    def _moved(self, row: int) -> None:
        self._say_when()
        self._load(row)

    def _load(self, row: int) -> None:
        """Read a sheet on a file thread; one that arrives after another was chosen is not shown."""
        beside = self.beside.isChecked() and self._folder is not None
        self.slider.setEnabled(len(self._steps) > 1 and not beside)
        if row >= len(self._steps) and not beside:
            return
        path = self._folder / measured.NEAREST if beside and self._folder is not None else self._files[self._steps[row]]

        def arrived(done: Any) -> None:
            wanted = self.slider.value() == row and self.beside.isChecked() == beside
            if done.exception() is None and wanted:
                self._show(done.result())

        self._context.bridge.in_background(lambda: _read(path), arrived)


def _read(path: Path) -> QImage | Text:
    return Text(path.read_text("utf-8")) if path.suffix == ".txt" else QImage(str(path))
