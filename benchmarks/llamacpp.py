"""Tokens a second of SmolLM2 beside llama.cpp on the same GGUF, with equal threads.

llama-cpp-python compiles on install, for ten minutes, so nothing installs it by itself: `pip install -r requirements-bench.lock`.
"""

from __future__ import annotations

from statistics import median
from typing import Any

import torch

from benchmarks.common import report, seconds, skip
from benchmarks.words import PARAGRAPH, RUNS, TOKENS
from studio.shelf import Shelf
from studio.shelf.loading import load


def main() -> None:
    try:
        from llama_cpp import Llama
    except ImportError:
        skip("llama-cpp-python is not installed (requirements-bench.lock)")
        return
    card = Shelf().card("smollm2")
    model = load(card)
    threads = torch.get_num_threads()
    theirs = Llama(str(card.path_of(card.weights)), n_ctx=512, n_threads=threads, n_threads_batch=threads, verbose=False)
    numbers = model.vocabulary.encode(PARAGRAPH)
    ours_, theirs_ = [], []
    for _ in range(RUNS):  # by turns, so that both meet the same noise
        ours_.append(TOKENS / seconds(lambda: list(model.words.greedy(numbers, TOKENS))))
        theirs_.append(TOKENS / seconds(lambda: _generate(theirs, numbers)))
    report({"tokens": median(ours_), "llamacpp": median(theirs_), "ratio": median(ours_) / median(theirs_)})


def _generate(theirs: Any, numbers: list[int]) -> None:
    theirs.reset()
    for count, _ in enumerate(theirs.generate(numbers, temp=0.0), start=1):
        if count == TOKENS:
            return


if __name__ == "__main__":
    main()
