"""What the C library does with memory that torch frees: by default it goes back to the system and comes again, page by page.

On Linux a network asks for the same few megabytes in every layer. glibc gives freed memory at the end of its heap back at once, so
that each step takes thousands of page faults: without them heroes-diffusion draws in nineteen twentieths of the time. See mallopt(3).
"""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
USUAL = 128 * 2**10  # bytes that glibc leaves free at the end of a heap
KEPT = 256 * 2**20  # bytes that may lie free there: a thread's heap, of 64 MB, never shrinks
LARGE = 32 * 2**20  # bytes of one piece that gets pages of its own: the most that glibc takes

_kept = False  # the thresholds are the whole process's, and cannot be asked for


def keep_freed() -> bool:
    """Let freed memory stay with the process, up to a bound; False where the C library is another than glibc."""
    global _kept
    library = _library()
    _kept = library is not None and all(
        library.mallopt(name, value) == 1 for name, value in ((M_MMAP_THRESHOLD, LARGE), (M_TRIM_THRESHOLD, KEPT))
    )
    return _kept


def give_back() -> None:
    """Give the system what `keep_freed` kept, after something large has gone; of threads' heaps, that of the thread that calls."""
    library = _library()
    if library is None or not _kept:
        return
    # malloc_trim leaves the end of a thread's heap alone. That shrinks when the thread frees something, if the threshold allows it.
    library.mallopt(M_TRIM_THRESHOLD, USUAL)
    library.free(ctypes.c_void_p(library.malloc(USUAL)))
    library.malloc_trim(0)
    library.mallopt(M_TRIM_THRESHOLD, KEPT)


def _library() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
