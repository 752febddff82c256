"""The figures of a model that says how likely each note is: likelihood, control, likeness to a composer, originality, infilling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from studio.generators.batches import Piece
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.generators.parts.bars import Bars, bars_of, coarse, score_of
from studio.media import Score, ScoreSelection
from studio.shelf import Card
from studio.training import music_metrics as metrics
from studio.training.scores import ScoreSet

NOTES = 512  # of each test piece
KNOB_SAMPLES, KNOB_BARS = 4, 4
COMPOSERS, COMPOSER_SAMPLES, COMPOSER_BARS = 6, 4, 8
HOLES = 40
ORIGINALS = 24

Told = Callable[[str], None]


def perform(model: Any, card: Card, action: str, indices: Sequence[int], values: Mapping[str, Any], inputs: Any = None) -> list[Score]:
    """Items of one action with seed 0, through the door that everyone uses."""
    call = Call(action, card.action(action).checked(values), 0, tuple(indices), inputs or {})
    made = {event.index: event.media for event in model.perform(call) if isinstance(event, Result)}
    return [media for index in indices if isinstance(media := made[index], Score)]


def compose(model: Any, card: Card, indices: Sequence[int], values: Mapping[str, Any]) -> list[Score]:
    return perform(model, card, "generate", indices, values)


def measure(model: Any, card: Card, data: ScoreSet, tell: Told) -> dict[str, Any]:
    """All figures, rounded."""
    found = _likelihood(model, data, tell) | _control(model, card, tell) | _likeness(model, card, data, tell)
    found |= (_originality(model, card, data, tell) if data.train else {}) | _infilling(model, card, data, tell)
    return {name: float(f"{value:.4g}") for name, value in found.items()}


def beginning(piece: Piece, notes: int = NOTES) -> Piece:
    """The first whole bars of a piece with about so many notes."""
    counts = np.cumsum(np.bincount(piece.bars.rows["bar"], minlength=len(piece.bars)))
    return replace(piece, bars=piece.bars.between(0, max(1, int(np.searchsorted(counts, notes, side="right")))))


def _likelihood(model: Any, data: ScoreSet, tell: Told) -> dict[str, float]:
    """Bits a note on test, on the grid of 12 a beat, beside what counting alone reaches."""
    test = [beginning(piece) for piece in data.test]
    rough = [replace(piece, bars=coarse(piece.bars)) for piece in test]
    found: dict[str, float] = {}
    for name, pieces, conditioning in (
        ("bits_per_note", rough, "style"),
        ("bits_per_note_unconditional", rough, "nothing"),
        ("bits_per_note_all_told", rough, "everything"),
        ("bits_per_note_fine_grid", test, "style"),
    ):
        tell(f"likelihood: {name}")
        bits = np.concatenate(list(model.bits_per_note(pieces, conditioning)))
        found[name] = float(bits.sum(1).mean())
        if name == "bits_per_note":
            found |= {f"bits_{field}": float(bits[:, k].mean()) for k, field in enumerate(("onset", "part", "pitch", "length"))}
    if not data.train:  # anyone's scores: there is nothing to count first
        return found
    tell("counting notes")
    train = [coarse(piece.bars) for piece in data.train]
    for name, order in (("unigram", 1), ("bigram", 2)):
        counted = metrics.NGram(train, order)
        found[f"bits_per_note_{name}"] = float(np.concatenate([counted.bits(piece.bars) for piece in rough]).sum(1).mean())
    return found


def _control(model: Any, card: Card, tell: Told) -> dict[str, float]:
    """How often a bar, or a part, lands in the bin that was asked for; every bin of every knob but the rare outermost."""
    alone = next(name for name in model.ensembles() if "," not in name and "×" not in name)
    several = next(name for name in model.ensembles() if name != alone)
    found = {}
    for knob, bins in model.knobs().items():
        tell(f"asking for {knob}")
        for scope, ensemble in (("bar", several), ("part", alone)):
            right: list[bool] = []
            for name in _usual(knob, bins, scope):
                values = {knob: name, "bars": KNOB_BARS, "ensemble": ensemble}
                for score in compose(model, card, range(KNOB_SAMPLES), values):
                    right += [each == name for each in model.read_knobs(score)[knob]]
            found[f"control_{scope}_{knob}"] = float(np.mean(right)) if right else 0.0
    return found


def _usual(knob: str, bins: Sequence[str], scope: str) -> Sequence[str]:
    """The bins that music in the set is usually in; a single voice has no chords."""
    if knob == "polyphony":
        return bins[:1] if scope == "part" else bins[:4]
    return bins[1:-1]


def _likeness(model: Any, card: Card, data: ScoreSet, tell: Told) -> dict[str, float]:
    """Overlap of histograms with the pieces of the composer asked for, beside that of real test pieces with them."""
    made_overlaps, real_overlaps = [], []
    for composer in data.composers(COMPOSERS):
        own = [piece for piece in data.train if piece.composer == composer]
        held = [piece for piece in data.test if piece.composer == composer]
        ensemble = model.ensemble_of(Counter(piece.bars.programs for piece in own).most_common(1)[0][0])
        if ensemble is None or not held:
            continue
        tell(f"writing like {composer}")
        values = {"composer": composer, "ensemble": ensemble, "bars": COMPOSER_BARS}
        made = [bars_of(score, range(len(score.tracks))) for score in compose(model, card, range(COMPOSER_SAMPLES), values)]
        made_overlaps.append(_overlaps([bars for bars in made if len(bars.rows)], own))
        real_overlaps.append(_overlaps([piece.bars.between(0, min(COMPOSER_BARS, len(piece.bars))) for piece in held], own))
    found: dict[str, float] = {}
    for ending, overlaps in (("", made_overlaps), ("_test", real_overlaps)):
        known = [each for each in overlaps if each is not None]
        for k, name in enumerate(("pitch_class_overlap", "duration_overlap")):
            if known:
                found[name + ending] = float(np.mean([each[k] for each in known]))
    return found


def _overlaps(made: Sequence[Bars], own: Sequence[Piece]) -> tuple[float, float] | None:
    if not made:
        return None
    real = np.concatenate([piece.bars.rows for piece in own])
    classes = np.mean([_class_overlap(bars, own) for bars in made])
    return float(classes), metrics.overlap(metrics.durations(np.concatenate([bars.rows for bars in made])), metrics.durations(real))


def _class_overlap(bars: Bars, own: Sequence[Piece]) -> float:
    """The mean over a few of the composer's pieces, each in the key that fits best."""
    found = metrics.pitch_classes(bars.rows)
    return float(np.mean([metrics.overlap_in_any_key(found, metrics.pitch_classes(piece.bars.rows)) for piece in own[:20]]))


