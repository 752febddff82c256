"""What trainers of a generator against a critic share: two networks that take turns down their losses (`parts/adversarial_losses.py`),
learning rates, the generator's average, and the state to go on from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.batches import Batch
from studio.generators.parts import state
from studio.generators.parts.adversarial_losses import AdversarialLoss
from studio.generators.parts.attributes import AttributeShares, sampled
from studio.generators.parts.guiding import Guide
from studio.generators.parts.pixels import as_pictures, as_tensor, opaque
from studio.media import Picture

DECAY_FROM = 0.7
HALF_LIFE_LIMIT = 5000  # pictures; the average's half-life grows with training up to here
CRITIC_ALONE = 200  # steps
COUNTS = 4
HINT_UNTIL = 0.8  # share of the training after which the adversarial loss alone is left


class AdversarialTrainer(ABC):
    """Implements `Trainer` and `BeginsFrom` for a `generator(config)` of z (B, latent) and a `discriminator(config)` of (pictures, chosen).

    B is a multiple of 4. A family says how it generates (`_fakes`, `_samples`), what the critic is given (`_augmented`) and which losses
    the generator has besides the adversarial one (`_auxiliary_losses`). `config` has `channels`, and `attributes` where it has conditions.
    """

    betas = (0.0, 0.99)

    def __init__(
        self, config: Any, generator: Callable[[Any], Any], discriminator: Callable[[Any], Any], loss: AdversarialLoss,
        device: torch.device, shares: AttributeShares | None = None,
    ) -> None:  # fmt: skip
        torch.manual_seed(0)
        self.config, self.device, self.loss, self.shares = config, device, loss, shares
        layout = torch.channels_last
        self.generator = generator(config).to(device, memory_format=layout)
        self.averaged = generator(config).to(device, memory_format=layout).requires_grad_(False)
        self.averaged.load_state_dict(self.generator.state_dict())
        self.discriminator = discriminator(config).to(device, memory_format=layout)
        self.generator_optimiser = torch.optim.Adam(self.generator.parameters(), self.loss.learning_rate, self.betas)
        self.discriminator_optimiser = torch.optim.Adam(self.discriminator.parameters(), self.loss.learning_rate, self.betas)
        self.guide: Guide | None = None
        # Steps, pictures, steps since the optimisers were fresh, steps that the critic still learns alone.
        self.counts = torch.zeros(COUNTS, dtype=torch.float64)

    def _add_guide(self, widths: Sequence[int]) -> None:
        """Add the encoder's losses (`parts/guiding.py`) with the config's weight `hint`, of which the share `stays` is for good."""
        config = self.config
        self.guide = Guide(config.channels, widths, config.latent, config.hint, config.stays).to(self.device)
        self.generator_optimiser.add_param_group({"params": list(self.guide.parameters())})

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished generator. The critic starts afresh, so it learns alone at first: a fresh one would teach nonsense.

        A finished generator gets no guide: an untrained encoder would only take it away from what it can do.
        """
        del files
        self.guide = None
        kept = {key: value.float() for key, value in weights.items() if "condition_embedding" not in key}
        own = {key: value for key, value in self.generator.state_dict().items() if "condition_embedding" in key}
        for network in (self.generator, self.averaged):
            network.load_state_dict(own | kept)
        self.counts[3] = CRITIC_ALONE

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        real = self._real(batch)
        chosen = None if self.shares is None else torch.from_numpy(batch.attributes.astype(np.int64)).to(self.device)
        self._set_learning_rates(progress)
        losses = self._discriminator_step(real, chosen)
        self.counts += torch.tensor([1, len(batch), 1, -1])
        if self.counts[3] >= 0:
            return losses
        losses |= self._generator_step(real, chosen, progress)
        self._average(len(batch))
        return losses

    def _real(self, batch: Batch) -> Tensor:
        return as_tensor(batch.pictures, self.device)[:, : self.config.channels]

    @abstractmethod
    def _fakes(self, count: int, chosen: Tensor | None) -> Tensor:
        """(B, channels, h, w) of the generator that learns, for values `chosen` (B, attributes)."""

    @abstractmethod
    def _samples(self, count: int, source: torch.Generator) -> Tensor:
        """(count, channels, size, size) of the averaged generator, for a preview."""

    def _augmented(self, pictures: Tensor) -> Tensor:
        """What the critic is given of real and generated pictures alike."""
        return pictures

    def _auxiliary_losses(self, fake: Tensor, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, tuple[float, Tensor]]:
        """Losses of the generator besides the adversarial one: name → (weight, loss)."""
        del fake, real, chosen, progress
        return {}

    def _guide_losses(self, generate: Callable[[Tensor], Tensor], real: Tensor, progress: float) -> dict[str, tuple[float, Tensor]]:
        """Those of the encoder, where there is one: `generate` must give `real` back from the z that it finds."""
        return {} if self.guide is None else self.guide.encoder_loss(generate, real, progress)

    def _average(self, pictures: int) -> None:
        half_life = max(min(HALF_LIFE_LIMIT, self.counts[1].item() * 0.05), 1)
        state.average(self.averaged, self.generator, 0.5 ** (pictures / half_life))

    def _set_learning_rates(self, progress: float) -> None:
        warm = min(1.0, (self.counts[2].item() + 1) / 200)
        falling = 1.0 if progress < DECAY_FROM else max(0.05, (1 - progress) / (1 - DECAY_FROM))
        for optimiser in (self.generator_optimiser, self.discriminator_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = self.loss.learning_rate * warm * falling

    def _discriminator_step(self, real: Tensor, chosen: Tensor | None) -> dict[str, float]:
        with torch.no_grad():
            real, fake = self._augmented(real), self._augmented(self._fakes(len(real), chosen))
        loss, metrics = self.loss.discriminator_loss(self.discriminator, real, fake, chosen, int(self.counts[0].item()))
        descend(self.discriminator_optimiser, loss)
        return metrics

    def _generator_step(self, real: Tensor, chosen: Tensor | None, progress: float) -> dict[str, float]:
        """One step down the adversarial loss and the auxiliary ones; returns each of them, unweighted."""
        self.discriminator.requires_grad_(False)
        fake = self._fakes(len(real), chosen)
        loss = self.loss.generator_loss(self.discriminator, self._augmented(real), self._augmented(fake), chosen)
        metrics = {"generator": loss.item()}
        for name, (weight, auxiliary) in self._auxiliary_losses(fake, real, chosen, progress).items():
            loss = loss + weight * auxiliary
            metrics[name] = float(auxiliary.detach())
        descend(self.generator_optimiser, loss)
        self.discriminator.requires_grad_(True)
        return metrics

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        return as_pictures(opaque(self._samples(count, torch.Generator().manual_seed(seed))))

    def _conditions(self, count: int, source: torch.Generator) -> Tensor | None:
        return sampled(self.shares, count, source, self.device)

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"counts": self.counts.clone()}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        if not any(key.startswith("guide.") for key in flat):
            self.guide = None
        state.scatter(self._parts(), flat)
        counted = flat.get("counts", torch.zeros(COUNTS)).double()
        self.counts = torch.zeros(COUNTS, dtype=torch.float64)
        self.counts[: len(counted)] = counted
        if not any(key.startswith("generator_optimiser.") for key in flat):
            self.counts[2] = 0

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu().contiguous() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {
            "generator": self.generator,
            "averaged": self.averaged,
            "discriminator": self.discriminator,
            "generator_optimiser": self.generator_optimiser,
            "discriminator_optimiser": self.discriminator_optimiser,
        } | ({"guide": self.guide} if self.guide is not None else {})


def nearness(fake: Tensor, real: Tensor, hint: float, progress: float) -> dict[str, tuple[float, Tensor]]:
    """`l1`: E[|x̂ − x|] to the real picture with the same attributes (pix2pix, Isola et al. 2016, arXiv:1611.07004, equation 3).

    Its weight falls linearly from `hint` to 0 at HINT_UNTIL of the training; then the dict is empty.
    """
    weight = hint * max(0.0, 1 - progress / HINT_UNTIL)
    return {"l1": (weight, F.l1_loss(fake, real))} if weight > 0 else {}


def descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step down `loss`."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
