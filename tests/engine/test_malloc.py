"""Memory that torch frees stays with the process while a model is in hand, and goes back when asked."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys, torch
from concurrent.futures import ThreadPoolExecutor
from studio.engine import malloc

def faults(pieces):
    pieces = [torch.ones(2**18) for _ in range(pieces)]  # a MB each
    del pieces
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        pieces = [torch.ones(2**18) for _ in range(16)]
        del pieces
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def held():
    return int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize()

torch.set_num_threads(1)
assert malloc.keep_freed()
before = held()
worker = ThreadPoolExecutor(1)
here = (lambda call, *given: call(*given)) if sys.argv[1] == 'main' else (lambda call, *given: worker.submit(call, *given).result())
kept = here(faults, 64)
full = held()
here(malloc.give_back)
print(kept, full - held(), held() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap")
@pytest.mark.parametrize("thread", ["main", "worker"])
def test_freed_memory_stays_until_it_is_given_back(thread: str) -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, thread], capture_output=True, text=True, check=True)
    faults, given, left = map(int, ran.stdout.split())
    assert faults < 20 * 16  # not once a piece; glibc left alone takes a fault for each of 20 · 16 · 256 pages
    assert given > 32 * 2**20
    assert left < 16 * 2**20  # of 64 MB that were in use
