"""What models are given of the board, and where what comes of them belongs: in its part, or as layers of their own."""

from __future__ import annotations

from collections.abc import Container

from studio.documents.canvas.edits import Edit
from studio.documents.canvas.model import Board
from studio.documents.canvas.region import Region, owner_of, seen, selected
from studio.documents.seen import Seen
from studio.engine import Cancelled, Failed, Finished, Job, JobEvent, Kept, Preview, Request
from studio.generators import Action, Capability, Input
from studio.media import MediaError, Picture
from studio.ui.canvas.drawer import Drawer
from studio.ui.canvas.placing import Placing
from studio.ui.canvas.remembering import Remembering, SheetState
from studio.ui.canvas.tool_context import ToolContext
from studio.ui.canvas.view import BoardView
from studio.ui.context import AppContext
from studio.ui.workspace import Bound, bound

MEDIUM = "picture"


class Making:
    """The contact sheet in `drawer`, and the part of the board that its pictures are for."""

    def __init__(
        self, context: AppContext, board: ToolContext, view: BoardView, drawer: Drawer, placing: Placing, remembering: Remembering
    ) -> None:
        self._context, self._board, self._view = context, board, view
        self._drawer, self._placing, self._remembering = drawer, placing, remembering
        self._seen_job = 0
        self._region: Region | None = None  # where the results of the sheet belong
        self._bound: Region | None = None  # what was bound last of the board for a request that fills it
        drawer.sheet.placed.connect(self._take)
        drawer.sheet.vary_wanted.connect(context.wishes.vary)
        drawer.all_wanted.connect(lambda: placing.place_all(drawer.sheet.assets()))
        drawer.closed.connect(self._remember_sheet)
        board.document.edited.append(self._follow)
        remembering.restore_sheet(self._sheet_restored)

    def seen(self) -> Seen:
        """What a model is given: the active layer, or what is selected, as it looks now. Raises MediaError where nothing is drawn."""
        return seen(self._board.document.board)

    def fill_selection(self) -> None:
        """With the model in hand, or one that knows such pictures as the selection is a part of."""
        owner = owner_of(self._board.document.board)
        self._context.wishes.act.emit(Capability.INFILLS, owner.picture if owner is not None else None)

    def bind(self, action: Action, given: Container[str]) -> Bound:
        """The active layer, or the part around what is selected and the selection, for the first picture that is not given."""
        first = next((each for each in action.inputs if each.medium == MEDIUM and each.name not in given), None)
        part = action.selection if first is not None else None
        region = self._bound = selected(self._board.document.board, part.size) if part is not None else None

        def whole(each: Input) -> Seen | None:
            if each is not first:
                return None
            return region.seen if region is not None else self.seen()

        return bound(action, given, MEDIUM, whole, lambda each: region.mask if region is not None else None)

    def begin(self, request: Request) -> Job | None:
        """Submit a request and show its contact sheet. What fills a part of the board belongs there."""
        card = self._context.session.shelf.card(request.model)
        action = card.action(request.action)
        job = self._context.submit(request, self._hear)
        if job is None:
            return None
        filled = self._bound
        fills = filled is not None and any(each is filled.mask for each in request.inputs.values())
        self._seen_job, self._region, self._bound = job.number, filled if fills else None, None
        self._drawer.begin(f"{card.title}  ·  {action.label}  ·  seed {request.seed}", len(request.indices))
        return job

    def _follow(self, edit: Edit, before: Board) -> None:
        """The place that was asked for moves with its layer."""
        if self._region is not None:
            place = self._region.follows(edit, before)
            if place is not self._region:
                self._region = place
                self._remember_sheet()

    def _remember_sheet(self) -> None:
        """The sheet that lies open, for the next start; none once it was closed."""
        assets = tuple(self._drawer.sheet.assets())
        shown = bool(assets) and not self._drawer.isHidden()
        self._remembering.write_sheet(SheetState(self._drawer.heading, assets, self._region) if shown else None)

    def _sheet_restored(self, state: SheetState) -> None:
        self._region = state.region

    def _hear(self, job: Job, event: JobEvent) -> None:
        if job.number != self._seen_job:
            return
        match event:
            case Preview() if isinstance(event.media, Picture):
                self._drawer.sheet.preview(event.index, event.media)
            case Kept() if isinstance(event.media, Picture):
                self._drawer.sheet.fill(event.index, event.media, event.asset.id if event.asset else None)
                self._place_first(job, event)
            case Finished():
                self._drawer.finished()
                self._remember_sheet()
            case Cancelled():
                self._drawer.sheet.drop_unfinished()
                self._drawer.finished()
                self._remember_sheet()
            case Failed():
                self._drawer.hide()

    def _place_first(self, job: Job, event: Kept) -> None:
        """A single result goes straight to the board: one press does the usual thing."""
        if isinstance(job.order, Request) and len(job.order.indices) == 1 and event.asset is not None:
            self._take(event.asset.id)

    def _take(self, asset_id: int) -> None:
        """A picture of the sheet: into the selection that it was made for, else on the board as a layer."""
        region = self._region
        if region is None:
            self._placing.place(asset_id)
        else:
            self._context.with_work(asset_id, "picture", lambda picture, asset: self._fill(region, picture))

    def _fill(self, region: Region, picture: Picture) -> None:
        document = self._board.document
        try:
            self._board.apply(region.filled(document.board, picture))
        except MediaError as error:
            self._context.problem.emit(str(error), "")
        owner = region.owner(document.board)
        if owner is not None:
            document.activate(owner.id)  # what was filled is what the next stroke goes on with
        self._view.setFocus()
