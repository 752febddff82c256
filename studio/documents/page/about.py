"""What a project knows of its pages beside their words: titles, the files of code that they came from, what models wrote. No Qt."""

from __future__ import annotations

from studio.documents.page.export import note_of
from studio.documents.page.versions import Branch, past_key, way_to
from studio.project import Project

TITLES, FILES = "page.titles", "page.files"


def title_in(project: Project, page: int) -> str:
    """What the window calls the page; empty where it never did."""
    return str((project.setting(TITLES) or {}).get(str(page), ""))


def file_in(project: Project, page: int) -> str:
    """The name of the file that a page of code came from; empty for other pages."""
    return str((project.setting(FILES) or {}).get(str(page), ""))


def note_in(project: Project, page: int, content: str) -> str:
    """What a file of this page, which holds `content`, says of how it was made."""
    kept = project.setting(past_key(page)) or {}
    branches = [Branch(**each) for each in kept.get("branches", [])]
    return note_of(project, way_to(branches, int(kept.get("here", -1))), content, kept.get("taken", {}))
