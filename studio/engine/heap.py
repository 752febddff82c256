"""What the C library does with memory that torch frees: by default it goes back to the system and comes again, page by page.

On Linux a network asks for the same few megabytes in every layer. glibc gives freed memory at the end of its heap back at once, so
that each step takes thousands of page faults: without them heroes-diffusion draws in nine tenths of the time. See mallopt(3).
"""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
KEPT = 256 * 2**20  # bytes that may lie free at the end of the heap
LARGE = 32 * 2**20  # bytes of one piece that gets pages of its own: the most that glibc takes


def keep_freed() -> bool:
    """Let freed memory stay with the process, up to a bound; False where the C library is another than glibc."""
    library = _library()
    return library is not None and all(
        library.mallopt(name, value) == 1 for name, value in ((M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, KEPT))
    )


def give_back() -> None:
    """Give the system what lies free, after something large has gone."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
