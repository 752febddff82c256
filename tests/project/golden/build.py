"""Writes a golden project, and what it holds as JSON beside it: every kind of document and of edit, undone steps, works, a setting.

Run by the release that a format belongs to, from the top of its checkout: `python -m tests.project.golden.build FILE.atelier`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.documents.canvas import edits
from studio.documents.canvas.codec import board_to_bytes
from studio.documents.canvas.document import BoardDocument
from studio.documents.canvas.geometry import Rect
from studio.documents.canvas.model import Board, Layer, Selection
from studio.documents.page.codec import content_to_bytes
from studio.documents.page.document import PageDocument
from studio.documents.score.codec import sheet_to_bytes
from studio.documents.score.document import SheetDocument
from studio.documents.score.model import Sheet, Strip
from studio.documents.walk.model import LatentHistory
from studio.media import Latent, Picture, Score, medium_of
from studio.media.registry import thumbnail
from studio.media.score import NOTE, Key, Marker, Metre, Tempo, Track
from studio.project import Project


class Log:
    """Writes what a document journals into the project."""

    def __init__(self, project: Project, number: int) -> None:
        self.project, self.number = project, number

    def append(self, name: str, payload: bytes) -> None:
        self.project.append_edit(self.number, name, payload)

    def move_to(self, position: int) -> None:
        self.project.set_position(self.number, position)


def picture(width: int, height: int, seed: int) -> Picture:
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 4), np.uint8)
    pixels[..., 3] = 255
    return Picture(pixels)


def works(project: Project) -> dict[str, Any]:
    hero, latent = picture(16, 16, 1), Latent("z", {"z": np.arange(8, dtype=np.float32)})
    data = medium_of(hero).encode(hero, "", "")
    parent = project.add_asset("picture", data, title="hero", latent=latent.to_bytes(), thumbnail=thumbnail(hero)).result()
    small = picture(8, 8, 2)
    child = project.add_asset("picture", medium_of(small).encode(small, "", ""), title="child", parents=[parent.id]).result()
    project.delete_asset(child.id).result()
    return {"shown": [asset.title for asset in project.assets()], "child_parents": list(project.asset(child.id).parents)}


def board(project: Project) -> dict[str, Any]:
    base = Board((Layer("base", "Base", -3, 4, picture(12, 10, 3), True, 0.5, 1, True),), "base", None)
    document = BoardDocument(base, Log(project, project.create_document("canvas", "Board", board_to_bytes(base)).result()))
    for edit in (
        edits.AddLayer(Layer("a", "Orc", 5, 6, picture(7, 9, 4), asset=1)),
        edits.MoveLayer("a", 3, -2),
        edits.DuplicateLayer("a", "b", 2, 2),
        edits.SetVisible("b", False),
        edits.SetOpacity("a", 0.25),
        edits.RenameLayer("a", "Ork ü"),
        edits.ReorderLayer("a", 0),
        edits.PaintPixels("base", 0, 5, picture(3, 3, 5)),
        edits.FlipLayer("base", True),
        edits.SetVisible("b", True),
        edits.Select(Selection.rectangle(Rect(1, 2, 5, 4))),
        edits.MergeDown("b"),
        edits.Together((edits.MoveLayer("a", 1, 1), edits.RenameLayer("a", "Moved")), "Move and rename"),
        edits.RemoveLayer("a"),
        edits.AddLayer(Layer("c", "Last", 0, 0, picture(2, 2, 6)), 0),
    ):
        document.apply(edit)
    document.undo()
    document.undo()
    assert document.board.selection is not None
    return {
        "layers": [plain(layer) for layer in document.board.layers],
        "active": document.board.active,
        "selection": list(document.board.selection.rect),
        "undo": document.history.position,
        "redo": document.history.redo_label,
    }


def plain(layer: Layer) -> list[Any]:
    """A layer as JSON holds it: its pixels as their sum."""
    size, total = (layer.picture.width, layer.picture.height), int(layer.picture.pixels.astype(int).sum())
    return [layer.id, layer.name, layer.x, layer.y, *size, layer.visible, layer.opacity, layer.asset, layer.edited, total]


def score(project: Project) -> dict[str, Any]:
    notes = np.array([(480 * number, 400, 60 + number, 80) for number in range(8)], NOTE)
    tracks = (Track("Flute", 73, notes=notes), Track("Drums", 0, True, notes=notes[:2]))
    maps: dict[str, Any] = {"tempos": (Tempo(0, 500_000),), "metres": (Metre(0, 3, 4),), "keys": (Key(0, -1, True),)}
    sheet = Sheet(Score(tracks, 480, **maps, markers=(Marker(0, "A"),), title="Tune"), (Strip(True, False, 3),), (0, 960), None)
    document = SheetDocument(sheet, Log(project, project.create_document("score", "Score", sheet_to_bytes(sheet)).result()))
    document.apply("Move", sheet.with_track(0, tracks[0].with_notes(notes[1:])))
    document.apply("Rename", document.sheet.with_track(0, replace(document.sheet.score.tracks[0], name="Oboe", program=68)))
    document.apply("Tempo", document.sheet.with_score(replace(document.sheet.score, tempos=(Tempo(0, 400_000),))))
    document.undo()
    return {
        "tracks": [[track.name, track.program, track.drums, track.notes.tolist()] for track in document.sheet.score.tracks],
        "tempo": document.sheet.score.tempos[0].microseconds,
        "title": "Tune",
        "undo": document.history.position,
        "loop": [0, 960],
    }


def page(project: Project) -> dict[str, Any]:
    document = PageDocument("# Old\n", Log(project, project.create_document("page", "Page", content_to_bytes("# Old\n")).result()))
    document.typed(6, "", "Once upon ä time. ")
    document.settle()
    document.apply("Write", 0, 5, "# New")
    document.apply("Write", 0, 0, "x" * 3000)
    document.undo()
    return {"content": document.content, "undo": document.history.position, "redo": document.history.redo_label}


def walk(project: Project) -> dict[str, Any]:
    number = project.create_document("explorer", "heroes-vae", b"").result()
    made = LatentHistory(lambda name, payload: project.append_edit(number, name, payload) and None)
    for step in range(3):
        made.visit(Latent("z", {"z": np.full(4, step, np.float32)}), f"Point {step}")
    made.go(0)
    return {
        "labels": [node.label for node in made.nodes],
        "current": made.current,
        "last": made.nodes[2].latent.arrays["z"].tolist(),
    }


def main(path: Path) -> None:
    path.unlink(missing_ok=True)
    with Project.open(path, create=True) as project:
        facts = {"assets": works(project), "board": board(project), "score": score(project), "page": page(project), "walk": walk(project)}
        project.set_setting("model", "heroes-vae").result()
    path.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
