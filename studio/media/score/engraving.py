"""The engraved page and ABC, both through Verovio, in a process of its own: layout holds Python's lock, and must not hold up a window."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

from studio.media.errors import MediaError
from studio.media.score.model import Score
from studio.media.score.musicxml_writing import encode_musicxml

PATIENCE_SECONDS = 120
PAGES_LIMIT = 60
TEXT_LIMIT = 8 * 2**20
QUARTER_SIGN = "\ueca5"


def engraved(score: Score, width: int, height: int, scale: int = 40) -> list[str]:
    """The pages as SVG texts, `width` × `height` in units of 1/10 millimetre; raises MediaError with the reason."""
    options = {
        "pageWidth": width, "pageHeight": height, "scale": scale, "header": "none", "footer": "none", "svgViewBox": True,
        "svgRemoveXlink": True, "adjustPageHeight": False, "breaks": "auto", "mnumInterval": 0,
    }  # fmt: skip
    found = _asked({"work": "pages", "text": encode_musicxml(score).decode(), "options": options, "limit": PAGES_LIMIT})
    return [_flat(str(page)) for page in found["pages"]]


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


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM]
    try:
        done = subprocess.run(command, input=json.dumps(question).encode(), capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise MediaError(f"Engraving took longer than {PATIENCE_SECONDS} seconds and was stopped.") from error
    except OSError as error:
        raise MediaError(f"Engraving cannot be started: {error.strerror or error}.") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise MediaError("Verovio could not engrave this.") from error
    if "error" in answer:
        raise MediaError(str(answer["error"]))
    return answer


# What the other process runs: nothing of ours, so that it starts in a moment.
PROGRAM = """
import json, os, sys
question = json.load(sys.stdin)
out = os.dup(1)
os.dup2(2, 1)  # what Verovio says goes with the errors
try:
    import verovio
    tk = verovio.toolkit()
    if question["work"] == "pages":
        tk.setOptions(question["options"])
    else:
        tk.setInputFrom("abc")
    if not tk.loadData(question["text"]):
        answer = {"error": "Verovio could not read it."}
    elif question["work"] == "pages":
        answer = {"pages": [tk.renderToSVG(n) for n in range(1, min(tk.getPageCount(), question["limit"]) + 1)]}
    else:
        answer = {"midi": tk.renderToMIDI()}
except ImportError:
    answer = {"error": "The package verovio is not installed. Install Atelier's requirements again."}
os.write(out, json.dumps(answer).encode())
"""
