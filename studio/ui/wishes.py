"""What workspaces ask of the studio around them, whichever workspace it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal


class Wishes(QObject):
    """Each signal is a wish that the window hears; where there is none, nothing comes of it.

    `settings_of` gives what is set for an action of the model in hand.
    """

    panels = Signal()  # hide the panels, or show them again
    act = Signal(object, object)  # do the first action of a Capability; of models for a Picture that is given, one that fits it
    suits = Signal(object)  # show the action of a Capability: what stands here is likely to want it
    vary = Signal(int)  # more like an asset
    place = Signal(int)  # an asset where its medium is at home
    open = Signal(object)  # a path, where its kind is at home
    use = Signal(str)  # a model, where it is at home
    picked = Signal()  # something in a document was picked: models are given that, and no work of the history
    looks = Signal(str, object)  # what models are given looks like this now: its name, and a QPixmap or None
    changed = Signal()  # what commands can do is something else

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings_of: Callable[[str], Mapping[str, Any]] = lambda action: {}
