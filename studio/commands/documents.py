"""The documents of a project as files: boards, scores and pages as they were left, written as the window writes them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.commands.output import tell
from studio.documents.canvas import export as boards
from studio.documents.canvas.document import BoardKind
from studio.documents.page import export as pages
from studio.documents.page.about import file_in, note_in, title_in
from studio.documents.page.document import PageKind, title_of
from studio.documents.score import export as scores
from studio.documents.score.document import SheetKind
from studio.documents.walk.model import PROJECT_KIND as WALK
from studio.media import MediaError, Text
from studio.media.files import plain_name
from studio.media.text import formats
from studio.media.text.code import ending_of
from studio.project import DocumentInfo, Project, ProjectError

TOLD = 10  # a rendering says how far it is with every tenth


@dataclass(frozen=True)
class Listed:
    """A document as it is called on the command line: by its number, its title, or what it is where there is only one."""

    number: int
    kind: str
    title: str
    edited_at: float

    def answers_to(self, name: str) -> bool:
        plain = name.strip().lower()
        return plain in (str(self.number), self.title.lower(), self.kind)


@dataclass(frozen=True)
class _Plan:
    """What writing a document takes: the usual name, the endings with the usual one first, the files that come, and the work itself."""

    title: str
    endings: Sequence[str]
    written: Callable[[Path], list[Path]]
    write: Callable[[Path], object]


def listed(project: Project) -> list[Listed]:
    """All documents, the one edited last first."""
    return [_listed(project, info) for info in project.documents()]


def export(project: Project, words: argparse.Namespace) -> list[Path]:
    """Write the document that `words` names; gives the files. Raises ProjectError or MediaError with the reason, nothing half written."""
    found = _find(project, words.document)
    plan = PLANS[found.kind](project, found, words)
    path = _path(words.output, plan)
    there = [each for each in plan.written(path) if each.exists()]
    if there and not words.force:
        raise ProjectError(f"{', '.join(each.name for each in there)} is in {path.parent} already. Say --force to replace it.")
    plan.write(path)
    return plan.written(path)


def _listed(project: Project, info: DocumentInfo) -> Listed:
    title = title_in(project, info.id) if info.kind == PageKind.name else ""
    return Listed(info.id, KINDS.get(info.kind, info.kind), title or info.name, info.edited_at)


def _find(project: Project, name: str) -> Listed:
    documents = listed(project)
    wanted = [each for each in documents if each.answers_to(name)]
    exact = [each for each in wanted if str(each.number) == name.strip()] or wanted
    if len(exact) == 1 and exact[0].kind in PLANS:
        return exact[0]
    there = "; ".join(f"{each.number} {each.kind} “{each.title}”" for each in documents) or "none"
    if not exact:
        raise ProjectError(f"{project.path.name} has no document “{name[:60]}”. There are: {there}.")
    if len(exact) > 1:
        raise ProjectError(f"{project.path.name} has {len(exact)} documents “{name[:60]}”; say which by its number. There are: {there}.")
    raise ProjectError(f"Document {exact[0].number} is a {exact[0].kind}, which is no file: only boards, scores and pages are exported.")


def _restored(project: Project, found: Listed, kind: Any) -> Any:
    try:
        state = project.load_document(found.number)
        return kind.restore(state.snapshot, [edit.payload for edit in state.edits], state.position)
    except MediaError as error:
        raise ProjectError(f"Document {found.number} of {project.path.name}, a {found.kind}, cannot be read: {error}") from error


def _path(output: Path, plan: _Plan) -> Path:
    """The file to write: `output` where it has one of the plan's endings, else a file in that folder."""
    if any(output.name.lower().endswith(ending) and len(output.name) > len(ending) for ending in plan.endings):
        return output
    if output.suffix and not output.is_dir():
        raise ProjectError(f"{output.name} has another ending than such a file: {', '.join(plan.endings)}.")
    return output / f"{plain_name(plan.title, 'untitled')}{plan.endings[0]}"


def _board(project: Project, found: Listed, words: argparse.Namespace) -> _Plan:
    board = _restored(project, found, BoardKind()).board
    asked = words.part or next((each.word for each in boards.KINDS if each.suffix == words.output.suffix.lower()), boards.KINDS[0].word)
    kind = next(each for each in boards.KINDS if each.word == asked)

    def write(path: Path) -> object:
        return boards.write(project, board, kind, path, words.scale, words.columns, words.time)

    return _Plan(found.title, (kind.suffix,), lambda path: boards.written_by(kind, path), write)


def _score(project: Project, found: Listed, words: argparse.Namespace) -> _Plan:
    sheet = _restored(project, found, SheetKind()).sheet
    done = [0]

    def progress(share: float) -> bool:
        if int(share * TOLD) > done[0]:
            done[0] = int(share * TOLD)
            tell(f"Rendering: {share:.0%}")
        return True

    title = sheet.score.title or found.title
    endings = tuple(scores.KINDS.values())
    return _Plan(title, endings, lambda path: scores.written_by(sheet, path), lambda path: scores.write(sheet, path, progress))


def _page(project: Project, found: Listed, words: argparse.Namespace) -> _Plan:
    content = _restored(project, found, PageKind()).content
    text, note, code = Text(content), note_in(project, found.number, content), ending_of(file_in(project, found.number))
    if words.output.suffix.lower() == ".pdf":
        raise ProjectError("Paper is printed by the window: open the page there and export it as PDF, or choose another ending here.")

    def write(path: Path) -> None:
        formats.save(text, path, note, code=bool(code) and path.suffix.lower() == code)

    endings = ((code,) if code else ()) + tuple(pages.KINDS.values())
    return _Plan(title_of(content), endings, lambda path: [path, *formats.beside(path, note)], write)


KINDS = {BoardKind.name: "board", SheetKind.name: "score", PageKind.name: "page", WALK: "walk"}
PLANS: dict[str, Callable[[Project, Listed, argparse.Namespace], _Plan]] = {"board": _board, "score": _score, "page": _page}
