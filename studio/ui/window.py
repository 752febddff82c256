"""The window: workspaces in the middle, shelf and inspector at the sides, history and job bar below."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from studio.engine import Failed, Job, JobEvent, Kept, Request
from studio.media import MediaError
from studio.media.files import write_atomically
from studio.media.registry import medium_of_file
from studio.places import config
from studio.project import Asset
from studio.ui import theme
from studio.ui.actions import Command
from studio.ui.anything import Anything
from studio.ui.context import AppContext
from studio.ui.dispatch import Dispatch, go_commands
from studio.ui.files import save_asset
from studio.ui.frame import Frame, title_of
from studio.ui.listening import open_sound
from studio.ui.making import save_making
from studio.ui.media import look_of
from studio.ui.panels import Panels, next_pane
from studio.ui.picking import Picking
from studio.ui.rooms import Rooms
from studio.ui.widgets.filmstrip import Filmstrip
from studio.ui.widgets.inspector import Inspector
from studio.ui.widgets.job_bar import JobBar
from studio.ui.widgets.listen import ListenDialog
from studio.ui.widgets.models_list import ModelsList
from studio.ui.widgets.notice import NoticeBar
from studio.ui.widgets.palette import CommandPalette, ShortcutsSheet, commands
from studio.ui.widgets.top_bar import TopBar
from studio.ui.workspace import Workspace

GEOMETRY = "window"
SIDE = "side"  # the share of the height that the inspector has


class StudioWindow(QMainWindow):
    """`open_wanted` is called with a project's path when a person asks for another one."""

    closing = Signal()

    def __init__(self, context: AppContext, open_wanted: Callable[[Path], None] | None = None) -> None:
        super().__init__()
        self.context = context
        self._open_wanted = open_wanted
        self.setWindowTitle(title_of(context.project.path))
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.notice = NoticeBar()
        self.inspector = Inspector(context)
        self.models = ModelsList(context)
        self.filmstrip = Filmstrip(context)
        self.job_bar = JobBar(context)
        self.rooms = Rooms(context, self._bring)
        self.picking = Picking(context, self.inspector, self.rooms)
        self._anything = Anything(context, self.inspector, self.rooms, self._use, self._place)
        self._top = TopBar([(row.kind.name, row.kind.title, str(row.digit)) for row in self.rooms.rows])
        self._top.wanted.connect(self.go)
        self._top.palette_wanted.connect(self._show_palette)
        self._panels = Panels(self._top, self.notice, self.models, self.inspector, self.filmstrip, self.job_bar)
        self._panels.add(self.rooms)
        self.setCentralWidget(self._panels)
        self.dispatch = Dispatch(self, self._top.menus, self.rooms, self._before(), self._after())
        self._connect()
        self.go(str(context.project.setting("workspace") or ""))

    # Commands.

    def _before(self) -> list[Command]:
        """The window's own commands that stand before those of a workspace."""
        rooms = self.rooms
        return [
            Command("new", "New project…", "File", self._new_project, "file-plus", "Ctrl+N"),
            Command("open", "Open project, picture, score or text…", "File", self._open_file, "folder-open", "Ctrl+O"),
            Command("undo", "Undo", "Edit", lambda: rooms.front.undo(), "undo-2", "Ctrl+Z", enabled=lambda: rooms.front.can_undo()),
            Command("redo", "Redo", "Edit", lambda: rooms.front.redo(), "redo-2", "Ctrl+Shift+Z", enabled=lambda: rooms.front.can_redo()),
            Command("generate", "Generate", "Make", self.inspector.press, "sparkles", "Ctrl+Return", "What the inspector shows"),
            Command("stop", "Stop", "Make", self._stop, "circle-x", "Esc"),
            Command("roll", "Roll a new seed", "Make", self.inspector.seed.roll, "dice-5", "Ctrl+R"),
            Command(
                "vary", "More like the picked picture", "Make", self.picking.vary, "copy-plus", "Ctrl+M", "Neighbours in the latent space"
            ),
            Command("explore", "Open the picked picture in the explorer", "Make", self.picking.explore, "compass", "Ctrl+Shift+E"),
        ]

    def _after(self) -> list[Command]:
        """Those that stand behind."""
        return [
            Command("quit", "Quit", "File", lambda: self.window().close(), "x", "Ctrl+Q"),  # the frame, which closes this
            *go_commands(self.rooms.rows, self.go),
            Command("panels", "Hide or show the panels", "View", self.toggle_panels, "panel-left", "Tab"),
            Command("next_pane", "Next panel", "View", self._next_pane, "panel-right", "F6", "Workspace, inspector, history, shelf"),
            Command("theme", "Dark or light", "View", self._switch_theme, "sun", "Ctrl+Shift+L"),
            Command("palette", "Find anything", "Help", self._show_palette, "command", "Ctrl+K"),
            Command("shortcuts", "Keyboard shortcuts", "Help", self._show_shortcuts, "keyboard", "F1"),
        ]

    @property
    def actions_by_id(self) -> Mapping[str, QAction]:
        return self.dispatch.actions

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """By their names, as they stand in the window's top."""
        return self.rooms.by_name

    @property
    def current(self) -> str:
        """The name of the workspace in front."""
        return self.rooms.front.name

    def go(self, name: str) -> None:
        """Bring a workspace to the front; the first where there is none of that name."""
        self.rooms.go(self.workspaces.get(name, self.rooms.first))

    def _bring(self, workspace: Workspace) -> None:
        any_medium = "" if self.context.model or workspace.needs else self.rooms.first.makes
        self.context.work_in(workspace.makes or any_medium, workspace.needs)  # first: one that comes into sight says what suits it
        self._panels.show_for(workspace)
        self._top.mark(workspace.name)
        self.dispatch.show_front()
        self.context.remember("workspace", workspace.name)
        workspace.widget.setFocus()

    # Wiring.

    def _connect(self) -> None:
        context = self.context
        context.problem.connect(self.notice.problem)
        context.notice.connect(self.notice.notice)
        context.bridge.heard.connect(self._heard)
        context.model_changed.connect(lambda name: context.session.warm(name))
        self.inspector.asked.connect(self._asked)
        self.filmstrip.picked.connect(self.inspector.pick)
        self.filmstrip.opened.connect(self._place)
        self.filmstrip.vary_wanted.connect(self._vary)
        self.filmstrip.explore_wanted.connect(self.picking.explore)
        self.filmstrip.export_wanted.connect(self._export_asset)
        self.filmstrip.making_wanted.connect(lambda asset: save_making(context, asset, self))
        self.filmstrip.write_wanted.connect(self._write_about)
        for workspace in self.rooms:
            for surface in workspace.surfaces():
                surface.installEventFilter(self)
        self._hear_wishes()
        context.shelf_changed.connect(self.models.refresh)
        context.shelf_changed.connect(self.inspector.show_model)
        share = context.project.setting(SIDE)
        if isinstance(share, int | float):
            self._panels.side.set_share(float(share))
        self._panels.side.moved.connect(lambda moved: context.remember(SIDE, moved))
        for notice in context.project.notices:
            context.notice.emit(notice)
        context.project.when_moved(lambda sentence: context.bridge.post(lambda: self._moved(sentence)))

    def _hear_wishes(self) -> None:
        wishes = self.context.wishes
        wishes.panels.connect(self.toggle_panels)
        wishes.act.connect(self.inspector.press_capable)
        wishes.suits.connect(self.inspector.choose_capable)
        wishes.vary.connect(self._vary)
        wishes.place.connect(self._place)
        wishes.open.connect(self.open_path)
        wishes.use.connect(self._use)
        wishes.changed.connect(self.dispatch.refresh)
        wishes.settings_of = self.inspector.values_of

    def _moved(self, sentence: str) -> None:
        """The project's file was taken away, and it goes on in another one."""
        self.setWindowTitle(title_of(self.context.project.path))
        self.notice.problem(sentence, "")

    def _heard(self, job: Job, event: JobEvent) -> None:
        if isinstance(event, Kept) and event.asset is not None and event.asset.id not in self.filmstrip.model().ids:  # type: ignore[attr-defined]
            self.context.images.put(event.asset.id, event.media)  # type: ignore[arg-type]
            self.context.asset_added.emit(event.asset)
        elif isinstance(event, Failed) and not job.order.channel:
            self.notice.problem(event.sentence, event.details)

    def _asked(self, request: Request) -> None:
        """Bind the inputs of a request to what the workspaces show now, and begin where the outcome belongs."""
        action = self.context.session.shelf.card(request.model).action(request.action)
        inputs = dict(request.inputs)
        try:
            for workspace in self.rooms.giving(action):
                inputs.update(workspace.bind(action, inputs))
        except MediaError as error:
            self.context.problem.emit(str(error), "")
            return
        self.rooms.go(self.rooms.home(action.output)).begin(replace(request, inputs=inputs))
        self.dispatch.refresh()  # what is offered is let go of by undo

    def _use(self, model: str) -> None:
        self.rooms.go(self.rooms.of_model(partial(self.context.serves, model)))
        self.context.choose_model(model)

    def _place(self, asset: int) -> None:
        """Open a work where its medium is at home."""
        found = self.context.project.asset(asset)
        if look_of(found.medium).home:
            self.rooms.go(self.rooms.home(found.medium)).place(asset)
        else:
            self._listen(found)

    def _listen(self, sound: Asset) -> None:
        ListenDialog(self.context, self.filmstrip.listening, sound, self).show()

    def _write_about(self, asset: int) -> None:
        self.rooms.go(self.rooms.home("text")).place(asset)

    def _export_asset(self, asset: int) -> None:
        if not self.rooms.home(self.context.project.asset(asset).medium).export_work(asset):
            save_asset(self.context, asset, self)

    def _vary(self, asset: int) -> None:
        self.inspector.vary(asset)

    def _stop(self) -> None:
        if self.job_bar.stop() or self.rooms.front.escape():
            return
        if self._panels.hidden:
            self.toggle_panels()

    def toggle_panels(self) -> None:
        """Hide all panels so that the work fills the window, or show them again."""
        self._panels.hidden = not self._panels.hidden
        self._panels.show_for(self.rooms.front)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab on the board or the map hides the panels."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.toggle_panels()
            return True
        return super().eventFilter(watched, event)

    def _next_pane(self) -> None:
        next_pane([self.rooms.front.widget, self._panels.right, self._panels.bottom, self._panels.left])

    def _switch_theme(self) -> None:
        name = "light" if theme.tokens().name == "dark" else "dark"
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, name)
        self.context.remember("theme", name)
        with contextlib.suppress(MediaError):  # only a wish for the next start
            write_atomically(config() / "theme", name.encode())

    def _show_palette(self) -> None:
        CommandPalette([*commands(self.actions_by_id.values()), *self._anything.things()], self).open_over(self)

    def _show_shortcuts(self) -> None:
        ShortcutsSheet(self.dispatch.keys_of(), self.rooms.front.tool_shortcuts() or self.rooms.first.tool_shortcuts(), self).show()

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
        """A project opens in a window of its own, all else in the workspace that takes it."""
        if path.suffix.lower() == ".atelier" and not path.is_dir():
            if self._open_wanted is not None:
                self._open_wanted(path)
        else:
            taking = self.rooms.taking(path)
            if taking.takes(path) or look_of(medium_of_file(path).name).home:
                self.rooms.go(taking).open([path])
            else:
                open_sound(self.context, path, self._listen)

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
        kept = self.context.project.setting(GEOMETRY)
        if isinstance(kept, str):
            self.window().restoreGeometry(QByteArray.fromBase64(kept.encode()))
        if isinstance(frame := self.window(), Frame):
            frame.fit_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.context.remember(GEOMETRY, self.window().saveGeometry().toBase64().toStdString())
        for workspace in self.rooms:
            workspace.settle()
        self.filmstrip.listening.close()
        self.context.project.flush()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1280, 800)

    def warm_up(self) -> None:
        """After the first paint: take the model of last time in hand, so that torch and it are loaded on the worker."""
        self.context.choose_first_model()