def _originality(model: Any, card: Card, data: ScoreSet, tell: Told) -> dict[str, float]:
    """The longest run of notes shared with train: of samples, beside test pieces of the same length."""
    tell("looking for copies")
    runs = metrics.Runs(piece.bars for piece in data.train)
    ensembles = model.ensembles()
    made = [compose(model, card, [index], {"bars": 16, "ensemble": ensembles[index % len(ensembles)]})[0] for index in range(ORIGINALS)]
    own = [runs.longest(bars_of(score, range(len(score.tracks)))) for score in made]
    real = [runs.longest(piece.bars.between(0, min(16, len(piece.bars)))) for piece in data.test]
    return {
        "longest_run_median": float(np.median(own)), "longest_run_most": float(max(own)),
        "longest_run_median_test": float(np.median(real)), "longest_run_most_test": float(max(real)),
    }  # fmt: skip


def _infilling(model: Any, card: Card, data: ScoreSet, tell: Told) -> dict[str, float]:
    """Onset and pitch of a bar that was taken away: written by the model, or the bar before it put there again."""
    tell("filling bars")
    written: list[float] = []
    copied: list[float] = []
    for number, piece in enumerate(piece for piece in data.test if len(piece.bars) >= 12):
        if len(written) == HOLES:
            break
        bars = piece.bars.between(0, min(len(piece.bars), 16))
        bar = 4 + number % 4
        score = score_of(bars)
        real = metrics.onsets(bars, [bar])
        if not real or len(score.bar_starts()) - 1 != len(bars):
            continue
        inputs = {"score": score, "selection": ScoreSelection(bar, bar + 1)}
        filled = perform(model, card, "infill", [number], {"temperature": 0.7}, inputs)[0]
        written.append(metrics.onset_pitch_f1(metrics.onsets(bars_of(filled, range(len(score.tracks))), [bar]), real))
        moved = [(step + int(bars.starts[bar] - bars.starts[bar - 1]), pitch) for step, pitch in metrics.onsets(bars, [bar - 1])]
        copied.append(metrics.onset_pitch_f1(moved, real))
    return {"infill_f1": float(np.mean(written)), "infill_f1_copy_bar_before": float(np.mean(copied))} if written else {}
