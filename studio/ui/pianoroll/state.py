"""What all parts of the piano roll share: the document, the track in hand, the chosen notes, the grid, the view, the playhead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from studio.documents.score.document import SheetDocument
from studio.documents.score.model import Sheet
from studio.media import Score, ScoreSelection
from studio.media.score import Track
from studio.media.score.theory import scale_classes
from studio.ui.pianoroll.columns import ColumnCache, Columns
from studio.ui.pianoroll.snap import USUAL, snapped, step_of
from studio.ui.pianoroll.viewport import Viewport

NOTHING = np.zeros(0, bool)


class RollState(QObject):
    """Signals tell what changed; the parts of the roll read the rest from here and make edits through `edit`."""

    sheet_changed = Signal()
    selection_changed = Signal()
    view_changed = Signal()
    settings_changed = Signal()
    playhead_moved = Signal(float, float)  # from, to, in ticks
    auditioned = Signal(int, int)  # pitch, velocity: to be heard at once
    problem = Signal(str)
    about_to_edit = Signal()  # what is shown but is no edit yet shall become one

    def __init__(self, document: SheetDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.view = Viewport()
        self.columns = ColumnCache()
        self.active = 0
        self.beside: frozenset[int] = frozenset()  # tracks that are chosen beside the one in hand: the chosen bars are theirs too
        self.snap = USUAL
        self.root, self.scale = 0, ""
        self.snap_to_scale = False
        self.ghosts = True
        self.length = 0  # of the note drawn last, in ticks
        self.velocity = 90
        self.playhead = 0.0
        self.playing = False
        self.comparing = False  # a candidate is shown: what is new in it is marked
        self._fresh: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        self.bars: tuple[int, int] | None = None  # chosen in the ruler, in ticks from bar line to bar line
        self.all_tracks = False  # the chosen bars are those of every track, not of the one in hand
        self._mask = NOTHING
        self._masked: np.ndarray | None = None
        self._lines: tuple[Score, np.ndarray] | None = None
        self._measure()
        document.changed.append(self._document_changed)

    # Reading.

    @property
    def sheet(self) -> Sheet:
        return self.document.shown

    @property
    def score(self) -> Score:
        return self.document.shown.score

    @property
    def track(self) -> Track | None:
        """The track in hand, as shown."""
        tracks = self.score.tracks
        return tracks[min(self.active, len(tracks) - 1)] if tracks else None

    @property
    def notes(self) -> np.ndarray:
        track = self.track
        return track.notes if track is not None else Track().notes

    def bar_lines(self, until: float) -> np.ndarray:
        """The bar lines of the score as shown, to the first one beyond `until`; more may come."""
        held = self._lines
        if held is None or held[0] is not self.score or held[1][-1] <= until:
            held = self._lines = (self.score, self.score.bar_starts(int(max(2 * until, self.score.end)) + 1))
        return held[1]

    def own_columns(self) -> Columns:
        return self.columns.of(self.notes)

    @property
    def mask(self) -> np.ndarray:
        """Which notes of the track in hand are chosen."""
        notes = self.notes
        if self._masked is not notes or len(self._mask) != len(notes):
            return np.zeros(len(notes), bool)
        return self._mask

    def chosen(self) -> int:
        return int(self.mask.sum())

    def classes(self) -> frozenset[int]:
        """Pitch classes of the scale that is lit; all twelve where none is."""
        return scale_classes(self.root, self.scale)

    def fresh(self, index: int) -> np.ndarray:
        """Which notes of a shown track the score as it was left has not."""
        shown, real = self.score.tracks[index].notes, self.document.sheet.score.tracks
        before = real[index].notes if index < len(real) else shown[:0]
        held = self._fresh.get(index)
        if held is None or held[0] is not shown or held[1] is not before:
            plain = np.dtype((np.void, shown.dtype.itemsize))
            known = np.isin(np.ascontiguousarray(shown).view(plain), np.ascontiguousarray(before).view(plain))
            held = self._fresh[index] = (shown, before, ~known)
        return held[2]

    def step(self, tick: float = 0) -> int:
        return step_of(self.score, self.snap, tick)

    def snapped(self, tick: float, down: bool = False) -> int:
        return snapped(self.score, self.snap, tick, down)

    def selection(self) -> ScoreSelection | None:
        """The chosen bars of the chosen tracks or of all, from the ruler or else around the chosen notes; None where nothing is chosen."""
        if self.bars is not None:
            start, stop = self.bars
        elif self.mask.any():
            columns, mask = self.own_columns(), self.mask
            start, stop = int(columns.tick[mask].min()), int(columns.end[mask].max())
        else:
            return None
        lines = self.score.bar_starts(max(stop, self.score.end, 1))
        first = max(0, int(np.searchsorted(lines, start, side="right")) - 1)
        last = max(first + 1, int(np.searchsorted(lines, stop, side="left")))
        return ScoreSelection(first, last, () if self.all_tracks else tuple(sorted(self.beside | {self.active})))

    # Changing.

    def edit(self, label: str, work: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]], whole: bool = False) -> bool:
        """Do one of `studio.media.score.editing` to the chosen notes (all, with `whole`, where none is) as one step."""
        self.about_to_edit.emit()
        after = self.after(work, whole)
        if after is None:
            return False
        sheet, mask = after
        self._expect(sheet, mask)
        made = self.document.apply(label, sheet)
        self.selection_changed.emit()
        return made

    def show(self, work: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]], base: tuple[np.ndarray, np.ndarray]) -> None:
        """Show what an edit would do to the notes and mask `base` while the hand is still at it."""
        track = self._real_track()
        if track is None:
            return
        notes, mask = work(*base)
        sheet = self.document.sheet.with_track(self.active, track.with_notes(notes))
        self._expect(sheet, mask)
        self.document.preview(sheet)

    def show_track(self, track: Track) -> None:
        """Show the track in hand as `track` while the hand is still at it."""
        mask = self.mask
        sheet = self.document.sheet.with_track(self.active, track)
        self._masked, self._mask = track.notes, mask
        self.document.preview(sheet)

    def after(
        self, work: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]], whole: bool = False
    ) -> tuple[Sheet, np.ndarray] | None:
        track = self._real_track()
        if track is None:
            self.problem.emit("There is no track to write on. Add one in the list of tracks.")
            return None
        mask = self.mask if len(self.mask) == len(track.notes) else np.zeros(len(track.notes), bool)
        notes, mask = work(track.notes, np.ones(len(mask), bool) if whole and not mask.any() else mask)
        return self.document.sheet.with_track(self.active, track.with_notes(notes)), mask

    def commit(self, label: str) -> None:
        """Make an edit of what is shown."""
        shown, mask = self.document.shown, self.mask
        self._expect(shown, mask)
        self.document.apply(label, shown)
        self.selection_changed.emit()

    def choose(self, mask: np.ndarray) -> None:
        """Choose these notes of the track in hand."""
        self._masked, self._mask = self.notes, mask
        self.selection_changed.emit()

    def choose_track(self, index: int) -> None:
        """Take that track in hand, and no other."""
        if 0 <= index < len(self.score.tracks) and (index != self.active or self.beside):
            self.active, self.beside = index, frozenset()
            self._masked, self._mask = None, NOTHING
            self.selection_changed.emit()
            self.settings_changed.emit()

    def choose_beside(self, index: int) -> None:
        """Choose that track beside the one in hand, or let go of it again."""
        if index != self.active and 0 <= index < len(self.score.tracks):
            self.beside ^= {index}
            self.selection_changed.emit()
            self.settings_changed.emit()

    def choose_bars(self, bars: tuple[int, int] | None, all_tracks: bool = False) -> None:
        self.bars, self.all_tracks = bars, all_tracks and bars is not None
        self.selection_changed.emit()

    def move_playhead(self, tick: float) -> None:
        before, self.playhead = self.playhead, max(0.0, tick)
        self.playhead_moved.emit(before, self.playhead)

    def _measure(self) -> None:
        score = self.score
        self.view.longest = 2.0 * max(score.end, 16 * score.bar_ticks(score.metres[0]))

    def _real_track(self) -> Track | None:
        tracks = self.document.sheet.score.tracks
        return tracks[self.active] if self.active < len(tracks) else None

    def _expect(self, sheet: Sheet, mask: np.ndarray) -> None:
        """The mask that belongs to the notes of a sheet about to be shown."""
        self._masked, self._mask = sheet.score.tracks[self.active].notes, mask

    def _document_changed(self) -> None:
        if self.active >= len(self.score.tracks):
            self.active = max(0, len(self.score.tracks) - 1)
        self.beside = frozenset(each for each in self.beside if each < len(self.score.tracks) and each != self.active)
        self._measure()
        self.sheet_changed.emit()
