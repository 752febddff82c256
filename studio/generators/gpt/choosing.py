"""Choosing the next token: what was said lately is made less likely, what is unlikely is left out, then chance decides.

Top k, Fan et al. 2018 (arXiv:1805.04833); top p, Holtzman et al. 2019 (1904.09751); locally typical, Meister et al. 2022 (2202.00666);
min p, Nguyen et al. 2024 (2407.01082); mirostat 2, Basu et al. 2020 (2007.14966); repetition, Keskar et al. 2019 (1909.05858); DRY, the
"don't repeat yourself" of text-generation-webui (pull request 5677).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from studio.generators.parts.nucleus import nucleus

RECENT = 256  # tokens back that count as lately
DRY_GROWTH, DRY_FREE = 1.75, 2  # a run of two may come again; every token more makes it so much less likely
LEAST = 1e-6  # of the likeliest: what is below this is never looked at
LEARNS = 0.1  # how fast mirostat mends its limit
COLD = 1e-3
NEAR, ENOUGH = 512, 3  # of the likeliest, those that a rule is asked of first; fewer than so many found, and it looks at all
Allows = Callable[[int], bool]
Every = Callable[[], Sequence[int]]


class Chooser:
    """One text's choices; `settings` has the names of ChoosingSettings. It remembers for mirostat how surprising it was so far."""

    def __init__(self, settings: Any, breaks: frozenset[int] = frozenset()) -> None:
        self.settings = settings
        self.breaks = breaks  # tokens that end a run for DRY, such as line ends
        self._limit = 2 * settings.mirostat

    def choose(
        self, logits: np.ndarray, said: Sequence[int], chance: float, allows: Allows | None = None, keep: int = 256,
        every: Every | None = None,
    ) -> int | None:  # fmt: skip
        """The token that `chance` in [0, 1) falls on; None where nothing is allowed.

        `every` gives all that is allowed, where a rule can say that faster than by being asked of each.
        """
        ids, likely = self.offered(logits, said, allows, keep, every)
        if not len(ids):
            return None
        row = np.cumsum(likely)
        place = min(int(np.searchsorted(row, chance * row[-1], side="right")), int(np.flatnonzero(likely)[-1]))
        self.took(float(likely[place]))
        return int(ids[place])

    def offered(
        self, logits: np.ndarray, said: Sequence[int], allows: Allows | None = None, keep: int = 256, every: Every | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The tokens that may be chosen, the likeliest first, and how likely each is at this temperature; 0 where a limit leaves it out."""
        logits = self._against_repeating(logits, said)
        ids = self._allowed(logits, allows, keep, every)
        if self.settings.temperature < COLD or not len(ids):
            return ids[:1], np.ones(len(ids[:1]))
        likely = np.exp((logits[ids].astype(np.float64) - logits[ids[0]]) / self.settings.temperature)
        likely /= likely.sum()
        kept = self._mirostat(likely) if self.settings.mirostat > 0 else self._limits(likely)
        return ids, np.where(kept, likely, 0.0)

    def took(self, likely: float) -> None:
        """One that was so likely was chosen."""
        if self.settings.mirostat > 0 and self.settings.temperature >= COLD:
            self._limit -= LEARNS * (-np.log2(max(likely, 1e-12)) - self.settings.mirostat)

    def _against_repeating(self, logits: np.ndarray, said: Sequence[int]) -> np.ndarray:
        settings, recent = self.settings, list(said[-RECENT:])
        if not recent or (settings.repetition == 1 and not settings.dry):
            return logits
        logits = logits.copy()
        if settings.repetition != 1:
            known = np.unique(np.array(recent, np.int64))
            logits[known] = np.where(logits[known] > 0, logits[known] / settings.repetition, logits[known] * settings.repetition)
        if settings.dry:
            for token, run in self._runs(recent).items():
                logits[token] -= settings.dry * DRY_GROWTH ** (run - DRY_FREE)
        return logits

    def _runs(self, recent: list[int]) -> dict[int, int]:
        """Token → how long a run would come again if it came next; runs of more than two only."""
        found: dict[int, int] = {}
        last = recent[-1]
        if last in self.breaks:
            return found
        for at in range(len(recent) - 2, -1, -1):
            if recent[at] != last:
                continue
            run = 1
            while run <= at and recent[at - run] == recent[-1 - run] and recent[at - run] not in self.breaks and run < 40:
                run += 1
            if run >= DRY_FREE and recent[at + 1] not in self.breaks:
                found[recent[at + 1]] = max(found.get(recent[at + 1], 0), run)
        return found

    def _allowed(self, logits: np.ndarray, allows: Allows | None, keep: int, every: Every | None) -> np.ndarray:
        """Up to `keep` tokens that may be chosen, the likeliest first."""
        most = self.settings.top_k if 0 < self.settings.top_k < keep else keep
        if allows is None:
            best = np.argpartition(-logits, most)[:most] if most < len(logits) else np.arange(len(logits))
            return best[np.argsort(-logits[best], kind="stable")]
        found: list[int] = []
        looked = 0
        floor = -np.inf
        for width in (NEAR, len(logits)):
            if width > NEAR and every is not None:
                rest = np.array([each for each in every() if np.isfinite(logits[each])], np.int64)
                return rest[np.argsort(-logits[rest], kind="stable")][:most]
            best = np.argpartition(-logits, width)[:width] if width < len(logits) else np.arange(len(logits))
            best = best[np.argsort(-logits[best], kind="stable")]
            for token in best[looked:].tolist():
                if found and (len(found) >= most or logits[token] < floor):
                    return np.array(found)
                if np.isfinite(logits[token]) and allows(token):
                    floor = floor if found else logits[token] + np.log(LEAST)
                    found.append(token)
            if len(found) >= ENOUGH:
                break
            looked = width
        return np.array(found, np.int64)

    def _limits(self, likely: np.ndarray) -> np.ndarray:
        """Which of these, the likeliest first, may be chosen. At least one may."""
        settings = self.settings
        kept = nucleus(likely, settings.top_p, settings.min_p)
        if settings.typical < 1:
            surprise = -np.log(np.maximum(likely, 1e-12))
            order = np.argsort(np.abs(surprise - (likely * surprise).sum()), kind="stable")
            row = likely[order]
            typical = np.zeros(len(likely), bool)
            typical[order[np.cumsum(row) - row < settings.typical]] = True
            kept = kept & typical if (kept & typical).any() else typical
        return kept

    def _mirostat(self, likely: np.ndarray) -> np.ndarray:
        kept = -np.log2(np.maximum(likely, 1e-12)) <= self._limit
        kept[0] = True
        return kept
