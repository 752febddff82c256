"""Markdown taken apart: as blocks of styled runs, as plain words, as HTML. What is no Markdown is text."""

from __future__ import annotations

import html as escaping
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from studio.media.text.model import Text

_PAGE = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="generator" content="Atelier">
<title>{title}</title>
<style>body {{ max-width: 66ch; margin: 3em auto; padding: 0 1em; font-family: serif; line-height: 1.5; }}</style>
</head>
<body>
{body}</body>
</html>
"""


@dataclass(frozen=True)
class Run:
    """A stretch of characters in one look; a line feed in it is a break of the line."""

    text: str
    strong: bool = False
    emphasised: bool = False
    struck: bool = False
    code: bool = False


@dataclass(frozen=True)
class Block:
    """`kind` is heading, paragraph, item, numbered, quote, code or rule; `level` the order of a heading or the depth of an item."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    number: int = 0


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    """Raw HTML is text; a line's end is one, as in verse."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 40}).enable("strikethrough")


def blocks(content: str) -> Iterator[Block]:
    """The blocks of a text, in order."""
    lists: list[list[int | None]] = []  # for each open list the number of the item in hand, None for bullets
    quotes, heading = 0, 0
    for token in _reader().parse(content):
        match token.type:
            case "bullet_list_open":
                lists.append([None])
            case "ordered_list_open":
                lists.append([int(token.attrs.get("start", 1)) - 1])
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open" if lists and lists[-1][0] is not None:
                lists[-1][0] += 1
            case "blockquote_open" | "blockquote_close":
                quotes += 1 if token.nesting > 0 else -1
            case "heading_open":
                heading = int(token.tag[1])
            case "heading_close":
                heading = 0
            case "hr":
                yield Block("rule")
            case "fence" | "code_block":
                yield Block("code", (Run(token.content.rstrip("\n"), code=True),))
            case "inline":
                runs = tuple(_runs(token.children or []))
                if heading:
                    yield Block("heading", runs, heading)
                elif lists:
                    number = lists[-1][0]
                    yield Block("item" if number is None else "numbered", runs, len(lists) - 1, number or 0)
                else:
                    yield Block("quote" if quotes else "paragraph", runs)


def _runs(tokens: list[Token]) -> Iterator[Run]:
    look = {"strong": 0, "em": 0, "s": 0}
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in look:
            look[name] += token.nesting
        text = "\n" if token.type in ("softbreak", "hardbreak") else token.content
        if text and token.type != "image":
            yield Run(text, look["strong"] > 0, look["em"] > 0, look["s"] > 0, token.type == "code_inline")


def plain(text: Text) -> str:
    """The words without their marks."""
    parts, before = [], ""
    for block in blocks(text.content):
        words = "".join(run.text for run in block.runs)
        indent = "  " * block.level
        match block.kind:
            case "item":
                words = f"{indent}- {words}"
            case "numbered":
                words = f"{indent}{block.number}. {words}"
            case "rule":
                words = "* * *"
        together = block.kind in ("item", "numbered") and (block.kind == before or block.level > 0)
        parts.append(("\n" if together else "\n\n" if before else "") + words)
        before = block.kind
    return "".join(parts) + "\n" if parts else ""


def body(text: Text) -> str:
    """The HTML of the words alone."""
    rendered = _reader().render(text.content)
    assert isinstance(rendered, str)
    return rendered


def html(text: Text) -> str:
    """A page of its own."""
    return _PAGE.format(title=escaping.escape(text.first_line[:200]), body=body(text))
