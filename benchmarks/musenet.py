"""Notes a second of MuseNet beside transformers' `generate` on a GPT-2 of equal size, on one thread; and how long the first note takes."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from benchmarks.common import report
from studio.generators import family
from studio.generators.capabilities import Call
from studio.generators.events import Delta, Result
from studio.generators.musenet import MuseNetConfig
from studio.generators.musenet.family import load as load_family
from studio.generators.musenet.model import LoadedMuseNet
from studio.generators.musenet.networks import MuseNet
from studio.generators.parts.step_rows import END_BAR
from studio.shelf import Shelf, ShelfError, load

BARS, RUNS = 16, 5
TOKENS, CONTEXT = 200, 50
TOKENS_A_NOTE = 4  # onset, part, pitch and length, as token models write a note


def main() -> None:
    torch.set_num_threads(1)  # as the worker writes
    torch.manual_seed(0)
    model, name = _model()
    action = family("musenet").action(name, "generate")
    speeds, paces, firsts = [], [], []
    for seed in range(RUNS):
        piece, seconds, _ = _performed(model, Call("generate", action.checked({"bars": BARS}), seed))
        speeds.append(sum(len(track.notes) for track in piece.tracks) / seconds)
        paces.append(float(piece.seconds_at(piece.bar_starts()[-1])) / seconds)
        carry_on = family("musenet").action(name, "continue").checked({"bars": 1})
        firsts.append(_performed(model, Call("continue", carry_on, seed, (0,), {"score": piece}))[2])
    theirs = _generate(model.config)
    ours = median(speeds)
    report(
        {
            "notes": ours, "transformers": theirs / TOKENS_A_NOTE, "ratio": ours * TOKENS_A_NOTE / theirs, "steps_ratio": ours / theirs,
            "real_time": median(paces), "first_note": median(firsts) * 1000,
        }
    )  # fmt: skip


def _model() -> tuple[LoadedMuseNet, Any]:
    """The shipped one; before there is one, a network of its size with weights by chance, whose bars end as rarely as real ones."""
    try:
        card = Shelf().card("musenet")
        return load(card), card.config
    except ShelfError:
        values = {"programs": (0, 53), "ensembles": ((53, 0, 0),)}
        tensors = MuseNet(MuseNetConfig(**values)).state_dict()
        tensors["heads.0.2.bias"][END_BAR] -= 3
        return load_family(values, tensors, {}, torch.device("cpu")), values


def _performed(model: LoadedMuseNet, call: Call) -> tuple[Any, float, float]:
    """The score, the seconds it took, and those until its first note was told."""
    began = time.perf_counter()
    first, piece, deltas = 0.0, None, 0
    for event in model.perform(call):
        deltas += isinstance(event, Delta)
        if deltas == 2 and not first:  # the first delta is what it begins from
            first = time.perf_counter() - began
        if isinstance(event, Result):
            piece = event.media
    return piece, time.perf_counter() - began, first


def _generate(config: MuseNetConfig) -> float:
    """Tokens a second of transformers' `generate`, with its cache, sampling as ours does."""
    size = GPT2Config(vocab_size=1024, n_positions=512, n_embd=config.width, n_layer=config.layers, n_head=config.heads)
    network = GPT2LMHeadModel(size).eval()
    beginning = torch.randint(0, 1024, (1, CONTEXT))
    speeds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        network.generate(
            beginning, attention_mask=torch.ones_like(beginning), max_new_tokens=TOKENS, min_new_tokens=TOKENS, do_sample=True, top_p=0.97,
            pad_token_id=0,
        )  # fmt: skip
        speeds.append(TOKENS / (time.perf_counter() - began))
    return median(speeds)


if __name__ == "__main__":
    main()
