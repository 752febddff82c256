"""The tables of models in README.md and docs/models.md, written anew from the cards: `make tables`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio import generators
from studio.media.files import write_atomically
from studio.places import shipped
from studio.shelf import Card, Shelf

GRADES = ("show", "study", "part")


def rewrite(text: str, name: str, table: str) -> str:
    """`text` with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced by `table`."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def overview(cards: Sequence[Card]) -> str:
    """One line a model: family, what it draws, its two distances, its grade."""
    rows = [["model", "family", "makes", "distance over the limit", "by the plain check", "grade"]]
    for card in cards:
        figures = card.metrics
        near = [_number(figures.get(name)) for name in ("frechet_over_limit", "plain_over_limit")]
        rows.append([f"`{card.name}`", generators.family(card.family).title, card.makes, *near, card.grade])
    return _table(rows)


def figures(cards: Sequence[Card]) -> str:
    """One line a generator: everything that its card measured."""
    rows = [[
        "model", "Fréchet", "plain", "density", "coverage", "certainty", "colours (test)", "control (judge)", "copied (test)",
        "bits a pixel", "bits a dimension", "pictures seen", "minutes", "pictures/s",
    ]]  # fmt: skip
    for card in cards:
        if card.grade == "part" or is_music(card):
            continue
        seen, minutes = int(card.training.get("pictures", 0)), float(card.training.get("minutes", 0))
        rows.append([
            f"`{card.name}`",
            *(_number(card.metrics.get(name)) for name in ("frechet_over_limit", "plain_over_limit", "density", "coverage")),
            _number(card.metrics.get("judge_certainty_over_test")),
            _beside(card.metrics, "median_colours", "median_colours_test"),
            _beside(card.metrics, "control", "control_test"),
            _beside(card.metrics, "copied", "copied_test"),
            _number(card.metrics.get("bits_per_pixel")),
            _number(card.metrics.get("bits_per_dimension")),
            f"{seen:,}", _minutes(card), _number(seen / minutes / 60 if minutes and not card.training.get("accelerated") else None),
        ])  # fmt: skip
    return _table(rows)


def music(cards: Sequence[Card]) -> str:
    """One line a model of music: everything that its card measured."""
    rows = [[
        "model", "bits a note (unigram, bigram)", "told nothing", "told all", "least control", "pitch classes (test)", "durations (test)",
        "longest copy (test)", "bar filled (bar before)", "F1 (always hold)", "between over test", "passages heard", "minutes",
    ]]  # fmt: skip
    for card in filter(is_music, cards):
        found = card.metrics
        control = [value for name, value in found.items() if name.startswith("control_")]
        counted = ", ".join(_number(found.get(f"bits_per_note_{name}")) for name in ("unigram", "bigram"))
        rows.append([
            f"`{card.name}`", f"{_number(found['bits_per_note'])} ({counted})" if "bits_per_note" in found else "–",
            _number(found.get("bits_per_note_unconditional")), _number(found.get("bits_per_note_all_told")),
            _number(min(control, default=None)),
            _beside(found, "pitch_class_overlap", "pitch_class_overlap_test"),
            _beside(found, "duration_overlap", "duration_overlap_test"),
            _beside(found, "longest_run_most", "longest_run_most_test"),
            _beside(found, "infill_f1", "infill_f1_copy_bar_before"),
            _beside(found, "onset_pitch_f1", "onset_pitch_f1_always_hold"), _number(found.get("between_over_test")),
            f"{int(card.training.get('pictures', 0)):,}", _minutes(card),
        ])  # fmt: skip
    return _table(rows)


def is_music(card: Card) -> bool:
    return any(action.output == "score" for action in card.actions())


def _beside(metrics: Mapping[str, Any], name: str, other: str) -> str:
    return f"{_number(metrics[name])} ({_number(metrics.get(other))})" if name in metrics else "–"


def _minutes(card: Card) -> str:
    """Minutes of training: those of a processor, and those of each accelerator with its name."""
    accelerated = card.training.get("accelerated", {})
    plain = round(float(card.training.get("minutes", 0)) - sum(accelerated.values()), 1)
    told = [f"{plain:g}"] if plain or not accelerated else []
    return ", ".join([*told, *(f"{minutes:g} on {name}" for name, minutes in accelerated.items())])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def main() -> None:
    """Rewrite both pages of this checkout."""
    root = shipped("models").parent
    cards = sorted(Shelf([shipped("models")]).cards(), key=lambda card: (GRADES.index(card.grade), card.name))
    pages = (
        (Path("README.md"), "models", overview(cards)),
        (Path("docs/models.md"), "figures", figures(cards)),
        (Path("docs/models.md"), "music", music(cards)),
    )
    for page, name, table in pages:
        path = root / page
        write_atomically(path, rewrite(path.read_text("utf-8"), name, table).encode())


if __name__ == "__main__":
    main()
