"""Hearing a sound of the history: one player for all who let sounds be heard, so that no two sound at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media import Sound, SoundSelection, named
from studio.media.encodings import readable
from studio.player import SoundPlayer
from studio.player.synth import drivers
from studio.project import Asset
from studio.ui.context import AppContext

FRAME_MS = 33
NO_CARD = "This machine has no sound card: the playhead moves in silence."


class Listening(QObject):
    """`changed` when another sound, or none, plays; `moved` with the second that is heard while one does."""

    changed = Signal()
    moved = Signal(float)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._player: SoundPlayer | None = None
        self._asset: int | None = None
        self._wanted: int | None = None  # is being read to be played
        self._said = False
        self._frames = QTimer(self, interval=FRAME_MS)
        self._frames.timeout.connect(self._frame)

    @property
    def player(self) -> SoundPlayer:
        """Made for the first sound that is to be heard."""
        if self._player is None:
            post = self._context.bridge.post
            self._player = SoundPlayer(
                finished=lambda: post(self._stopped), lost=lambda error: post(lambda: self._context.problem.emit(str(error), ""))
            )
        return self._player

    @property
    def playing(self) -> int | None:
        """The work that is heard now."""
        return self._asset if self._player is not None and self._player.playing else None

    @property
    def loaded(self) -> int | None:
        """The work that is in hand, heard or not."""
        return self._asset

    def toggle(self, asset_id: int) -> None:
        """Let a sound of the history be heard from its beginning, or be silent where it is heard already."""
        if asset_id in (self.playing, self._wanted):
            self.stop()
            return

        def arrived(sound: Sound, asset: Asset) -> None:
            if self._wanted == asset_id:
                self.load(asset_id, sound)
                self.play()

        self._wanted = asset_id
        self._context.with_work(asset_id, "sound", arrived)

    def load(self, asset_id: int, sound: Sound) -> None:
        """Take a sound in hand, silent and at its beginning."""
        self._wanted = None
        self.player.load(sound)
        self._asset = asset_id
        self._stopped()

    def play(self, part: SoundSelection | None = None, loop: bool = False) -> None:
        """Play what is in hand from the playhead, or a part of it, or that over and over."""
        if not drivers() and not self._said:
            self._said = True
            self._context.notice.emit(NO_CARD)
        self.player.choose(part, loop)
        self.player.play()
        self._frames.start()
        self.changed.emit()

    def stop(self) -> None:
        """Be silent; the playhead stays."""
        self._wanted = None
        if self._player is not None:
            self._player.pause()
        self._stopped()

    def close(self) -> None:
        """Before the window closes."""
        self._frames.stop()
        if self._player is not None:
            self._player.close()

    def _stopped(self) -> None:
        if self._player is not None and not self._player.playing:
            self._frames.stop()
            self.moved.emit(self._player.position())
        self.changed.emit()

    def _frame(self) -> None:
        self.moved.emit(self.player.position())


def open_sound(context: AppContext, path: Path, then: Callable[[Asset], None]) -> None:
    """Read a sound file on the file threads, keep it in the history, and go on with the work that it became there."""

    def arrived(found: tuple[Sound, str]) -> None:
        sound, note = found
        context.add(sound, readable(path.stem)[:80], note, then=then)

    context.read_aside(lambda: named("sound").load(path), arrived)
