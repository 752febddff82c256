"""The explorer: a map in the middle, the decoded picture beside it, sliders with filmstrips under it, the walk as a band."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from studio.documents.seen import Seen
from studio.documents.walk.model import LatentHistory
from studio.engine import Job, JobEvent, Kept, Request
from studio.engine.asset_io import latent_of, latent_seen, media_of
from studio.engine.errors import USER_ERRORS
from studio.generators import Capability
from studio.generators.capabilities import Directions
from studio.media import Journey, Latent, Media, medium_of
from studio.ui.actions import Command
from studio.ui.context import AppContext, roll_seed
from studio.ui.explorer import points
from studio.ui.explorer.keeper import WalkKeeper
from studio.ui.explorer.map_view import MapView
from studio.ui.explorer.picture_view import PictureView
from studio.ui.explorer.questions import Questions
from studio.ui.explorer.strip import StripSlider
from studio.ui.explorer.tree_band import TreeBand
from studio.ui.widgets.labels import EmptyState, IconButton, quiet
from studio.ui.workspace import PlainWorkspace

SLIDERS = 8
SETTLE_MS = 120
TRAIL = 12
STOPS, BEATS = 8, 16  # of a walk that is written out: how many points, and beats from one to the next


class ExplorerWorkspace(PlainWorkspace):
    """Handles its own walk; what is kept or placed goes through the context."""

    name, title, icon = "explorer", "Explorer", "compass"
    needs: Capability | None = Capability.DECODES

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._questions = Questions(context)
        self._directions: Directions | None = None
        self._keeper = WalkKeeper(context)
        self.walk = LatentHistory()
        self._next: tuple[Latent, str] | None = None  # where to go once the model is there
        self._build()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._draw_surroundings)
        context.model_changed.connect(lambda _: self._open_model() if self.isVisible() else None)

    def _build(self) -> None:
        self.map, self._picture, self._band = MapView(), PictureView(), TreeBand()
        self.map.pointed.connect(self._pointed)
        self.map.left.connect(self._look_here)
        self.map.settled.connect(lambda x, y: self._go_to({self._x(): x, self._y(): y}, "Moved on the map"))
        self.map.grid_changed.connect(self._surroundings_soon)
        self._band.wanted.connect(self._go_back_to)
        self._axes = [QComboBox(), QComboBox()]
        for box, name in zip(self._axes, ("Across", "Upwards"), strict=True):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setToolTip(f"The direction that the map shows {name.lower()}")
            box.activated.connect(lambda _: self._axes_changed())
        self._sliders = [StripSlider(f"Direction {number + 1}") for number in range(SLIDERS)]
        for number, slider in enumerate(self._sliders):
            slider.moved.connect(lambda value, k=number: self._look({k: value}))
            slider.settled.connect(lambda value, k=number: self._go_to({k: value}, f"Moved along {self._name(k).lower()}"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(self._toolbar())
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.map, 3)
        middle.addWidget(self._picture, 2)
        column.addLayout(middle, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for number, slider in enumerate(self._sliders):
            grid.addWidget(slider, number // 2, number % 2)
        column.addLayout(grid)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(inside)
        self._empty = EmptyState(
            "compass",
            "Nothing to explore here",
            "This model has no latent space to walk through; others on the shelf have.",
            "Explore another model",
            self._take_explorable,
        )
        self._stack.addWidget(self._empty)

    def _toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(1)
        self._undo = IconButton("undo-2", "Back to the point before (Ctrl+Z)", self.undo)
        self._redo = IconButton("redo-2", "Forward again (Ctrl+Shift+Z)", self.redo)
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        row.addWidget(self._band, 1)
        for text, box in zip(("Across", "Upwards"), self._axes, strict=True):
            row.addWidget(quiet(text))
            row.addWidget(box)
        row.addWidget(IconButton("shuffle", "Random point (R)", self.random_point))
        row.addWidget(IconButton("rotate-ccw", "Back to the average (Backspace)", self.reset_point))
        row.addWidget(IconButton("footprints", "Write out the walk as one piece (J)", self.travel))
        row.addWidget(IconButton("pin", "Keep this picture in the history (K)", self.keep_point))
        row.addWidget(IconButton("layers", "Place this picture on the canvas", lambda: self.keep_point(place=True)))
        return row

    def _take_explorable(self) -> None:
        """Take the first model in hand that decodes points."""
        usable = self._context.usable()
        if usable:
            self._context.choose_model(usable[0].name)
        else:
            self._context.problem.emit("No model on the shelf has a latent space to walk through.", "")

    # What the window asks for.

    def surfaces(self) -> Sequence[QWidget]:
        return (self.map,)

    def commands(self) -> Sequence[Command]:
        return [
            Command("random_point", "Random point", "Make", self.random_point, "shuffle", "R"),
            Command("reset_point", "Back to the average", "Make", self.reset_point, "rotate-ccw", "Backspace"),
            Command("travel", "Write out the walk", "Make", self.travel, "footprints", "J", "What lies on the way here, as one piece"),
            Command("keep_point", "Keep this picture", "Make", self.keep_point, "pin", "K", "Puts it into the history"),
        ]

    def undo(self) -> bool:
        moved = self.walk.undo()
        if moved:
            self._arrived()
        return moved

    def redo(self) -> bool:
        moved = self.walk.redo()
        if moved:
            self._arrived()
        return moved

    def can_undo(self) -> bool:
        return self.walk.can_undo()

    def can_redo(self) -> bool:
        return self.walk.can_redo()

    def random_point(self) -> None:
        """Sample a new point, and go there."""
        seed = roll_seed()
        self._questions.sample(seed, lambda latent: self._visit(latent, f"Random point {seed}"))

    def reset_point(self) -> None:
        """Go to the mean of the space."""
        here = self.walk.here
        if here is not None and self._directions is not None:
            self._visit(points.average(here.latent, self._directions), "The average")

    def keep_point(self, place: bool = False) -> None:
        """Make the picture at this point an asset; with `place`, put it on the canvas too."""
        here = self.walk.here
        if here is None:
            return

        def hear(job: Job, event: JobEvent) -> None:
            if isinstance(event, Kept) and event.asset is not None:
                if place:
                    self._context.wishes.place.emit(event.asset.id)
                else:
                    self._context.notice.emit("Kept in the history.")

        card = self._context.session.shelf.card(self._questions.model)
        decoding = ((action, each) for action in card.actions() if action.capability is Capability.DECODES for each in action.inputs)
        for action, point in decoding:
            if point.medium == "latent":
                self._context.submit(Request(self._questions.model, action.id, inputs={point.name: here.latent}), hear)
                return
        self._context.notice.emit(f"“{card.title}” shows its points, and cannot keep them.")

    def travel(self) -> None:
        """Write out the way here as one piece, four bars from point to point, where the model can."""
        way = self.walk.way_here(STOPS)
        card = self._context.card
        action = next((each for each in card.actions() if any(i.medium == "journey" for i in each.inputs)), None) if card else None
        if action is None:
            self._context.notice.emit("This model cannot write out a walk. Models of music can.")
        elif len(way) < 2:
            self._context.notice.emit("The walk has one point. Go to another first.")
        else:

            def hear(job: Job, event: JobEvent) -> None:
                if isinstance(event, Kept) and event.asset is not None:
                    self._context.notice.emit("The walk is in the history.")

            journey = Journey.evenly([node.latent for node in way], BEATS)
            self._context.submit(Request(self._questions.model, action.id, inputs={"journey": journey}), hear)

    def place(self, asset: int) -> None:
        """Walk on from the point that an asset was made from, or from the nearest one that the model finds."""
        self._open_model()
        try:
            work = self._context.project.asset(asset)
            latent = latent_of(self._context.project, work, self._questions.model)
        except USER_ERRORS as error:
            self._context.problem.emit(str(error), "")
            return
        if latent is not None:
            self._visit(latent, "From the history")
            return
        if self._knows(work.medium):
            self._context.read_aside(lambda: media_of(self._context.project, work, work.medium), self._find)

    def go_on_from(self, seen: Seen) -> None:
        """Go on from what a document shows: from the point that made it while it still looks so, else from the nearest one."""
        self._open_model()
        if not self._knows(medium_of(seen.media).name):
            return
        project, model = self._context.project, self._questions.model

        def known(latent: Latent | None) -> None:
            if latent is not None:
                self._visit(latent, "From the history")
            else:
                self._find(seen.media)

        self._context.read_aside(lambda: latent_seen(project, seen, model), known)

    def _knows(self, medium: str) -> bool:
        """Whether the model in hand makes such things; says so where it does not."""
        if self._context.card is None or medium in {action.output for action in self._context.card.actions()}:
            return True
        self._context.notice.emit(f"“{self._context.card.title}” knows no {medium}. Take a model in hand that makes such things.")
        return False

    def _find(self, media: Media) -> None:
        """Have the model look for a thing, and go to the nearest point that it finds."""
        what = medium_of(media).name
        self._context.notice.emit(f"Looking for this {what} in the model…")
        self._questions.find(media, lambda found: self._visit(found, f"Nearest to your {what}"))

    def showEvent(self, event: QShowEvent) -> None:
        self._open_model()

    # The walk.

    def _open_model(self) -> None:
        if self._questions.model == self._context.model or not self._context.model:
            return
        self._questions.model = self._context.model
        self._directions, self._next = None, None
        self.walk = self._keeper.open(self._questions.model)
        self._context.wishes.changed.emit()
        self.map.clear()
        self._questions.offer(self._offered)

    def _offered(self, offer: tuple[Directions, Latent] | None) -> None:
        if offer is None:
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentIndex(0)
        directions, first = offer
        self._directions = directions
        for number, box in enumerate(self._axes):
            box.clear()
            box.addItems(list(directions.names))
            box.setCurrentIndex(number)
        for number, slider in enumerate(self._sliders):
            slider.setVisible(number < len(directions.names))
            slider.set_name(directions.names[number] if number < len(directions.names) else "")
        self._label_axes()
        if self.walk.here is None or not points.fits(self.walk.here.latent, directions):
            self.walk = self._keeper.begin(self._questions.model)
            self.walk.visit(first, "The first point")
        self._arrived()
        if self._next is not None:
            (latent, label), self._next = self._next, None
            self._visit(latent, label)

    def _visit(self, latent: Latent, label: str) -> None:
        if self._directions is None:
            self._next = (latent, label)
        elif points.fits(latent, self._directions):
            self.walk.visit(latent, label)
            self._arrived()

    def _go_to(self, targets: dict[int, float], label: str) -> None:
        here = self.walk.here
        if here is not None and self._directions is not None:
            self._visit(points.moved(here.latent, self._directions, targets), label)

    def _go_back_to(self, number: int) -> None:
        self.walk.go(number)
        self._arrived()

    def _arrived(self) -> None:
        """The walk stands somewhere else: show it everywhere."""
        here = self.walk.here
        if here is None or self._directions is None:
            return
        place = points.coordinates(here.latent, self._directions)
        for slider, value in zip(self._sliders, place, strict=False):
            slider.set_value(float(value))
        self.map.set_here(float(place[self._x()]), float(place[self._y()]), self._trail())
        self._band.show_walk(self.walk)
        self._undo.setEnabled(self.can_undo())
        self._redo.setEnabled(self.can_redo())
        self._look_here()
        self._surroundings_soon()
        self._context.wishes.changed.emit()

    def _trail(self) -> list[tuple[float, float]]:
        """The last points on the way here, as the map shows them."""
        assert self._directions is not None
        places = [points.coordinates(node.latent, self._directions) for node in self.walk.way_here(TRAIL + 1)[:-1]]
        return [(float(place[self._x()]), float(place[self._y()])) for place in places]

    # Looking.

    def _pointed(self, x: float, y: float) -> None:
        self._look({self._x(): x, self._y(): y})

    def _look_here(self) -> None:
        self._look({})

    def _look(self, targets: dict[int, float]) -> None:
        """Decode at once; a newer look takes the place of one that waits."""
        here = self.walk.here
        if here is None or self._directions is None:
            return
        latent = points.moved(here.latent, self._directions, targets) if targets else here.latent
        caption = "  ".join(f"{self._name(k)} {value:+.1f}σ" for k, value in targets.items()) or here.label
        self._questions.look(latent, lambda picture: self._picture.show_picture(picture, caption))

    def _surroundings_soon(self) -> None:
        self._settle.start()

    def _draw_surroundings(self) -> None:
        """The map's mosaic and the sliders' filmstrips, a few pictures at a time and below everything else."""
        here, directions = self.walk.here, self._directions
        if here is None or directions is None or not self.isVisible():
            return
        order = self.map.order()
        cells = [self.map.cell_position(number) for number in order]
        axes = (self._x(), self._y())
        self._questions.strips(here.latent, directions, SLIDERS, lambda k, frames: self._sliders[k].show_frames(frames))
        self._questions.mosaic(here.latent, directions, axes, dict(zip(order, cells, strict=True)), self.map.fill)

    # Axes.

    def _x(self) -> int:
        return max(0, self._axes[0].currentIndex())

    def _y(self) -> int:
        return max(0, self._axes[1].currentIndex())

    def _name(self, k: int) -> str:
        return self._directions.names[k] if self._directions is not None else ""

    def _axes_changed(self) -> None:
        self._label_axes()
        self.map.clear()
        self._arrived()

    def _label_axes(self) -> None:
        self.map.x_label, self.map.y_label = self._name(self._x()), self._name(self._y())
