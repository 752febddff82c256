"""The judge, loaded: features and readings of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.capabilities import Call
from studio.generators.errors import GeneratorError
from studio.generators.events import Event
from studio.generators.judge import JudgeConfig
from studio.generators.judge.networks import Judge
from studio.generators.judge.training import start
from studio.generators.parts.loaded import memory_of
from studio.generators.parts.pixels import as_tensor

__all__ = ["LoadedJudge", "config_of", "load", "start"]

BATCH = 128


def config_of(values: Mapping[str, Any]) -> JudgeConfig:
    return JudgeConfig(**{**values, "names": tuple(values["names"]), "answers": tuple(values["answers"])})


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedJudge:
    """The judge from its weights, with `reference` features of test and train where the file is there."""
    return LoadedJudge(config_of(config), tensors, files, device)


class LoadedJudge:
    """`features` and `read`; it performs no action."""

    def __init__(self, config: JudgeConfig, tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> None:
        self.config, self.device = config, device
        self.network = Judge(config)
        self.network.load_state_dict({key: value.float() if value.is_floating_point() else value for key, value in tensors.items()})
        self.network.to(device).eval().requires_grad_(False)
        self.reference: Mapping[str, np.ndarray] = files["reference"][0] if "reference" in files else {}

    def perform(self, call: Call) -> Iterator[Event]:
        raise GeneratorError("A judge draws nothing; it measures the other models.")

    def memory(self) -> int:
        return memory_of(self.network)

    @torch.no_grad()
    def features(self, pictures: np.ndarray) -> np.ndarray:
        """(n, size, size, 4) uint8 → (n, 64)."""
        parts = [self.network.embed(self._tensor(pictures, start)) for start in range(0, len(pictures), BATCH)]
        return torch.cat(parts).cpu().numpy()

    @torch.no_grad()
    def read(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, 64) → (answers, top probabilities), (n, attributes) each."""
        logits = self.network.read(torch.from_numpy(np.asarray(features, np.float32)).to(self.device))
        tops = [each.softmax(1).max(1) for each in logits]
        answers = torch.stack([top.indices for top in tops], dim=1).cpu().numpy()
        return answers, torch.stack([top.values for top in tops], dim=1).cpu().numpy()

    def _tensor(self, pictures: np.ndarray, start: int) -> Tensor:
        return as_tensor(pictures[start : start + BATCH], self.device)
