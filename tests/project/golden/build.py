"""Writes a golden project, and what it holds as JSON beside it: every kind of document and of edit, undone steps, works, a setting.

Run by the release that a format belongs to: `python tests/project/golden/build.py tests/project/golden/format-2.atelier`.
"""
import json, sys
from dataclasses import replace
from pathlib import Path
import numpy as np
import studio
print(studio.__file__)
from studio.media import Picture, Latent, Score, Text, medium_of
from studio.media.registry import thumbnail
from studio.media.score import NOTE, CONTROL, BEND, Track, Tempo, Metre, Key, Marker
from studio.project import Project
from studio.ui.canvas.board import Board, Layer, Selection
from studio.ui.canvas.document import BoardDocument
from studio.ui.canvas.edits import *
from studio.ui.canvas.geometry import Rect
from studio.ui.pianoroll.document import SheetDocument
from studio.ui.pianoroll.codec import sheet_to_bytes
from studio.ui.pianoroll.sheet import Sheet, Strip, Origin
from studio.ui.writing.document import PageDocument, content_to_bytes
from studio.ui.explorer.walk import Walk
out = Path(sys.argv[1]); out.unlink(missing_ok=True)
facts = {}
class Log:
    def __init__(self, project, number): self.project, self.number = project, number
    def append(self, name, payload): self.project.append_edit(self.number, name, payload)
    def move_to(self, position): self.project.set_position(self.number, position)
def pic(w, h, seed):
    r = np.random.default_rng(seed); p = r.integers(0, 255, (h, w, 4), np.uint8); p[..., 3] = 255; return Picture(p)
with Project.open(out, create=True) as project:
    media = pic(16, 16, 1)
    latent = Latent("z", {"z": np.arange(8, dtype=np.float32)})
    recipe = json.dumps({}) if False else ""
    asset = project.add_asset("picture", medium_of(media).encode(media, "", ""), title="hero", latent=latent.to_bytes(), thumbnail=thumbnail(media)).result()
    child = project.add_asset("picture", medium_of(media).encode(pic(8, 8, 2), "", ""), title="child", parents=[asset.id]).result()
    project.delete_asset(child.id).result()
    base = Board((Layer("base", "Base", -3, 4, pic(12, 10, 3), True, 0.5, asset.id, True),), "base", None)
    number = project.create_document("canvas", "Board", base.to_bytes()).result()
    board = BoardDocument(base, Log(project, number))
    for edit in [
        AddLayer(Layer("a", "Orc", 5, 6, pic(7, 9, 4), asset=asset.id)), MoveLayer("a", 3, -2), DuplicateLayer("a", "b", 2, 2), SetVisible("b", False),
        SetOpacity("a", 0.25), RenameLayer("a", "Ork ü"), ReorderLayer("a", 0), PaintPixels("base", 0, 5, pic(3, 3, 5)), FlipLayer("base", True), SetVisible("b", True),
        Select(Selection.rectangle(Rect(1, 2, 5, 4))), MergeDown("b"), Together((MoveLayer("a", 1, 1), RenameLayer("a", "Moved")), "Move and rename"), RemoveLayer("a"),
        AddLayer(Layer("c", "Last", 0, 0, pic(2, 2, 6)), 0),
    ]: board.apply(edit)
    board.undo(); board.undo()
    facts["board"] = {"layers": [[l.id, l.name, l.x, l.y, l.picture.width, l.picture.height, l.visible, l.opacity, l.asset, l.edited, int(l.picture.pixels.astype(int).sum())] for l in board.board.layers], "active": board.board.active, "selection": list(board.board.selection.rect), "undo": board.position, "redo": board.redo_label}
    notes = np.array([(480 * n, 400, 60 + n, 80) for n in range(8)], NOTE)
    sheet = Sheet(Score((Track("Flute", 73, notes=notes), Track("Drums", 0, True, notes=notes[:2])), 480, (Tempo(0, 500000),), (Metre(0, 3, 4),), (Key(0, -1, True),), (Marker(0, "A"),), title="Tune"), (Strip(True, False, 3),), (0, 960), None)
    number = project.create_document("score", "Score", sheet_to_bytes(sheet)).result()
    roll = SheetDocument(sheet, Log(project, number))
    roll.apply("Move", sheet.with_track(0, sheet.score.tracks[0].with_notes(notes[1:])))
    roll.apply("Rename", roll.sheet.with_track(0, replace(roll.sheet.score.tracks[0], name="Oboe", program=68)))
    roll.apply("Tempo", roll.sheet.with_score(replace(roll.sheet.score, tempos=(Tempo(0, 400000),))))
    roll.undo()
    facts["score"] = {"tracks": [[t.name, t.program, t.drums, t.notes.tolist()] for t in roll.sheet.score.tracks], "tempo": roll.sheet.score.tempos[0].microseconds, "title": "Tune", "undo": roll.position, "loop": [0, 960]}
    number = project.create_document("page", "Page", content_to_bytes("# Old\n")).result()
    page = PageDocument("# Old\n", Log(project, number))
    page.typed(6, "", "Once upon ä time. "); page.settle(); page.apply("Write", 0, 5, "# New"); page.apply("Write", 0, 0, "x" * 3000); page.undo()
    facts["page"] = {"content": page.content, "undo": page.position, "redo": page.redo_label}
    number = project.create_document("explorer", "heroes-vae", b"").result()
    walk = Walk(lambda name, payload: project.append_edit(number, name, payload))
    for k in range(3): walk.visit(Latent("z", {"z": np.full(4, k, np.float32)}), f"Point {k}")
    walk.go(0)
    facts["walk"] = {"labels": [n.label for n in walk.nodes], "current": walk.current, "last": walk.nodes[2].latent.arrays["z"].tolist()}
    project.set_setting("model", "heroes-vae").result()
    facts["assets"] = {"shown": [a.title for a in project.assets()], "child_parents": list(project.asset(child.id).parents)}
    project.flush()
out.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
print(out.stat().st_size)
