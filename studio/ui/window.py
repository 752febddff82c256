"""The window: workspaces in the middle, shelf and inspector at the sides, history and job bar below."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.engine import Failed, Job, JobEvent, Kept
from studio.generators import Capability
from studio.media import MediaError
from studio.media.files import write_atomically
from studio.places import config
from studio.ui import theme
from studio.ui.actions import COMMANDS, MENUS, Command
from studio.ui.canvas import CanvasWorkspace
from studio.ui.desk import Desk
from studio.ui.explorer import ExplorerWorkspace
from studio.ui.lab import LabWorkspace
from studio.ui.making import save_making
from studio.ui.panes import next_pane
from studio.ui.shelf import ShelfWorkspace
from studio.ui.widgets.filmstrip import Filmstrip
from studio.ui.widgets.inspector import Inspector
from studio.ui.widgets.job_bar import JobBar
from studio.ui.widgets.labels import hairline
from studio.ui.widgets.models_list import ModelsList
from studio.ui.widgets.notice import NoticeBar
from studio.ui.widgets.palette import CommandPalette, ShortcutsSheet
from studio.ui.widgets.top_bar import TopBar

GEOMETRY = "window"


class StudioWindow(QMainWindow):
    """`open_wanted` is called with a project's path when a person asks for another one."""

    closing = Signal()

    def __init__(self, desk: Desk, open_wanted: Callable[[Path], None] | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._open_wanted = open_wanted
        self._panels_hidden = False
        self.setWindowTitle(f"Atelier — {desk.project.path.name}")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.notice = NoticeBar()
        self.inspector = Inspector(desk)
        self.models = ModelsList(desk)
        self.filmstrip = Filmstrip(desk)
        self.job_bar = JobBar(desk)
        self.canvas = CanvasWorkspace(desk)
        self.explorer = ExplorerWorkspace(desk)
        self.lab = LabWorkspace(desk)
        self.shelf = ShelfWorkspace(desk)
        self.workspaces = {"canvas": self.canvas, "explorer": self.explorer, "lab": self.lab, "shelf": self.shelf}
        self.actions_by_id: dict[str, QAction] = {}
        self._stack = QStackedWidget()
        self._top = TopBar()
        self._top.wanted.connect(self.go)
        self._top.palette_wanted.connect(self._show_palette)
        for workspace in self.workspaces.values():
            self._stack.addWidget(workspace)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.go(str(desk.project.setting("workspace") or "canvas"))

    # Layout.

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(hairline())
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        self._left = self._panel(self.models, theme.SHELF_WIDTH)
        side = QWidget()
        side_column = QVBoxLayout(side)
        side_column.setContentsMargins(0, 0, 0, 0)
        side_column.setSpacing(0)
        side_column.addWidget(self.inspector)
        self._below_inspector = self.canvas.side_panel()
        side_column.addWidget(self._below_inspector, 1)
        self._right = self._panel(side, theme.INSPECTOR_WIDTH)
        centre = QVBoxLayout()
        centre.setContentsMargins(0, 0, 0, 0)
        centre.setSpacing(0)
        centre.addWidget(self.notice)
        centre.addWidget(self._stack, 1)
        self._rules = [hairline(vertical=True), hairline(vertical=True)]
        middle.addWidget(self._left)
        middle.addWidget(self._rules[0])
        middle.addLayout(centre, 1)
        middle.addWidget(self._rules[1])
        middle.addWidget(self._right)
        column.addLayout(middle, 1)
        self._bottom = self._panel(self.filmstrip, 0)
        column.addWidget(hairline())
        column.addWidget(self._bottom)
        column.addWidget(hairline())
        column.addWidget(self.job_bar)
        self.setCentralWidget(whole)

    def _panel(self, inside: QWidget, width: int) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(inside)
        if width:
            frame.setFixedWidth(width)
        return frame

    # Actions.

    def _make_actions(self) -> None:
        menus = {name: self._top.menus.addMenu(name) for name in MENUS}
        for command in COMMANDS:
            action = QAction(command.label, self)
            if command.shortcut == "Tab":  # only on the board and the map: elsewhere Tab moves between the fields
                action.setText(f"{command.label}\tTab")
            elif command.shortcut:
                action.setShortcut(QKeySequence(command.shortcut))
            action.setToolTip(command.help or command.label)
            action.triggered.connect(partial(self._triggered, command))
            menus[command.menu].addAction(action)
            self.addAction(action)
            self.actions_by_id[command.id] = action
        self._paint_icons()
        theme.current().changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        for command in COMMANDS:
            if command.icon:
                self.actions_by_id[command.id].setIcon(theme.icon(command.icon))

    def do(self, command: Command) -> None:
        """Carry out a command of the table, going to its workspace first."""
        if command.where and command.where != self.current:
            self.go(command.where)
        handlers: dict[str, Callable[[], object]] = {
            **{f"go_{name}": partial(self.go, name) for name in self.workspaces},
            **self.canvas.handlers(),
            "random_point": self.explorer.random_point,
            "reset_point": self.explorer.reset_point,
            "keep_point": self.explorer.keep_point,
            "new": self._new_project,
            "open": self._open_file,
            "quit": lambda: self.window().close(),  # the frame, which closes this
            "undo": self._undo,
            "redo": self._redo,
            "generate": self.inspector.press,
            "stop": self._stop,
            "roll": self.inspector.seed.roll,
            "vary": self._vary_picked,
            "fill_selection": partial(self.inspector.press_capable, Capability.INFILLS),
            "explore": self._explore_picked,
            "panels": self.toggle_panels,
            "next_pane": self._next_pane,
            "theme": self._switch_theme,
            "palette": self._show_palette,
            "shortcuts": lambda: ShortcutsSheet(self.canvas.tool_shortcuts(), self).show(),
            "about": lambda: self.go("shelf"),
        }
        handlers[command.id]()

    def _triggered(self, command: Command, checked: bool = False) -> None:
        del checked
        self.do(command)

    @property
    def current(self) -> str:
        """The name of the workspace in front."""
        return next(name for name, workspace in self.workspaces.items() if workspace is self._stack.currentWidget())

    def go(self, name: str) -> None:
        """Bring a workspace to the front."""
        workspace = self.workspaces.get(name, self.canvas)
        self._stack.setCurrentWidget(workspace)
        self._top.mark(self.current)
        self._below_inspector.setVisible(self.current == "canvas")
        self._show_panels()
        # A shortcut of one workspace must not be taken from a text field or a tool of another.
        for command in COMMANDS:
            self.actions_by_id[command.id].setEnabled(not command.where or command.where == self.current or len(command.shortcut) != 1)
        self.desk.remember("workspace", self.current)
        workspace.setFocus()

    # Wiring.

    def _connect(self) -> None:
        desk = self.desk
        desk.problem.connect(self.notice.problem)
        desk.notice.connect(self.notice.notice)
        desk.bridge.heard.connect(self._heard)
        desk.model_changed.connect(lambda name: desk.session.warm(name))
        self.inspector.asked.connect(self._asked)
        self.filmstrip.picked.connect(self.inspector.pick)
        self.filmstrip.opened.connect(self._place)
        self.filmstrip.vary_wanted.connect(self._vary)
        self.filmstrip.explore_wanted.connect(self._explore)
        self.filmstrip.export_wanted.connect(self.canvas.export_asset)
        self.filmstrip.making_wanted.connect(lambda asset: save_making(desk, asset, self))
        self.canvas.vary_wanted.connect(self._vary)
        self.canvas.picked.connect(self.inspector.pick)
        self.canvas.generate_wanted.connect(self.inspector.press)
        self.explorer.place_wanted.connect(self._place)
        for surface in (self.canvas.view, self.explorer.map):
            surface.installEventFilter(self)
        self.shelf.used.connect(self._use)
        self.shelf.changed.connect(self.models.refresh)
        self.shelf.changed.connect(self.inspector.show_model)
        self.lab.shelved.connect(lambda _: self.shelf.refresh())
        self.lab.shelved.connect(lambda _: self.shelf.changed.emit())
        for notice in desk.project.notices:
            desk.notice.emit(notice)

    def _heard(self, job: Job, event: JobEvent) -> None:
        if isinstance(event, Kept) and event.asset is not None and event.asset.id not in self.filmstrip.model().ids:  # type: ignore[attr-defined]
            self.desk.images.put(event.asset.id, event.media)  # type: ignore[arg-type]
            self.desk.asset_added.emit(event.asset)
        elif isinstance(event, Failed) and not job.order.channel:
            self.notice.problem(event.sentence, event.details)

    def _asked(self, request: Any) -> None:
        self.go("canvas")
        self.canvas.begin(request)

    def _use(self, model: str) -> None:
        self.desk.choose_model(model)
        self.go("canvas")

    def _place(self, asset: int) -> None:
        self.go("canvas")
        self.canvas.place_asset(asset)

    def _vary(self, asset: int) -> None:
        self.inspector.vary(asset)

    def _explore(self, asset: int) -> None:
        self.go("explorer")
        self.explorer.open_asset(asset)

    def _picked(self) -> int | None:
        picked = self.canvas.picked_asset() if self.current == "canvas" else None
        return picked if picked is not None else self.filmstrip.current_asset()

    def _vary_picked(self) -> None:
        self._with_picked(self._vary)

    def _explore_picked(self) -> None:
        self._with_picked(self._explore)

    def _with_picked(self, work: Callable[[int], None]) -> None:
        picked = self._picked()
        if picked is None:
            self.notice.notice("Pick a picture in the history or a layer on the board first.")
        else:
            work(picked)

    def _undo(self) -> None:
        self.explorer.undo() if self.current == "explorer" else self.canvas.undo()

    def _redo(self) -> None:
        self.explorer.redo() if self.current == "explorer" else self.canvas.redo()

    def _stop(self) -> None:
        if self.job_bar.stop() or (self.current == "canvas" and self.canvas.escape()):
            return
        if self._panels_hidden:
            self.toggle_panels()

    def toggle_panels(self) -> None:
        """Hide all panels so that the work fills the window, or show them again."""
        self._panels_hidden = not self._panels_hidden
        self._show_panels()

    def _show_panels(self) -> None:
        """A workspace with controls of its own takes the inspector's place."""
        for part in (self._left, self._bottom, self._rules[0]):
            part.setVisible(not self._panels_hidden)
        for part in (self._right, self._rules[1]):
            part.setVisible(not self._panels_hidden and not getattr(self.workspaces[self.current], "wants_room", False))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab on the board or the map hides the panels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.toggle_panels()
            return True
        return super().eventFilter(watched, event)

    def _next_pane(self) -> None:
        next_pane([self.workspaces[self.current], self._right, self._bottom, self._left])

    def _switch_theme(self) -> None:
        name = "light" if theme.tokens().name == "dark" else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name)
        self.desk.remember("theme", name)
        with contextlib.suppress(MediaError):  # only a wish for the next start
            write_atomically(config() / "theme", name.encode())

    def _show_palette(self) -> None:
        palette = CommandPalette(list(self.actions_by_id.values()), self)
        palette.open_over(self)

    # Files.

    def _new_project(self) -> None:
        from studio.ui.files import ask_new_project

        path = ask_new_project(self)
        if path is not None and self._open_wanted is not None:
            self._open_wanted(path)

    def _open_file(self) -> None:
        from studio.ui.files import ask_open

        path = ask_open(self)
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """A project opens in a window of its own; a picture goes on the board; a model to the shelf, other folders to the lab."""
        if path.is_dir():
            self._open_folder(path)
        elif path.suffix == ".atelier":
            if self._open_wanted is not None:
                self._open_wanted(path)
        else:
            self.go("canvas")
            self.canvas.open_picture_file(path)

    def _open_folder(self, path: Path) -> None:
        if (path / "card.toml").exists():
            self.go("shelf")
            self.shelf.add(path)
        else:
            self.go("lab")
            self.lab.open_folder(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.open_path(Path(url.toLocalFile()))
        event.acceptProposedAction()

    # Life.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.inspector.press()
        else:
            super().keyPressEvent(event)

    def restore_geometry(self) -> None:
        """Put the window where it was when this project was closed last."""
        kept = self.desk.project.setting(GEOMETRY)
        if isinstance(kept, str):
            self.window().restoreGeometry(QByteArray.fromBase64(kept.encode()))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.desk.remember(GEOMETRY, self.window().saveGeometry().toBase64().toStdString())
        self.canvas.settle()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def warm_up(self) -> None:
        """After the first paint: take the model of last time in hand, so that torch and it are loaded on the worker."""
        self.desk.choose_first_model()
