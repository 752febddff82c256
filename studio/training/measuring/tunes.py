"""The figures of a model whose latents are tunes: how well a tune comes back, and whether what lies between two is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from studio.generators.batches import Piece
from studio.generators.parts.bars import bars_of
from studio.media import Score
from studio.training import music_metrics as metrics
from studio.training.errors import TrainingError
from studio.training.scores import ScoreSet

TUNES = 400
PAIRS = 60

Told = Callable[[str], None]


def measure(model: Any, data: ScoreSet, listener: Any, tell: Told) -> dict[str, Any]:
    """Onset and pitch F1 of tunes of test that were encoded and written back, and of directions; `listener` judges what lies between."""
    tell("finding tunes in the test pieces")
    tunes = model.tunes([piece.bars for piece in data.test])
    if not tunes:
        raise TrainingError(f"{data.name} holds no tune of one voice that is long enough for this model.")
    tunes = [tunes[index] for index in np.random.default_rng(0).permutation(len(tunes))[:TUNES]]
    tell(f"writing {len(tunes)} tunes back")
    points = [model.encode(tune) for tune in tunes]
    again = model.decode(points)
    found: dict[str, float] = {
        "onset_pitch_f1": float(np.mean([metrics.onset_pitch_f1(_onsets(a), _onsets(b)) for a, b in zip(again, tunes, strict=True)])),
        "onset_pitch_f1_always_hold": float(np.mean([metrics.onset_pitch_f1(_onsets(tune)[:1], _onsets(tune)) for tune in tunes])),
        "step_accuracy": model.step_accuracy(tunes, again),
        "step_accuracy_always_hold": model.step_accuracy(tunes, [_held(tune) for tune in tunes]),
    }
    found |= _directions(model, points, tell)
    if listener is not None:
        tell("listening to what lies between")
        middles = model.decode([model.mix(points[2 * k], points[2 * k + 1], 0.5) for k in range(min(PAIRS, len(points) // 2))])
        real, between = _bits(listener, tunes[: 2 * PAIRS]), _bits(listener, middles)
        found |= {"bits_per_note_test": real, "bits_per_note_between": between, "between_over_test": between / real}
    return {name: float(f"{value:.4g}") for name, value in found.items()}


def _directions(model: Any, points: list[Any], tell: Told) -> dict[str, float]:
    """For each named direction the correlation of a step of up to two deviations with what it is named after."""
    tell("walking along the directions")
    directions, found = model.directions(), {}
    stops = np.linspace(-2, 2, 5)
    for k, name in enumerate(directions.names):
        measured = []
        for point in points[:20]:
            row = [type(point).of(point.space, point.values + stop * directions.scales[k] * directions.vectors[k]) for stop in stops]
            measured.append(model.measures(model.decode(row)).get(name))
        if measured[0] is not None:
            moved = np.array(measured, float)
            moved = moved[moved.std(1) > 0]
            found[f"direction_{name.lower()}"] = float(np.mean([np.corrcoef(stops, row)[0, 1] for row in moved])) if len(moved) else 0.0
    return found


def _onsets(score: Score) -> list[tuple[int, int]]:
    return [(int(note["tick"]), int(note["pitch"])) for track in score.tracks for note in track.notes]


def _held(tune: Score) -> Score:
    """The tune's first note, held for ever."""
    track = tune.tracks[0]
    notes = track.notes[:1].copy()
    notes["length"] = max(1, tune.end - int(notes["tick"][0])) if len(notes) else 1
    return Score((track.with_notes(notes),), tune.ticks_per_beat)


def _bits(listener: Any, tunes: list[Score]) -> float:
    pieces = [Piece(bars_of(tune, (0,))) for tune in tunes if len(tune.tracks[0].notes)]
    return float(np.concatenate(list(listener.bits_per_note(pieces))).sum(1).mean())
