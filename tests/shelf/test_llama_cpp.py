"""What llama.cpp itself quantises says here what it says there: SmolLM2 in K-quants and their like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.shelf import Shelf, load
from studio.shelf.card import in_package

llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed (requirements-bench.lock)")
pytestmark = pytest.mark.slow

FILE_TYPES = {"Q2_K": 10, "Q3_K_M": 12, "Q4_K_M": 15, "Q5_K_M": 17, "Q6_K": 18, "IQ4_XS": 30}
TEXT = "The lighthouse had been dark for nine years when the keeper's daughter came back, 1 lamp in her hand.\n\nShe"


@pytest.mark.parametrize("name", FILE_TYPES)
@torch.inference_mode()
def test_a_model_that_llama_cpp_quantised_says_what_it_says_there(tmp_path: Path, name: str) -> None:
    source, made = in_package(Shelf().card("smollm2").package), tmp_path / f"SmolLM2-{name}.gguf"
    how = llama_cpp.llama_model_quantize_default_params()
    how.ftype, how.allow_requantize, how.nthread = FILE_TYPES[name], True, 2
    assert llama_cpp.llama_model_quantize(str(source).encode(), str(made).encode(), how) == 0
    shelf = Shelf([tmp_path / "own"])
    ours = load(shelf.card(shelf.add(made).name))
    theirs: Any = llama_cpp.Llama(str(made), n_ctx=128, logits_all=True, verbose=False, n_threads=2)
    numbers = theirs.tokenize(TEXT.encode(), add_bos=False)
    assert ours.vocabulary.encode(TEXT) == numbers
    theirs.eval(numbers)
    known = torch.from_numpy(np.array(theirs.scores[: len(numbers)], np.float32)).log_softmax(-1)
    found = ours.words(torch.tensor([numbers]))[0].log_softmax(-1)
    apart = (known.exp() * (known - found)).sum(-1)  # nats, Kullback–Leibler
    assert apart.mean() < 0.05  # both round: llama.cpp what goes into a product, we what it is multiplied by
    assert (known.argmax(-1) == found.argmax(-1)).float().mean() > 0.85
