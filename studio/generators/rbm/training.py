"""Training of the machine by persistent contrastive divergence (Tieleman 2008, Training Restricted Boltzmann Machines using
Approximations to the Likelihood Gradient): chains that never begin anew are the samples of p(v) in the negative phase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.errors import GeneratorError
from studio.generators.parts import state
from studio.generators.parts.palette import Palette
from studio.generators.rbm import INKS, RbmConfig
from studio.generators.rbm.networks import Rbm, bernoulli
from studio.media import Picture

LEARNING_RATE = 0.02
WEIGHT_DECAY = 2e-4  # of a weight each step, times the learning rate
SLOWEST = 0.999
PREVIEW_STEPS = 200
LEAST, MOST = 0.02, 0.98  # of a pixel's chance to be on, for the biases to begin with


class RbmTrainer:
    """Implements `Trainer` and `BeginsFrom`."""

    def __init__(self, config: RbmConfig, data: Batch, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.machine = Rbm(config).to(device).requires_grad_(False)
        self.averaged = Rbm(config).to(device).requires_grad_(False)
        usual = torch.from_numpy(binarised(data.pictures, config.threshold)).float().mean(0).clamp(LEAST, MOST)
        self.machine.pixel_bias.copy_(torch.logit(usual))
        self.averaged.load_state_dict(self.machine.state_dict())
        self.chains = bernoulli(usual.expand(config.chains, -1), torch.rand(config.chains, config.size**2)).to(device)
        self.counts = torch.zeros(1, dtype=torch.float64)

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished machine; its chains begin where they would here."""
        del files
        for machine in (self.machine, self.averaged):
            try:
                machine.load_state_dict({key: value.float() for key, value in weights.items()})
            except RuntimeError as error:
                raise GeneratorError("That machine has other numbers of pixels or hidden units.") from error

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        machine, rate = self.machine, LEARNING_RATE * max(0.02, 1 - progress)
        real = torch.from_numpy(binarised(batch.pictures, self.config.threshold)).float().to(self.device)
        positive_phase = machine.hidden(real)
        for _ in range(self.config.steps):
            hidden = machine.hidden(self.chains)
            chances = machine.pixels(bernoulli(hidden, torch.rand_like(hidden)))
            self.chains = bernoulli(chances, torch.rand_like(chances))
        negative_phase = machine.hidden(self.chains)
        gradient = positive_phase.T @ real / len(real) - negative_phase.T @ self.chains / len(self.chains)  # of E[ln p(v)]
        machine.weight.add_(gradient - WEIGHT_DECAY * machine.weight, alpha=rate)
        machine.pixel_bias.add_(real.mean(0) - self.chains.mean(0), alpha=rate)
        machine.hidden_bias.add_(positive_phase.mean(0) - negative_phase.mean(0), alpha=rate)
        self.counts += 1
        state.average(self.averaged, machine, min(SLOWEST, 1 - 1 / (self.counts[0].item() * 0.05 + 1)))
        again = machine(real)
        return {
            "reconstruction": float(torch.nn.functional.binary_cross_entropy(again, real)),
            "gap": float((machine.free_energy(self.chains).mean() - machine.free_energy(real).mean()) / self.config.size**2),
        }

    def preview(self, seed: int, count: int) -> list[Picture]:
        source = torch.Generator().manual_seed(seed)
        pixels = begun(self.averaged, [source] * count)
        for _ in range(PREVIEW_STEPS):
            pixels, chances = gibbs_step(self.averaged, pixels, [source] * count)
        return painted(chances, self.config.size, "white on black")

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone(), "chains": self.chains.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter(self._parts(), flat)
        self.counts = flat.get("counts", torch.zeros(1)).clone().double()
        self.chains = flat.get("chains", self.chains).float().clone()

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {"machine": self.machine, "averaged": self.averaged}


def binarised(pictures: np.ndarray, threshold: float) -> np.ndarray:
    """(n, h, w, 4) uint8 → (n, h·w) bool: on where a pixel is light; what is transparent is dark."""
    light = pictures[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32) * pictures[..., 3] / 255
    return (light >= threshold * 255).reshape(len(pictures), -1)


def begun(machine: Rbm, sources: list[torch.Generator]) -> Tensor:
    """(B, size²): pixels on as often as each is by itself, a row a source."""
    uniforms = torch.stack([torch.rand(len(machine.pixel_bias), generator=source) for source in sources])
    return bernoulli(torch.sigmoid(machine.pixel_bias), uniforms.to(machine.weight.device))


def gibbs_step(machine: Rbm, pixels: Tensor, sources: list[torch.Generator], temperature: float = 1.0) -> tuple[Tensor, Tensor]:
    """One step of block Gibbs sampling, h ~ p(h | v), v' ~ p(v | h): pixels v (B, size²) → v' and p(v' = 1 | h).

    Each row's uniform numbers are of its own source. `temperature` divides the inputs of both sigmoids.
    """
    units, count = machine.weight.shape
    uniforms = torch.stack([torch.rand(units + count, generator=source) for source in sources]).to(pixels.device)
    hidden = bernoulli(machine.hidden(pixels, temperature), uniforms[:, :units])
    chances = machine.pixels(hidden, temperature)
    return bernoulli(chances, uniforms[:, units:]), chances


def painted(chances: Tensor, size: int, inks: str) -> list[Picture]:
    """(B, size²) chances → pictures in two colours."""
    on = (chances >= 0.5).view(-1, size, size).long().cpu().numpy()
    return [Picture(each) for each in np.array(INKS[inks], np.uint8)[on]]


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> RbmTrainer:
    """A trainer for pictures of the config's size."""
    return RbmTrainer(RbmConfig.of(config), data, device)


def export_artifacts(config: RbmConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the set's palette, by which copies are looked for."""
    del config, weights, data
    return {"palette": ({"colours": palette.colours}, {})}
