"""The lab: three columns, what to learn from → training → what it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.engine import Answer, Cancelled, Failed, Finished, Job, JobEvent, Preview, Priority, Question, Request, Stepped, Training
from studio.engine.errors import sentence
from studio.media import Picture, Text
from studio.places import user_trainings
from studio.shelf import is_model
from studio.shelf.loading import read_files
from studio.training import material, measured, own
from studio.training.data import PictureSet
from studio.training.gathering import Looked
from studio.training.own import Own, Record
from studio.ui import theme
from studio.ui.context import AppContext
from studio.ui.lab.compared import ComparedPage
from studio.ui.lab.material import MaterialColumn, to_learn_from
from studio.ui.lab.setup import SetupPage
from studio.ui.lab.sheets import SheetColumn
from studio.ui.media import learning
from studio.ui.widgets.labels import hairline, title
from studio.ui.workspace import PlainWorkspace

if TYPE_CHECKING:
    from studio.ui.lab.running import RunningPage


ELSEWHERE = "This training runs in another window of the studio."
SHOT_SEED, SHOT_PICTURES, SHOT_SHEETS = 3, 48, 4  # what a picture of the lab is made with
COMPARED = "compared"  # stands in the list of trainings where the others have their folder


class LabWorkspace(PlainWorkspace):
    """Owns the training that is shown and the job that trains; one trains at a time."""

    name, title, icon = "lab", "Lab", "flask-conical"
    wants_room = True

    def __init__(self, context: AppContext, root: Path | None = None) -> None:
        super().__init__()
        self._context, self.root = context, root or user_trainings()
        self._trainings: list[Own] = []
        self._shown: Own | None = None
        self._job: Job | None = None
        self._running: Own | None = None
        self._waiting = self._stopping = self._preparing = False
        self.setAcceptDrops(True)
        self.setMinimumWidth(
            theme.INSPECTOR_WIDTH + theme.SHELF_WIDTH
        )  # else other workspaces, which keep the inspector, grow with this one
        self.material, self.sheet = MaterialColumn(context), SheetColumn(context)
        self.setup = SetupPage(context)
        self._running_page: RunningPage | None = None
        self._build()
        self.material.changed.connect(self._material_changed)
        self.setup.start_wanted.connect(self.start)
        self.setup.resume_wanted.connect(self._resume)
        self._material_changed()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.material)
        scroll.setFixedWidth(theme.INSPECTOR_WIDTH)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(title("Training"))
        self._choice = QComboBox()
        self._choice.setAccessibleName("Training")
        self._choice.setToolTip("Begin a new training, or look at one of before")
        self._choice.activated.connect(self._chosen)
        head.addWidget(self._choice, 1)
        column.addLayout(head)
        self._pages = QStackedWidget()
        inside = QScrollArea()
        inside.setWidgetResizable(True)
        inside.setWidget(self.setup)
        self._pages.addWidget(inside)
        self.compared = ComparedPage()
        self._pages.addWidget(self.compared)
        column.addWidget(self._pages, 1)
        row.addWidget(scroll)
        row.addWidget(hairline(vertical=True))
        row.addWidget(middle, 4)
        row.addWidget(hairline(vertical=True))
        row.addWidget(self.sheet, 4)

    @property
    def running(self) -> RunningPage:
        """The page of a training; made when it is first wanted, because the plotting library takes half a second to load."""
        if self._running_page is None:
            from studio.ui.lab.running import RunningPage

            page = self._running_page = RunningPage()
            page.pause_wanted.connect(self.pause)
            page.resume_wanted.connect(lambda: self._resume(self._shown))
            page.stop_wanted.connect(self.stop)
            page.shelf_wanted.connect(self.put_on_the_shelf)
            page.smaller_wanted.connect(self._resume_smaller)
            page.figures.measure_wanted.connect(self.measure)
            self._pages.addWidget(page)
        return self._running_page

    # What the window asks for.

    def takes(self, path: Path) -> bool:
        """Folders; those of models go to the shelf."""
        return path.is_dir() and not is_model(path)

    def pose(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """In a training begun from the model in hand, a few seconds old and kept nowhere."""
        self.root = folder / "trainings"
        busy = self._context.bridge.busy
        self._context.submit(Request(self._context.model, seed=SHOT_SEED, indices=tuple(range(SHOT_PICTURES))))
        yield lambda: not busy()
        self.material.open_project()
        yield lambda: self.material.views["picture"].count() > 0
        self.setup.choose_base(self._context.model)
        yield lambda: not busy()
        self.start()
        yield lambda: self.sheet.count() >= SHOT_SHEETS

    # What a person does.

    def open(self, paths: Sequence[Path]) -> None:
        """Pictures, texts or scores for a new training: a folder, or some files."""
        self.show_new()
        self.material.open_paths(paths)

    def show_new(self) -> None:
        """The page for a new training."""
        self._shown = None
        self._pages.setCurrentIndex(0)
        self.sheet.show_medium(self.material.medium)
        self.sheet.open(None)
        self._refresh()

    def show_compared(self) -> None:
        """The figures of all models on the shelf."""
        self._shown = None
        self.compared.open(self._context.session.shelf.cards())
        self._pages.setCurrentWidget(self.compared)
        self.sheet.open(None)
        self._refresh()

    def start(self) -> None:
        """Prepare what is there on a file thread, keep it, and train."""
        collection = self.material.collection
        if collection is None or self._job is not None or self._preparing:
            return
        choices, setup = self.material.choices(), self.setup
        base = setup.base()
        card = self._context.session.shelf.card(base) if base else None
        record = Record(
            setup.name.text().strip() or collection.name, setup.family.name, dict(setup.config()), float(setup.minutes.value()),
            setup.batch_size(), collection.name, collection.count, choices, base, card.credit if card else "", medium=collection.medium,
        )  # fmt: skip
        self._preparing = True
        self.setup.say_why_not(f"Preparing the {learning(collection.medium).work}s…")

        def work() -> Own:
            tokenizer = read_files(card).get("tokenizer", ({}, {"text": ""}))[1]["text"] if card is not None else ""
            for event in material.prepare(collection, choices, tokenizer):
                if not isinstance(event, Looked):
                    count = len(event.pictures) if isinstance(event, PictureSet) else record.count
                    return own.create(self.root, replace(record, count=count), event)
            raise AssertionError("a set comes last")

        self._context.bridge.in_background(work, self._prepared)

    def _prepared(self, done: Any) -> None:
        self._preparing = False
        if done.exception() is not None:
            self.setup.say_why_not(sentence(done.exception()))
            self.setup.start.setEnabled(True)
            return
        self._trainings.insert(0, done.result())
        self._train(done.result())

    def pause(self) -> None:
        """End the job with a checkpoint."""
        if self._job is not None:
            self._waiting = True
            self.running.say("Keeping a checkpoint…")
            self._context.session.cancel(self._job)
            self._refresh()

    def stop(self) -> None:
        """End the training for good; what was learnt stays."""
        if self._job is not None and self._shows_the_running():
            self._stopping = True
            self.pause()
        elif self._shown is not None and not self._held_elsewhere():
            self._replace(self._shown.changed(state="ended"))
            self._refresh()

    def put_on_the_shelf(self) -> None:
        """Make a model folder of the training and add it to the person's models, on the worker."""
        training = self._shown
        if training is None:
            return
        shelf = self._context.session.shelf
        name = own.free_name(own.slug(training.record.title), {card.name for card in shelf.cards()})
        self.running.shelve.setEnabled(False)
        self.running.say("Making a model of it…")

        def hear(job: Job, event: JobEvent) -> None:
            if isinstance(event, Failed):
                self.running.say(event.sentence, bad=True)
                self._refresh()
            elif isinstance(event, Finished):
                self._replace(training.changed(state="shelved", shelved_as=name))
                self.running.say(f"{training.record.title} is on the shelf. {learning(training.record.medium).where_to}")
                self._refresh()
                self._context.shelf_changed.emit()

        question = Question(
            "", lambda _: measured.shelving(training, name, shelf), priority=Priority.ASKED, label="Putting it on the shelf"
        )
        self._context.bridge.submit(question, hear)

    def measure(self) -> None:
        """Compare what the shown training draws by now with its pictures, on the worker; a running one waits meanwhile."""
        training, page = self._shown, self.running
        if training is None:
            return
        page.figures.measure.setEnabled(False)

        def hear(job: Job, event: JobEvent) -> None:
            if isinstance(event, Answer) and isinstance(event.value, float):
                page.say(f"Drawing to measure: {event.value:.0%}…")
            elif isinstance(event, Failed):
                page.say(event.sentence, bad=True)
            if job.ending is event:
                page.figures.measure.setEnabled(True)
                if isinstance(event, Finished) and self._shown is not None and self._shown.folder == training.folder:
                    page.say("")
                    page.figures.open(measured.figures(training.folder))
                    self.sheet.show_nearest(training.folder)

        shelf = self._context.session.shelf
        self._context.bridge.submit(
            Question("", lambda _: measured.measuring(training, shelf), priority=Priority.ASKED, label="Measuring"), hear
        )

    # The job.

    def _resume(self, training: Own | None) -> None:
        if training is not None and self._job is None:
            self._train(training)

    def _resume_smaller(self) -> None:
        if self._shown is not None and not self._held_elsewhere():
            smaller = self._shown.changed(batch_size=own.smaller_batch(self._shown.record.batch_size))
            self._replace(smaller)
            self._resume(smaller)

    def _held_elsewhere(self) -> bool:
        """Whether the training that is shown runs in another window, which is said then."""
        held = self._shown is not None and not self._shows_the_running() and own.is_held(self._shown.folder)
        if held:
            self.running.say(ELSEWHERE)
        elif self._running_page is not None and self.running.said() == ELSEWHERE:
            self.running.say("")
        return held

    def _train(self, training: Own) -> None:
        self._running, self._waiting, self._stopping = training, False, False
        self.show_training(training)
        self.running.say("Beginning…" if not training.begun else "Going on from the checkpoint…")
        self._job = self._context.bridge.submit(Training(training.folder, training.record.title), self._heard)
        self._refresh()

    def _heard(self, job: Job, event: JobEvent) -> None:
        training = self._running
        if training is None:
            return
        shown = self._shows_the_running()
        match event:
            case Stepped():
                self._running = replace(training, seconds=event.seconds)
                if shown:
                    if not self._waiting:
                        self.running.say("")
                    self.running.stepped(event)
            case Preview() if isinstance(event.media, Picture | Text):
                self.sheet.add(training.folder, event.index, event.media)
        if job.ending is event:
            self._ended(training, event)

    def _ended(self, training: Own, event: JobEvent) -> None:
        self._job, self._running = None, None
        said = ""
        if self._stopping or isinstance(event, Finished):
            training = training.changed(state="ended")
            said = "Done. Put it on the shelf to work with it." if training.can_be_shelved else "Stopped."
        elif isinstance(event, Cancelled):
            said = "Paused. Resume goes on from here, also after closing the studio."
        self._waiting = self._stopping = False
        self._replace(training)
        if isinstance(event, Failed):
            less = own.smaller_batch(training.record.batch_size)
            offered = less if event.cause == "NotEnoughMemory" and less < training.record.batch_size else 0
            self.running.say(event.sentence, bad=True, smaller=offered)
        else:
            self.running.say(said)
        self._refresh()

    # Showing.

    def show_training(self, training: Own) -> None:
        """Curves and sheets of a training, whether it runs or not."""
        self._shown = training
        self.running.say("")
        self.running.open(training)
        self._pages.setCurrentWidget(self.running)
        self.sheet.show_medium(training.record.medium)
        self.sheet.open(training.folder)
        self._refresh()

    def showEvent(self, event: Any) -> None:
        self._look()

    def changeEvent(self, event: QEvent) -> None:
        """Another window may have begun or paused one meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and self.isActiveWindow():
            self._look()

    def _look(self) -> None:
        """Look which trainings there are, on a file thread: logs grow."""
        if self._job is None:
            self._context.bridge.in_background(lambda: own.read_all(self.root), self._found)

    def _found(self, done: Any) -> None:
        if done.exception() is None and self._job is None:
            self._trainings = done.result()
            shown = next((each for each in self._trainings if self._shown is not None and each.folder == self._shown.folder), None)
            if shown is not None:
                self._replace(shown)
            self._refresh()

    def _chosen(self, row: int) -> None:
        folder = self._choice.itemData(row)
        if folder == COMPARED:
            self.show_compared()
            return
        found = next((each for each in self._trainings if each.folder == folder), None)
        if found is None:
            self.show_new()
        else:
            self.show_training(found)

    def _replace(self, training: Own) -> None:
        """Put in what became of a training."""
        self._trainings = [training if each.folder == training.folder else each for each in self._trainings]
        if self._shown is not None and self._shown.folder == training.folder:
            self._shown = training
            self.running.open(training)

    def _material_changed(self) -> None:
        self.setup.show_material(self.material.collection, self.material.about())
        if self._shown is None:
            self.sheet.show_medium(self.material.medium)
        self._refresh()

    def _refresh(self) -> None:
        self._choice.clear()
        self._choice.addItem("A new training", None)
        for each in self._trainings:
            self._choice.addItem(each.record.title, each.folder)
        self._choice.addItem("The models on the shelf, compared", COMPARED)
        chosen = COMPARED if self._pages.currentWidget() is self.compared else self._shown.folder if self._shown else None
        folders = [None, *(each.folder for each in self._trainings), COMPARED]  # findData knows the same object only
        self._choice.setCurrentIndex(folders.index(chosen) if chosen in folders else 0)
        self.sheet.setVisible(chosen != COMPARED)
        running = self._job is not None
        if not running:
            self.setup.show_unfinished([each for each in self._trainings if not each.finished])
        if self._shown is not None:
            held = self._held_elsewhere()
            self.running.show_state(self._shows_the_running(), self._waiting or held, running or held, self._shown.can_be_shelved)
        self.setup.say_why_not(self._why_not(running))

    def _shows_the_running(self) -> bool:
        return self._running is not None and self._shown is not None and self._running.folder == self._shown.folder

    def _why_not(self, running: bool) -> str:
        there = self.material.collection
        if there is None:
            return "Choose what to learn from at the left first, or drop a folder here."
        if running and self._running is not None:
            return f"{self._running.record.title} is training. Pause it first: one trains at a time."
        return "" if learning(there.medium).sized and self.material.choices().crop == "tiles" else there.too_few()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if to_learn_from(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = to_learn_from(event.mimeData())
        if paths:
            self.open(paths)
            event.acceptProposedAction()
