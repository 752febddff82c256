"""Makes the sample project that a first start opens: real drawings of the shipped models, a few of them on the board, a score, a page."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.commands.making import perform
from studio.documents.canvas.codec import board_to_bytes
from studio.documents.canvas.document import BoardKind
from studio.documents.canvas.model import Board, Layer, new_id
from studio.documents.page.codec import content_to_bytes
from studio.documents.page.document import PageKind, title_of
from studio.documents.page.sample import SAMPLE_PAGE
from studio.documents.score.codec import sheet_to_bytes
from studio.documents.score.document import SheetKind
from studio.documents.score.sample import sample_sheet
from studio.engine import Kept, Request, Session
from studio.media import Picture
from studio.project import Project

MODEL = "heroes-vae"  # quick, and it fits the board: the one that is ready on a first start
SEED = 11
SHEETS = 12
ON_BOARD = 8
STEP = 36


def build(path: Path) -> None:
    """Write the sample project to `path`, replacing one that is there."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Project.open(path, create=True) as project, Session(project) as session:
        shown: list[Kept] = []
        shelf = [card.name for card in session.shelf.usable() if card.grade == "show" and card.action("generate").output == "picture"]
        for name in (*(name for name in reversed(shelf) if name != MODEL), MODEL):
            shown = perform(session, Request(name, seed=SEED, indices=tuple(range(SHEETS))))
        project.create_document(BoardKind.name, BoardKind.title, board_to_bytes(board_of(shown[:ON_BOARD]))).result()
        add_score(project)
        add_page(project)
        project.set_setting("workspace", "canvas").result()
        project.set_setting("model", MODEL).result()


def add_score(project: Project) -> None:
    """Put the sample's score into the piano roll."""
    project.create_document(SheetKind.name, SheetKind.title, sheet_to_bytes(sample_sheet())).result()


def add_page(project: Project) -> None:
    """Put the sample's page into the writing workspace."""
    project.create_document(PageKind.name, title_of(SAMPLE_PAGE), content_to_bytes(SAMPLE_PAGE)).result()


def board_of(items: list[Kept]) -> Board:
    """Two rows of heroes."""
    columns = -(-len(items) // 2)
    layers = tuple(
        Layer(new_id(), item.asset.title, number % columns * STEP, number // columns * STEP, item.media, asset=item.asset.id)
        for number, item in enumerate(items)
        if item.asset is not None and isinstance(item.media, Picture)
    )
    return Board(layers, layers[-1].id if layers else None)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
