"""The inspector: the model in hand, one of its actions, its inputs, settings and seed, and the button that does it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.engine import Request
from studio.generators import Action, Capability, Input
from studio.media import Picture
from studio.media.registry import with_article
from studio.project import ProjectError, Recipe
from studio.shelf import Card
from studio.ui import fitting, theme
from studio.ui.context import AppContext, setting_values
from studio.ui.images import sheet_icon
from studio.ui.media import look_of
from studio.ui.widgets.filmstrip import ASSET_MIME
from studio.ui.widgets.form import SettingsForm
from studio.ui.widgets.labels import Elided, hairline, primary, quiet, title, wrapped
from studio.ui.widgets.number import NumberField
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.seed import SeedField

MOST_AT_ONCE = 256
PICTURE = 32


class InputSlot(QFrame):
    """A place for one work: drop one from the history, or press to take the one that is picked. Empty, it shows what is seen."""

    changed = Signal()
    take_wanted = Signal()

    def __init__(self, context: AppContext, described: Input) -> None:
        super().__init__()
        self._context, self.described = context, described
        self.asset: int | None = None
        self.held = False  # what a person dropped stays, whatever is picked elsewhere
        self.setProperty("role", "raised")
        self.setAcceptDrops(True)
        self.setAccessibleName(described.label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(f"Drop {with_article(described.medium)} here from the history, or press to take the picked one")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 8, 4)
        self._picture = QLabel()
        self._picture.setFixedSize(44, 44)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = Elided(described.label)
        self._seen: tuple[str, QPixmap] | None = None
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        self._show()
        context.images.loaded.connect(lambda asset: self._show() if asset == self.asset else None)

    def set_asset(self, asset: int | None, held: bool = False) -> None:
        self.asset, self.held = asset, held
        self._show()
        self.changed.emit()

    def show_seen(self, seen: tuple[str, QPixmap] | None) -> None:
        """What a document shows now, and is taken while nothing lies here: its name and how it looks."""
        self._seen = seen
        if self.asset is None:
            self._show()

    def _show(self) -> None:
        pixmap = self._context.images.image(self.asset) if self.asset is not None else None
        if self.asset is None and self._seen is not None:
            name, looks = self._seen
            self._text.setText(f"{self.described.label}: {name}")
            pixmap = looks
        elif pixmap is None:
            pixmap = theme.icon("image-plus", "disabled", 24).pixmap(24, 24)
            self._text.setText(f"{self.described.label}: {look_of(self.described.medium).slot}")
        else:
            pixmap = pixmap.scaled(40, 40, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation)
            self._text.setText(self.described.label)
        self._picture.setPixmap(pixmap)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.take_wanted.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ASSET_MIME):
            self._light(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light(False)
        self.set_asset(int(event.mimeData().data(ASSET_MIME).toStdString()), held=True)
        event.acceptProposedAction()

    def _light(self, on: bool) -> None:
        self.setStyleSheet(f"QFrame {{ border: 1px solid {theme.tokens().accent}; }}" if on else "")


class Inspector(QWidget):
    """`asked` carries a Request, ready to be submitted."""

    asked = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pictures: dict[str, QIcon] = {}  # of models, by the file and its time
        self._values: dict[str, dict[str, Any]] = dict(context.project.setting("inspector") or {})
        self._hand, self._asked_of = context.hand, dict[str, str | None]()  # in each workspace, the action that was shown there last
        self._slots: list[InputSlot] = []
        self._picked: int | None = None
        self._seen: tuple[str, QPixmap] | None = None
        self._model = QComboBox()
        self._model.setAccessibleName("Model")
        self._model.setIconSize(QSize(24, 24))
        self._model.activated.connect(lambda row: self._context.choose_model(self._model.itemData(row)))
        self._about = wrapped("")
        self._action = QComboBox()
        self._action.setAccessibleName("Action")
        self._action.activated.connect(lambda _: self._show_action())
        self._inputs = QVBoxLayout()
        self._inputs.setSpacing(theme.SPACE)
        self._on_board = wrapped("")
        self._on_board.hide()
        self._form = SettingsForm()
        self._form.changed.connect(self._remember)
        self._seed = SeedField()
        self._seed.restore(context.project.setting("seed"))
        self._seed.kept.connect(lambda: context.remember("seed", self._seed.state()))
        self._count = NumberField("How many", 16, 1, MOST_AT_ONCE, 1, whole=True)
        self._count.settled.connect(lambda value: context.remember(self._count_key(), int(value)))
        self._button = primary("Generate")
        self._button.setToolTip("Ctrl+Enter")
        self._button.clicked.connect(self.press)
        self._count_row = QWidget()
        self._lay_out()
        self._medium_changed()
        context.model_changed.connect(lambda _: self.show_model())
        context.medium_changed.connect(lambda _: self._medium_changed())
        context.recipe_dropped.connect(self.show_recipe)
        theme.current().changed.connect(self._recolour)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        count_row = QHBoxLayout(self._count_row)
        count_row.setContentsMargins(0, 0, 0, 0)
        count_row.addWidget(quiet("How many"))
        count_row.addWidget(self._count, 1)
        for part in (title("Model"), self._model, self._about, hairline(), self._action):
            column.addWidget(part)
        scrolled = self._scrolled = Scrolled()
        scrolled.column.addLayout(self._inputs)
        scrolled.column.addWidget(self._on_board)
        scrolled.column.addWidget(self._form)
        column.addWidget(scrolled)
        seed_row = QWidget()
        seeds = QHBoxLayout(seed_row)
        seeds.setContentsMargins(0, 0, 0, 0)
        seeds.addWidget(quiet("Seed"))
        seeds.addWidget(self._seed, 1)
        column.addWidget(seed_row)
        column.addWidget(self._count_row)
        column.addWidget(self._button)
        column.addStretch(1)
        self._of_action = (self._model, self._action, scrolled, seed_row, self._count_row, self._button)

    @property
    def button(self) -> QPushButton:
        return self._button

    @property
    def seed(self) -> SeedField:
        return self._seed

    def action(self) -> Action | None:
        actions = self._context.actions()
        row = self._action.currentIndex()
        return actions[row] if 0 <= row < len(actions) else None

    def show_model(self) -> None:
        """Draw everything anew for the model in hand."""
        self._model.clear()
        for each in self._context.usable():
            self._model.addItem(self._model_icon(each), each.title, each.name)
        self._model.setCurrentIndex(self._model.findData(self._context.model))
        card = self._context.card
        self._about.setText(card.makes if card else look_of(self._context.medium).nothing_makes)
        self._asked_of[self._hand] = self._action.currentData()
        before = self._asked_of.get(self._context.hand) or self._asked_of[self._hand]
        self._hand = self._context.hand
        self._action.clear()
        for action in self._context.actions():
            self._action.addItem(theme.icon(action.icon), action.label, action.id)
        self._action.setCurrentIndex(max(0, self._action.findData(before)))  # what was asked here of one model is asked of the next
        self._show_action()

    def choose_action(self, action_id: str) -> bool:
        """Show the action `action_id`; False when the model has none of that id."""
        row = self._action.findData(action_id)
        if row < 0:
            return False
        self._action.setCurrentIndex(row)
        self._show_action()
        return True

    def choose_capable(self, capability: Capability) -> bool:
        """Show the first action that serves a capability; False when the model has none."""
        action = next((each for each in self._context.actions() if each.capability is capability), None)
        return action is not None and self.choose_action(action.id)

    @property
    def picked(self) -> int | None:
        """The work of the history that was picked last; None where what is seen was picked since."""
        return self._picked

    def show_setting(self, name: str) -> None:
        """Bring a setting of the action into sight, the keyboard on it."""
        field = self._form.reveal(name)
        if field is not None:
            self._scrolled.ensureWidgetVisible(field)
            field.setFocus()

    def pick(self, asset: int | None) -> None:
        """A work that is picked in the history fills the first empty place of its medium; None, what is seen, empties the first place."""
        self._picked = asset
        if asset is None and self._slots and not self._slots[0].held:
            self._slots[0].set_asset(None)
        for slot in self._slots if asset is not None else ():
            if slot.asset is None and self._fits(slot.described):
                slot.set_asset(asset)
                return

    def show_seen(self, name: str, looks: QPixmap | None) -> None:
        """What the board shows of its active layer, which is given to models while nothing lies in the place for it."""
        self._seen = (name, looks) if looks is not None else None
        self._slots_see()

    def _slots_see(self) -> None:
        if self._slots and look_of(self._slots[0].described.medium).shows_seen:
            self._slots[0].show_seen(self._seen)

    def press_capable(self, capability: Capability, picture: Picture | None = None) -> None:
        """Do the first action of that capability; where the model in hand has none, take one in hand that has, and that fits.

        That is one which learnt from the same set, else the one whose set `picture` looks most like.
        """
        pairs = ((card, self._context.capable(card, capability)) for card in self._context.usable())
        able = [card for card, action in sorted(pairs, key=lambda pair: pair[1] is None or not pair[1].fits_all_around) if action]
        hand = self._context.card
        if not able:
            self._context.problem.emit("No model on the shelf can do that.", "")
        elif hand is not None and self._context.capable(hand, capability):
            self._press_with(hand, capability)
        elif (fits := fitting.same_set(able, hand)) is not None and hand is not None:
            self._context.notice.emit(f"“{hand.title}” cannot do this; “{fits.title}” learnt from the same set and does it.")
            self._press_with(fits, capability)
        elif picture is None or len(able) == 1:
            self._press_with(able[0], capability)
        else:

            def found(card: Card) -> None:
                self._context.notice.emit(f"“{card.title}” does this: of the models that can, its pictures are most like this one.")
                self._press_with(card, capability)

            self._context.read_aside(lambda: fitting.nearest(able, picture), found)

    def _press_with(self, card: Card, capability: Capability) -> None:
        action = self._context.capable(card, capability)
        assert action is not None
        self._context.choose_model(card.name)
        self.choose_action(action.id)
        self.press()

    def vary(self, asset: int | None) -> None:
        """More like this: choose the action, fill its place (None: with what is seen), and do it."""
        if not self.choose_capable(Capability.VARIES) and not self._take_one_that(Capability.VARIES):
            self._context.problem.emit("This model cannot vary a work. Choose another model in the inspector.", "")
            return
        if self._slots:
            self._slots[0].set_asset(asset)
        self.press()

    def _take_one_that(self, capability: Capability) -> bool:
        """Take a model in hand that learnt from the same set and has that capability; False where there is none."""
        able = [card for card in self._context.usable() if self._context.capable(card, capability) is not None]
        hand, fits = self._context.card, fitting.same_set(able, self._context.card)
        if hand is None or fits is None:
            return False
        self._context.notice.emit(f"“{hand.title}” cannot do this; “{fits.title}” learnt from the same set and does it.")
        self._context.choose_model(fits.name)
        return self.choose_capable(capability)

    def show_recipe(self, recipe: Recipe) -> None:
        """Restore action, settings and seed of a recipe."""
        self._values[f"{recipe.model}/{recipe.action}"] = dict(recipe.settings)
        self.choose_action(recipe.action)
        self._seed.set_seed(recipe.seed, hold=True)

    def press(self) -> None:
        """Ask for what is shown."""
        action = self.action()
        if action is None:
            self._context.problem.emit(look_of(self._context.medium).nothing_makes, "")
            return
        inputs = {slot.described.name: slot.asset for slot in self._slots if slot.asset is not None}
        count = int(self._count.value()) if action.many else 1
        self.asked.emit(
            Request(self._context.model, action.id, self._form.values(), self._seed.next_seed(), tuple(range(count)), inputs)  # type: ignore[arg-type]
        )

    def _show_action(self) -> None:
        action = self.action()
        for part in self._of_action:
            part.setVisible(action is not None)
        for slot in self._slots:
            self._inputs.removeWidget(slot)
            slot.hide()
            slot.deleteLater()
        self._slots = []
        if action is None:
            self._on_board.hide()
            return
        self._action.setToolTip(action.help)
        self._on_board.setVisible(action.selection is not None)
        if action.selection is not None:
            look = look_of(action.medium_of(action.selection.name))
            self._on_board.setText(look.on_selection if action.selection.required or not look.on_place else look.on_place)
        for described in () if action.selection else action.inputs:
            slot = InputSlot(self._context, described)
            slot.take_wanted.connect(lambda slot=slot: slot.set_asset(self._picked))
            self._inputs.addWidget(slot)
            self._slots.append(slot)
        if self._slots:
            self._slots[0].set_asset(self._picked if self._fits(self._slots[0].described) else None)
            self._slots_see()
        self._form.show_action(action, setting_values(action, self._values.get(self._key(), {})))
        self._count_row.setVisible(action.many)
        self._button.setText(action.label)

    def values_of(self, action_id: str) -> dict[str, Any]:
        """What was last set for an action of the model in hand."""
        return dict(self._values.get(f"{self._context.model}/{action_id}", {}))

    def _fits(self, described: Input) -> bool:
        """Whether what is picked may fill that place. What a document holds is taken from there unless a work is dropped."""
        if self._picked is None or not look_of(described.medium).fills_slot:
            return False
        try:
            return self._context.project.asset(self._picked).medium == described.medium
        except ProjectError:
            return False

    def _medium_changed(self) -> None:
        self._count.set_value(float(self._context.project.setting(self._count_key()) or look_of(self._context.medium).usual_count))
        self.show_model()

    def _count_key(self) -> str:
        return look_of(self._context.medium).remembered

    def _key(self) -> str:
        action = self.action()
        return f"{self._context.model}/{action.id if action else ''}"

    def _remember(self) -> None:
        self._values[self._key()] = self._form.values()
        self._context.remember("inspector", self._values)

    def _recolour(self) -> None:
        self._pictures.clear()
        for row, card in enumerate(self._context.usable()):
            self._model.setItemIcon(row, self._model_icon(card))
        for row, action in enumerate(self._context.actions()):
            self._action.setItemIcon(row, theme.icon(action.icon))

    def _model_icon(self, card: Card) -> QIcon:
        """A telling picture of a model's sheet, or the sign of its medium where its preview is none."""
        look = look_of(card.actions()[0].output)
        if card.preview is None or not look.sheets:
            return theme.icon(look.icon)
        key = f"{card.preview}@{card.preview.stat().st_mtime_ns}"
        if key not in self._pictures:
            sheet = QPixmap(str(card.preview))  # nothing where the file is damaged
            self._pictures[key] = theme.icon(look.icon) if sheet.isNull() else QIcon(sheet_icon(sheet, PICTURE))
        return self._pictures[key]
