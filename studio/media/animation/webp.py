"""WebP animations without loss; the note is a property in their XMP."""

from __future__ import annotations

import html
import io

from PIL import Image

from studio.media.animation.model import Animation
from studio.media.errors import MediaError
from studio.media.picture.reading import NOTE_LIMIT

SIDE_LIMIT = 16_383
_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:atelier="urn:atelier:recipe">'
    "<atelier:recipe>{note}</atelier:recipe></rdf:Description></rdf:RDF></x:xmpmeta>\n"
    '<?xpacket end="w"?>'
)


def encode_webp(animation: Animation, note: str = "") -> bytes:
    """Frames that look alike one after another become one that stays as long; nothing else is lost."""
    if max(animation.width, animation.height) > SIDE_LIMIT:
        raise MediaError(f"A WebP is at most {SIDE_LIMIT:,} pixels wide and high, not {animation.width}×{animation.height}.")
    first, *others = [Image.fromarray(each) for each in animation.frames]
    xmp = _XMP.format(note=html.escape(note[:NOTE_LIMIT], quote=False)).encode() if note else b""
    buffer = io.BytesIO()
    first.save(
        buffer, "WEBP", save_all=True, append_images=others, duration=list(animation.milliseconds), loop=animation.loops, lossless=True,
        quality=50, method=2, background=(0, 0, 0, 0), exact=False, xmp=xmp,
    )  # fmt: skip
    return buffer.getvalue()
