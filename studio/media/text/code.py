"""Pages of code: which endings they have, and which parts of a line are what, by Pygments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

LANGUAGES: Mapping[str, str] = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".jsx": "jsx", ".ts": "typescript", ".tsx": "tsx", ".c": "c", ".h": "cpp",
    ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp", ".ino": "cpp", ".cs": "csharp", ".java": "java", ".pde": "java", ".kt": "kotlin",
    ".swift": "swift", ".go": "go", ".rs": "rust", ".rb": "ruby", ".php": "php", ".pl": "perl", ".lua": "lua", ".gd": "gdscript",
    ".r": "r", ".jl": "julia", ".hs": "haskell", ".scala": "scala", ".sh": "bash", ".sql": "sql", ".html": "html", ".htm": "html",
    ".css": "css", ".scss": "scss", ".json": "json", ".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".ini": "ini", ".tex": "latex",
    ".scd": "supercollider", ".glsl": "glsl", ".frag": "glsl", ".vert": "glsl",
}  # fmt: skip
"""Endings, and what Pygments calls their language."""
CHARACTERS_LIMIT = 400_000  # of a page that is looked at as a whole
KINDS = ("keyword", "string", "comment", "number", "name")


class Span(NamedTuple):
    """The characters from `first` up to but without `last` of a line, and what they are, one of KINDS."""

    first: int
    last: int
    kind: str


def ending_of(name: str) -> str:
    """The ending of a file's name where it is one of code; empty otherwise."""
    ending = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return ending if ending in LANGUAGES else ""


def spans(content: str, ending: str) -> Iterator[list[Span]]:
    """What stands in each line of a page, in order; lines beyond CHARACTERS_LIMIT have none."""
    at, row = 0, list[Span]()
    for kind, value in _lexer(ending).get_tokens(content[:CHARACTERS_LIMIT]):
        found = _kind(kind)
        for number, part in enumerate(value.split("\n")):
            if number:
                yield row
                at, row = 0, []
            if found and part.strip():
                row.append(Span(at, at + len(part), found))
            at += len(part)
    if row:
        yield row


@lru_cache(maxsize=16)
def _lexer(ending: str) -> Any:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(LANGUAGES[ending], stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def _kind(token: Any) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    for wanted, kind in (
        (Comment, "comment"), (String, "string"), (Number, "number"), (Keyword, "keyword"), (Operator.Word, "keyword"),
        (Name.Function, "name"), (Name.Class, "name"), (Name.Decorator, "name"), (Name.Tag, "keyword"), (Name.Attribute, "name"),
    ):  # fmt: skip
        if token in wanted:
            return kind
    return ""
