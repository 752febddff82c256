"""The window: workspaces in the middle, shelf and inspector at the sides, history and job bar below."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow

from studio.engine import Failed, Job, JobEvent, Kept
from studio.generators import Capability
from studio.media import MediaError
from studio.media.files import write_atomically
from studio.media.registry import medium_of_file
from studio.places import config
from studio.project import Asset
from studio.shelf import is_model
from studio.ui import theme
from studio.ui.actions import COMMANDS, MENUS, Command
from studio.ui.anything import Anything
from studio.ui.canvas import CanvasWorkspace
from studio.ui.desk import Desk
from studio.ui.explorer import ExplorerWorkspace
from studio.ui.files import save_asset
from studio.ui.frame import Frame, title_of
from studio.ui.lab import LabWorkspace
from studio.ui.listening import open_sound
from studio.ui.making import save_making
from studio.ui.media import look_of
from studio.ui.panels import Panels
from studio.ui.panes import next_pane
from studio.ui.pianoroll import PianoRollWorkspace
from studio.ui.picking import Picking
from studio.ui.shelf import ShelfWorkspace
from studio.ui.widgets.filmstrip import Filmstrip
from studio.ui.widgets.inspector import Inspector
from studio.ui.widgets.job_bar import JobBar
from studio.ui.widgets.listen import ListenDialog
from studio.ui.widgets.models_list import ModelsList
from studio.ui.widgets.notice import NoticeBar
from studio.ui.widgets.palette import CommandPalette, ShortcutsSheet, commands
from studio.ui.widgets.top_bar import TopBar
from studio.ui.writing import WritingWorkspace

GEOMETRY = "window"
SIDE = "side"  # the share of the height that the inspector has
BY_SURFACE = ("Tab", "Space", "Home")  # keys that only the board, the roll and the map take


class StudioWindow(QMainWindow):
    """`open_wanted` is called with a project's path when a person asks for another one."""

    closing = Signal()

    def __init__(self, desk: Desk, open_wanted: Callable[[Path], None] | None = None) -> None:
        super().__init__()
        self.desk = desk
        self._open_wanted = open_wanted
        self.setWindowTitle(title_of(desk.project.path))
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.notice = NoticeBar()
        self.inspector = Inspector(desk)
        self.models = ModelsList(desk)
        self.filmstrip = Filmstrip(desk)
        self.job_bar = JobBar(desk)
        self.canvas = CanvasWorkspace(desk)
        self.pianoroll = PianoRollWorkspace(desk)
        self.writing = WritingWorkspace(desk)
        self.explorer = ExplorerWorkspace(desk)
        self.lab = LabWorkspace(desk)
        self.shelf = ShelfWorkspace(desk)
        self.picking = Picking(desk, self.inspector, self.canvas, self.explorer, self._workspace, self.go)
        self._anything = Anything(desk, self.inspector, self.writing.sheet.pages, self._use, self._place, self._open_page)
        self.workspaces = {
            "canvas": self.canvas, "pianoroll": self.pianoroll, "writing": self.writing, "explorer": self.explorer, "lab": self.lab,
            "shelf": self.shelf,
        }  # fmt: skip
        self.actions_by_id: dict[str, QAction] = {}
        self._top = TopBar()
        self._top.wanted.connect(self.go)
        self._top.palette_wanted.connect(self._show_palette)
        self._panels = Panels(self._top, self.notice, self.models, self.inspector, self.filmstrip, self.job_bar)
        self._panels.add(self.workspaces)
        self.setCentralWidget(self._panels)
        self._make_actions()
        self._connect()
        self.go(str(desk.project.setting("workspace") or "canvas"))

    # Actions.

    def _make_actions(self) -> None:
        menus = {name: self._top.menus.addMenu(name) for name in MENUS}
        for command in COMMANDS:
            action = QAction(command.label, self)
            if command.shortcut in BY_SURFACE:  # elsewhere these move between fields and press buttons
                action.setText(f"{command.label}\t{command.shortcut}")
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
        if command.where and self.current not in command.where.split():
            self.go(command.where.split()[0])
        handlers: dict[str, Callable[[], object]] = {
            **{f"go_{name}": partial(self.go, name) for name in self.workspaces},
            **(workspace.handlers() if (workspace := self._workspace()) in (self.canvas, self.pianoroll, self.writing) else {}),
            "random_point": self.explorer.random_point,
            "reset_point": self.explorer.reset_point,
            "keep_point": self.explorer.keep_point,
            "travel": self.explorer.travel,
            "new": self._new_project,
            "open": self._open_file,
            "quit": lambda: self.window().close(),  # the frame, which closes this
            "undo": self._undo,
            "redo": self._redo,
            "generate": self.inspector.press,
            "stop": self._stop,
            "roll": self.inspector.seed.roll,
            "vary": self.picking.vary,
            "fill_selection": lambda: self.inspector.press_capable(Capability.INFILLS, self.canvas.about()),
            "explore": self.picking.explore,
            "panels": self.toggle_panels,
            "next_pane": self._next_pane,
            "theme": self._switch_theme,
            "palette": self._show_palette,
            "shortcuts": self._show_shortcuts,
            "about": lambda: self.go("shelf"),
        }
        handlers[command.id]()

    def _triggered(self, command: Command, checked: bool = False) -> None:
        del checked
        self.do(command)

    @property
    def current(self) -> str:
        """The name of the workspace in front."""
        return next(name for name, workspace in self.workspaces.items() if workspace is self._panels.stack.currentWidget())

    def _workspace(self) -> Any:
        """The workspace in front; each has what it needs of the window's wishes."""
        return self.workspaces[self.current]

    def go(self, name: str) -> None:
        """Bring a workspace to the front."""
        name = name if name in self.workspaces else "canvas"
        workspace: Any = self.workspaces[name]
        self._panels.show_for(name, workspace)
        self._top.mark(name)
        needs = getattr(workspace, "needs", None)
        self.desk.work_in(getattr(workspace, "makes", "" if self.desk.model or needs else "picture"), needs)
        self._give_shortcuts()
        self.desk.remember("workspace", self.current)
        workspace.setFocus()

    def _give_shortcuts(self) -> None:
        """A shortcut of one workspace must not be taken from a text field, a tool or a command of another; a page has its own alone."""
        alone = getattr(self._workspace(), "is_typed", False)
        here = [not command.where or self.current in command.where.split() for command in COMMANDS]
        taken = {command.shortcut for command, present in zip(COMMANDS, here, strict=True) if present}
        for command, present in zip(COMMANDS, here, strict=True):
            action, single = self.actions_by_id[command.id], len(command.shortcut) == 1
            unseen = command.id in ("undo", "redo") and not self._undoes()  # of a board that is not in front
            action.setEnabled((present or not single) and not unseen)
            if command.shortcut not in BY_SURFACE:
                given = present or (not single and not alone and command.shortcut not in taken)
                action.setShortcuts([QKeySequence(each) for each in (command.shortcut, command.also) if each and given])

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
        self.filmstrip.explore_wanted.connect(self.picking.explore)
        self.filmstrip.export_wanted.connect(self._export_asset)
        self.filmstrip.making_wanted.connect(lambda asset: save_making(desk, asset, self))
        self.canvas.vary_wanted.connect(self._vary)
        self.pianoroll.picked.connect(self.picking.let_go)
        self.writing.picked.connect(self.picking.let_go)
        self.canvas.generate_wanted.connect(self.inspector.press)
        self.explorer.place_wanted.connect(self._place)
        self.writing.file_dropped.connect(self.open_path)
        self.writing.panels_wanted.connect(self.toggle_panels)
        self.writing.generate_wanted.connect(lambda: self.inspector.press_capable(Capability.GENERATES))
        self.writing.continue_wanted.connect(self._continue)
        self.writing.suits.connect(self.inspector.choose_action)
        self.writing.making.settings_of = self.inspector.values_of
        self.filmstrip.write_wanted.connect(self._write_about)
        for surface in (self.canvas.view, self.pianoroll.surface, self.explorer.map):
            surface.installEventFilter(self)
        self.shelf.used.connect(self._use)
        self.shelf.changed.connect(self.models.refresh)
        self.shelf.changed.connect(self.inspector.show_model)
        self.lab.shelved.connect(lambda _: self.shelf.refresh())
        self.lab.shelved.connect(lambda _: self.shelf.changed.emit())
        share = desk.project.setting(SIDE)
        if isinstance(share, int | float):
            self._panels.side.set_share(float(share))
        self._panels.side.moved.connect(lambda moved: desk.remember(SIDE, moved))
        for notice in desk.project.notices:
            desk.notice.emit(notice)
        desk.project.when_moved(lambda sentence: desk.bridge.post(lambda: self._moved(sentence)))

    def _moved(self, sentence: str) -> None:
        """The project's file was taken away, and it goes on in another one."""
        self.setWindowTitle(title_of(self.desk.project.path))
        self.notice.problem(sentence, "")

    def _heard(self, job: Job, event: JobEvent) -> None:
        if isinstance(event, Kept) and event.asset is not None and event.asset.id not in self.filmstrip.model().ids:  # type: ignore[attr-defined]
            self.desk.images.put(event.asset.id, event.media)  # type: ignore[arg-type]
            self.desk.asset_added.emit(event.asset)
        elif isinstance(event, Failed) and not job.order.channel:
            self.notice.problem(event.sentence, event.details)

    def _asked(self, request: Any) -> None:
        """Fill in what the workspaces show now, and begin where the outcome belongs."""
        action = self.desk.session.shelf.card(request.model).action(request.action)
        wanted = {action.medium_of(each.name).removesuffix(" selection") for each in action.inputs}
        giving: list[Any] = [each for each in self.workspaces.values() if hasattr(each, "fill") and getattr(each, "makes", "") in wanted]
        if hasattr(self._workspace(), "fill") and self._workspace() not in giving:
            giving.append(self._workspace())
        for workspace in giving:
            if (request := workspace.fill(request, action)) is None:
                return
        self.go(next((name for name, each in self.workspaces.items() if getattr(each, "makes", "") == action.output), "canvas"))
        self._workspace().begin(request)

    def _use(self, model: str) -> None:
        self.go(next((each.name for each in (self.pianoroll, self.writing, self.canvas) if self.desk.serves(model, each.makes)), "canvas"))
        self.desk.choose_model(model)

    def _open_page(self, number: int) -> None:
        self.go("writing")
        self.writing.open_page(number)

    def _place(self, asset: int) -> None:
        """Open a work where its medium is at home."""
        medium = self.desk.project.asset(asset).medium
        if not look_of(medium).home:
            self._listen(self.desk.project.asset(asset))
            return
        self.go(next((name for name, each in self.workspaces.items() if getattr(each, "makes", "") == medium), "canvas"))
        self._workspace().place_asset(asset)

    def _listen(self, sound: Asset) -> None:
        ListenDialog(self.desk, self.filmstrip.listening, sound, self).show()

    def _continue(self, action: str) -> None:
        if self.inspector.choose_action(action):
            self.inspector.press()

    def _write_about(self, asset: int) -> None:
        self.go("writing")
        self.writing.write_about(asset)

    def _export_asset(self, asset: int) -> None:
        if self.desk.project.asset(asset).medium == "picture":
            self.canvas.export_asset(asset)
        else:
            save_asset(self.desk, asset, self)

    def _vary(self, asset: int) -> None:
        self.inspector.vary(asset)

    def _undo(self) -> None:
        if self._undoes():
            self._workspace().undo()

    def _redo(self) -> None:
        if self._undoes():
            self._workspace().redo()

    def _undoes(self) -> bool:
        """Whether the workspace in front has steps to take back; the lab and the shelf have none."""
        return hasattr(self._workspace(), "undo")

    def _stop(self) -> None:
        escape: Callable[[], bool] = getattr(self._workspace(), "escape", lambda: False)
        if self.job_bar.stop() or escape():
            return
        if self._panels.hidden:
            self.toggle_panels()

    def toggle_panels(self) -> None:
        """Hide all panels so that the work fills the window, or show them again."""
        self._panels.hidden = not self._panels.hidden
        self._panels.show_for(self.current, self._workspace())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab on the board or the map hides the panels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.toggle_panels()
            return True
        return super().eventFilter(watched, event)

    def _next_pane(self) -> None:
        next_pane([self._workspace(), self._panels.right, self._panels.bottom, self._panels.left])

    def _switch_theme(self) -> None:
        name = "light" if theme.tokens().name == "dark" else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name)
        self.desk.remember("theme", name)
        with contextlib.suppress(MediaError):  # only a wish for the next start
            write_atomically(config() / "theme", name.encode())

    def _show_palette(self) -> None:
        CommandPalette([*commands(self.actions_by_id.values()), *self._anything.things()], self).open_over(self)

    def _show_shortcuts(self) -> None:
        workspace = self._workspace()
        ShortcutsSheet(getattr(workspace, "tool_shortcuts", self.canvas.tool_shortcuts)(), self).show()

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
        """A project opens in a window of its own; pictures go on the board, scores to the roll, texts on a page, models to the shelf."""
        if is_model(path):
            self.go("shelf")
            self.shelf.add(path)
        elif path.is_dir():
            self.go("lab")
            self.lab.open_paths([path])
        elif path.suffix.lower() == ".atelier":
            if self._open_wanted is not None:
                self._open_wanted(path)
        else:
            homes = {"pianoroll": self.pianoroll.open_file, "writing": self.writing.open_file, "canvas": self.canvas.open_picture_file}
            home = look_of(medium_of_file(path).name).home
            if home:
                self.go(home)
                homes[home](path)
            else:
                open_sound(self.desk, path, self._listen)

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
        if isinstance(frame := self.window(), Frame):
            frame.fit_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.desk.remember(GEOMETRY, self.window().saveGeometry().toBase64().toStdString())
        self.canvas.settle()
        self.pianoroll.settle()
        self.writing.settle()
        self.filmstrip.listening.close()
        self.desk.project.flush()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def warm_up(self) -> None:
        """After the first paint: take the model of last time in hand, so that torch and it are loaded on the worker."""
        self.desk.choose_first_model()
