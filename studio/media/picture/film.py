"""Pictures in time as MP4 (H.264), with the note in the container's comment. Transparent parts lie on a dark ground."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from studio.media.errors import MediaError
from studio.media.picture.gif import FRAMES_LIMIT
from studio.media.picture.model import Picture
from studio.media.picture.reading import NOTE_LIMIT

GROUND = (35, 37, 39)
TICK = Fraction(1, 100)  # durations are given in milliseconds and kept in hundredths of a second, as a GIF's are
SIDE_LIMIT = 4096


def encode_mp4(pictures: Sequence[Picture], milliseconds: Sequence[int], note: str = "") -> bytes:
    """An MP4 of frames of one size (the largest), each shown for its `milliseconds` (10 and up)."""
    import av

    if not pictures or len(milliseconds) != len(pictures) or len(pictures) > FRAMES_LIMIT:
        raise MediaError(f"A film has from 1 to {FRAMES_LIMIT} frames, each with a duration.")
    if min(milliseconds) < 10:
        raise MediaError("A frame of a film stays at least 10 milliseconds.")
    width, height = (side + side % 2 for side in (max(each.width for each in pictures), max(each.height for each in pictures)))
    if max(width, height) > SIDE_LIMIT:
        raise MediaError(f"A film is at most {SIDE_LIMIT} pixels wide and high, not {width}×{height}.")
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        if note:
            container.metadata["comment"] = note[:NOTE_LIMIT]
        stream = container.add_stream("libx264", rate=100, options={"crf": "12", "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt, stream.time_base = width, height, "yuv420p", TICK
        at = 0
        for picture, duration in [*zip(pictures, milliseconds, strict=True), (pictures[-1], 10)]:  # the last gives the end its time
            frame = av.VideoFrame.from_ndarray(_on_ground(picture.fitted(width, height)), format="rgb24")
            frame.pts, frame.time_base = at, TICK
            container.mux(stream.encode(frame))
            at += round(duration / 10)
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _on_ground(picture: Picture) -> np.ndarray:
    """(h, w, 3) uint8 over GROUND."""
    alpha = picture.pixels[..., 3:].astype(np.float32) / 255
    return (picture.pixels[..., :3] * alpha + np.array(GROUND, np.float32) * (1 - alpha) + 0.5).astype(np.uint8)
