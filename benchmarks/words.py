"""Tokens a second of SmolLM2 beside transformers in float32 with equal threads; how long loading and the first grey word take."""

from __future__ import annotations

import copy
import math
import time
from statistics import median
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from benchmarks.common import ROOT, report, seconds
from studio.generators import family
from studio.generators.gpt import checkpoints
from studio.generators.parts.packing import FEW, pack
from studio.generators.parts.words import Words, words_of
from studio.shelf import Card, Shelf
from studio.shelf.containers.gguf import GgufFile
from studio.shelf.loading import load

TOKENS, RUNS = 100, 5
PARAGRAPH = "The lighthouse had been dark for nine years when the gull came to the window and knocked three times upon the glass. "
WORDS = 500


def main() -> None:
    card = Shelf().card("smollm2")
    load(card)  # the first time it is dequantised
    began = time.perf_counter()
    model = load(card)
    loaded = time.perf_counter() - began
    beginning = model.vocabulary.encode(PARAGRAPH)
    theirs = LlamaForCausalLM(_size(model.words.config)).eval()
    ours_, theirs_ = [], []
    for _ in range(RUNS):  # by turns, so that both meet the same noise
        ours_.append(TOKENS / seconds(lambda: list(model.words.greedy(beginning, TOKENS))))
        theirs_.append(TOKENS / seconds(lambda: _generate(theirs, beginning)))
    page = (PARAGRAPH * (1 + WORDS // len(PARAGRAPH.split())))[: WORDS * 6].rsplit(" ", 1)[0]
    cold, pause, edited = zip(*(_ghost(model, page, str(run)) for run in range(RUNS)), strict=True)
    report(
        {
            "tokens": median(ours_), "transformers": median(theirs_), "ratio": median(ours_) / median(theirs_), "load": loaded,
            "cold": median(cold), "pause": median(pause) * 1000, "edited": median(edited) * 1000, **_perplexities(card, model.vocabulary),
        }
    )  # fmt: skip


def _size(config: Any) -> LlamaConfig:
    decoder = config.decoder
    return LlamaConfig(
        vocab_size=config.vocabulary, hidden_size=decoder.width, intermediate_size=decoder.hidden, num_hidden_layers=decoder.layers,
        num_attention_heads=decoder.heads, num_key_value_heads=decoder.key_heads, tie_word_embeddings=True, max_position_embeddings=8192,
    )  # fmt: skip


@torch.inference_mode()
def _generate(network: LlamaForCausalLM, beginning: list[int]) -> None:
    numbers = torch.tensor(beginning)[None]
    network.generate(
        numbers, attention_mask=torch.ones_like(numbers), max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=False, pad_token_id=0
    )


@torch.inference_mode()
def _perplexities(card: Card, vocabulary: Any) -> dict[str, float]:
    """Perplexity of the pages in docs/ with packed weights, over that with float32."""
    file = GgufFile(card.path_of(card.weights))
    config, weights = checkpoints.of_gguf(file.metadata, file.sizes, file.tensor)
    plain = words_of(config, dict(weights))
    pages = [vocabulary.encode(path.read_text("utf-8"))[:1024] for path in sorted((ROOT / "docs").glob("*.md"))]

    def nats(words: Words) -> float:
        found = 0.0
        for page in pages:
            cache = words.decoder.cache(1, len(page))
            rows = torch.tensor(page)[None].split(FEW, dim=1)  # more at once would be read in float16
            logits = torch.cat([words(few, cache)[0] for few in rows])
            found -= float(logits[:-1].log_softmax(-1).gather(1, torch.tensor(page)[1:, None]).sum())
        return found

    least, count = nats(plain), sum(len(page) - 1 for page in pages)
    found = {}
    for kind in ("int4", "int8"):
        packed = copy.deepcopy(plain)
        pack(packed, kind)
        found[f"perplexity_{kind}"] = math.exp((nats(packed) - least) / count)
    return found


def _ghost(model: Any, page: str, run: str) -> tuple[float, float, float]:
    """Seconds to the first word: of a page never read, after a pause when it was read ahead, and after one more word at its end."""
    settings = family("gpt").action({}, "continue").checked({"words": 5})
    page = f"{run} nights. {page}"  # nothing of it is in the cache

    def first(before: str) -> float:
        return seconds(lambda: next(piece for piece in model.ghost(before, settings) if piece))

    cold = first(page)
    model.reader.cache.truncate(0)
    for _ in model.read_ahead(page):
        pass
    return cold, first(page), first(page + " and")


if __name__ == "__main__":
    main()
