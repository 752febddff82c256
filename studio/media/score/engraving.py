"""The engraved page through Verovio, in a process of its own: layout holds Python's lock, and must not hold up a window.

Laying out a symphony takes half a minute before the first page is there, so the opening bars are engraved by themselves first.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from studio.media.errors import MediaError
from studio.media.score.model import ENTRIES, Score, Track
from studio.media.score.musicxml_writing import encode_musicxml

PATIENCE_SECONDS = 120
PAGES_LIMIT = 60
OPENING_BARS = 40
QUARTER_SIGN = "\ueca5"
ISOLATED = (sys.executable, "-I", "-c")
"""Python that takes no module from the folder where it is started, nor from the environment."""


class Engraving:
    """One engraving on its way. `pages` may be called on any thread, `stop` from any other."""

    def __init__(self, score: Score, width: int, height: int, scale: int = 40) -> None:
        """`width` × `height` in units of 1/10 millimetre."""
        self.score = score
        self._options = {
            "pageWidth": width, "pageHeight": height, "scale": scale, "header": "none", "footer": "none", "svgViewBox": True,
            "svgRemoveXlink": True, "adjustPageHeight": False, "breaks": "auto", "mnumInterval": 0,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.stopped = False

    def pages(self, opening: Callable[[list[str]], None] | None = None) -> list[str]:
        """The pages as SVG texts, PAGES_LIMIT of them at most; raises MediaError with the reason, or when it was stopped.

        `opening` is called with the first of them as soon as they are there, where the score is a long one.
        """
        bars = len(self.score.bar_starts()) - 1
        if bars > 2 * OPENING_BARS and opening is not None:
            first = self._engrave(until(self.score, OPENING_BARS))
            first = first[:-1] or first  # the last one ends where the opening does
            opening(first)
            bars = min(bars, OPENING_BARS + PAGES_LIMIT * OPENING_BARS // len(first))
        return self._engrave(until(self.score, bars))

    def stop(self) -> None:
        """End it at once: nobody looks at it any more."""
        with self._lock:
            self.stopped = True
            if self._process is not None:
                self._process.kill()

    def _engrave(self, score: Score) -> list[str]:
        text = encode_musicxml(score).decode()
        question = json.dumps({"text": text, "options": self._options, "limit": PAGES_LIMIT}).encode()
        try:
            with self._lock:
                if self.stopped:
                    raise MediaError("Engraving was stopped.")
                self._process = subprocess.Popen(
                    [*ISOLATED, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            said, _ = self._process.communicate(question, PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise MediaError(f"Engraving took longer than {PATIENCE_SECONDS} seconds and was stopped.") from error
        except OSError as error:
            raise MediaError(f"Engraving cannot be started: {error.strerror or error}.") from error
        if self.stopped:
            raise MediaError("Engraving was stopped.")
        try:
            answer: dict[str, Any] = json.loads(said)
        except ValueError as error:
            raise MediaError("Verovio could not engrave this.") from error
        if "error" in answer:
            raise MediaError(str(answer["error"]))
        return [_flat(str(page)) for page in answer["pages"]]


def engraved(score: Score, width: int, height: int, scale: int = 40) -> list[str]:
    """The pages as SVG texts, `width` × `height` in units of 1/10 millimetre; raises MediaError with the reason."""
    return Engraving(score, width, height, scale).pages()


def until(score: Score, bars: int) -> Score:
    """The first `bars` bars of a score, the same score where it has no more."""
    lines = score.bar_starts()
    if bars >= len(lines) - 1:
        return score
    end = int(lines[bars])

    def before(track: Track) -> Track:
        notes = track.notes[track.notes["tick"] < end].copy()
        notes["length"] = np.minimum(notes["length"], end - notes["tick"])
        more: Any = {name: tuple(each for each in getattr(track, name) if each.tick < end) for name in ENTRIES}
        return replace(track, notes=notes, programs=track.programs[track.programs["tick"] < end], **more)

    names = ("tempos", "metres", "keys", "markers", "repeats")
    maps: Any = {name: tuple(each for each in getattr(score, name) if each.tick <= end) for name in names}
    return replace(score, tracks=tuple(before(track) for track in score.tracks), **maps)


def _flat(page: str) -> str:
    """The page without the SVG within its SVG, which SVG Tiny does not know: a group of the same scale stands in its place."""
    outer = re.search(r'<svg viewBox="0 0 ([\d.]+) ([\d.]+)"', page)
    inner = re.search(r'<svg class="definition-scale"[^>]*viewBox="0 0 ([\d.]+) [\d.]+"[^>]*>', page)
    if outer is None or inner is None:
        return page
    scale = float(outer.group(1)) / float(inner.group(1))
    flat = page[: inner.start()] + f'<g transform="scale({scale:.6g})">' + page[inner.end() :]
    last = flat.rindex("</svg>")
    before = flat.rindex("</svg>", 0, last)
    flat = (flat[:before] + "</g>" + flat[before + len("</svg>") :]).replace("currentColor", "black")
    return re.sub(r"<text.*?</text>", _plain_text, flat, flags=re.DOTALL)


def _plain_text(found: re.Match[str]) -> str:
    """A text without spans within spans; the note before a metronome's number comes as a sign of the music font."""
    place = found.group(0)[: found.group(0).index(">")]
    spans = re.findall(r'<tspan[^>]*?font-size="([\d.]+)px"[^>]*>([^<]*)</tspan>', found.group(0))
    if not spans:
        return ""
    text = "".join(words for _, words in spans).replace(QUARTER_SIGN, "♩")
    size = min(float(size) for size, _ in spans)
    return f'{place.replace(chr(34) + "0px" + chr(34), chr(34) + f"{size:g}px" + chr(34))} font-family="serif">{text}</text>'


# What the other process runs: nothing of ours, so that it starts in a moment.
PROGRAM = """
import json, os, sys
question = json.load(sys.stdin)
out = os.dup(1)
os.dup2(2, 1)  # what Verovio says goes with the errors
try:
    import verovio
    tk = verovio.toolkit()
    tk.setOptions(question["options"])
    if not tk.loadData(question["text"]):
        answer = {"error": "Verovio could not read it."}
    else:
        answer = {"pages": [tk.renderToSVG(n) for n in range(1, min(tk.getPageCount(), question["limit"]) + 1)]}
except ImportError:
    answer = {"error": "The package verovio is not installed. Install Atelier's requirements again."}
with os.fdopen(out, "wb") as answering:
    answering.write(json.dumps(answer).encode())
"""
