"""project: list, export and check a project file without the window."""

from __future__ import annotations

import argparse

from studio.commands import documents
from studio.commands.output import print_json, tell
from studio.media.registry import kept, named
from studio.project import Asset, Project, ProjectError, Recipe

PAGE = 500


def project(words: argparse.Namespace) -> int:
    """`project FILE list|export|check`."""
    with Project.open(words.file, read_only=True) as opened:
        for notice in opened.notices:
            tell(notice)
        if words.what == "check":
            return _check(opened, words)
        if words.what == "export" and words.document:
            return _written([str(path) for path in documents.export(opened, words)], words)
        assets = [asset for start in range(0, opened.asset_count(), PAGE) for asset in opened.assets(start, PAGE)]
        if words.what == "export":
            return _export(opened, assets, words)
        found = documents.listed(opened)
        if words.json:
            print_json([_work(asset) for asset in assets] + [_document(each) for each in found])
            return 0
        for asset in assets:
            print(f"{asset.id:6} {asset.medium:8} {asset.size:9} {asset.title}")
        for each in found:
            print(f"document {each.number:6} {each.kind:8} {each.title}")
    return 0


def _document(found: documents.Listed) -> dict[str, object]:
    return {"document": found.number, "kind": found.kind, "title": found.title, "edited_at": found.edited_at}


def _work(asset: Asset) -> dict[str, object]:
    return {
        "id": asset.id,
        "medium": asset.medium,
        "title": asset.title,
        "size": asset.size,
        "sha256": asset.sha256,
        "made_at": asset.made_at,
        "parents": list(asset.parents),
    }


def _check(opened: Project, words: argparse.Namespace) -> int:
    problems = opened.check()
    if words.json:
        print_json({"file": str(words.file), "assets": opened.asset_count(), "problems": problems})
        return 1 if problems else 0
    if problems:
        raise ProjectError(f"{words.file.name}: {' '.join(problems)}")
    print(f"{words.file.name}: {opened.asset_count()} assets, nothing is wrong.")
    return 0


def _export(opened: Project, assets: list[Asset], words: argparse.Namespace) -> int:
    written = []
    for asset in assets:
        if asset.medium not in {each.name for each in kept()}:
            continue
        medium = named(asset.medium)
        media, _ = medium.decode(opened.blob(asset.sha256), asset.title)
        parameters = Recipe.from_json(asset.recipe).parameters_text() if asset.recipe else ""
        path = words.output / f"{asset.id:05}-{_plain(asset.title)}{medium.ending}"
        medium.save(media, path, asset.recipe, parameters)
        written.append(str(path))
    return _written(written, words)


def _written(files: list[str], words: argparse.Namespace) -> int:
    if words.json:
        print_json(files)
    elif len(files) == 1:
        print(files[0])
    else:
        print(f"{len(files)} files in {words.output}")
    return 0


def _plain(title: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in title)[:60] or "untitled"
