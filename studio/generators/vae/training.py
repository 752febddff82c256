"""Training of the VAE: −ln p(x|z) over the palette + β KL(q(z|x) ‖ N(0, I)), β warmed up over the first quarter; means over the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.generators.batches import Batch
from studio.generators.parts import state
from studio.generators.parts.palette import Palette
from studio.generators.vae import VaeConfig
from studio.generators.vae.attributes import fit
from studio.generators.vae.networks import Vae, kl_to_standard_normal
from studio.media import Picture

LEARNING_RATE = 2e-3
DECAY_FROM = 0.6
MIXTURE_PARTS, MIXTURE_SAMPLES = 40, 8192
REMEMBERED = 512  # latents that previews are drawn among
EVEN = 1e-3  # added to their variances, so that a few pictures are enough
PICTURES_A_PART = 16  # a part of the mixture that fewer pictures speak for would only repeat them


class VaeTrainer:
    """Implements `Trainer`, `BeginsFrom` and `HasPalette`."""

    def __init__(self, config: VaeConfig, palette: Palette, device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.palette, self.device = config, palette, device
        self.network = Vae(config).to(device)
        self.averaged = Vae(config).to(device).requires_grad_(False)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.colours = palette_tensor(palette).to(device)
        self.steps = torch.zeros(1)
        self.recent = torch.zeros(0, config.latent)  # latents of pictures seen lately

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        """Go on from a finished model, in its palette: the decoder's answers are numbers of its colours."""
        self._use_palette(np.asarray(files["palette"][0]["colours"]))
        for network in (self.network, self.averaged):
            network.load_state_dict({key: value.float() for key, value in weights.items()})

    def _use_palette(self, colours: np.ndarray) -> None:
        self.palette = Palette(colours)
        self.colours = palette_tensor(self.palette).to(self.device)

    def step(self, batch: Batch, progress: float) -> dict[str, float]:
        indices = torch.from_numpy(self.palette.index(batch.pictures)).to(self.device)  # (B, size, size)
        mean, log_variance = self.network.encoder(self.colours[indices].permute(0, 3, 1, 2))
        latents = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        self.recent = torch.cat([latents.detach().cpu(), self.recent])[:REMEMBERED]
        painting = F.cross_entropy(self.network.decoder(latents), indices, reduction="none").sum((1, 2)).mean()
        divergence = kl_to_standard_normal(mean, log_variance).mean()
        loss = painting + min(1.0, progress * 4) * self.config.beta * divergence
        self._update(loss, progress)
        pixels = self.config.size**2
        bits = (painting + divergence).item() / pixels / np.log(2)
        return {"loss": loss.item(), "painting": painting.item(), "divergence": divergence.item(), "bits_per_pixel": bits}

    def _update(self, loss: Tensor, progress: float) -> None:
        self.steps += 1
        falling = 1.0 if progress < DECAY_FROM else max(0.02, (1 - progress) / (1 - DECAY_FROM))
        for group in self.optimiser.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, self.steps.item() / 100) * falling
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 100.0)
        self.optimiser.step()
        state.average(self.averaged, self.network, min(0.999, 1 - 1 / (self.steps.item() * 0.05 + 1)))

    @torch.no_grad()
    def preview(self, seed: int, count: int) -> list[Picture]:
        """Drawn from where pictures lie, as what ships does: from the plain prior most would fall apart, and say little of the decoder."""
        z = torch.randn(count, self.config.latent, generator=torch.Generator().manual_seed(seed))
        if len(self.recent) > 1:
            spread = torch.cov(self.recent.T.double()) + EVEN * torch.eye(self.config.latent, dtype=torch.float64)
            z = self.recent.mean(0) + z @ torch.linalg.cholesky(spread).T.float()
        return self.palette.paint(self.averaged.decoder(z.to(self.device)).argmax(1).cpu().numpy())

    def state(self) -> dict[str, Tensor]:
        return state.gather(self._parts()) | {"steps": self.steps.clone(), "palette": torch.from_numpy(self.palette.colours.copy())}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        state.scatter(self._parts(), flat)
        self.steps = flat.get("steps", torch.zeros(1)).clone().float()
        if "palette" in flat:
            self._use_palette(flat["palette"].numpy())

    def weights(self) -> dict[str, Tensor]:
        return {key: value.cpu() for key, value in self.averaged.state_dict().items()}

    def _parts(self) -> dict[str, Any]:
        return {"network": self.network, "averaged": self.averaged, "optimiser": self.optimiser}


def palette_tensor(palette: Palette) -> Tensor:
    """(colours + 1, 4) premultiplied RGBA in [-1, 1], as the encoder sees pixels."""
    unit = torch.from_numpy(palette.rgba().astype(np.float32) / 255)
    unit[:, :3] *= unit[:, 3:]
    return unit * 2 - 1


@torch.no_grad()
def encodings(network: Vae, palette: Palette, pictures: np.ndarray, batch: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Means and log variances, (n, latent) each."""
    colours = palette_tensor(palette)
    means, log_variances = [], []
    for start in range(0, len(pictures), batch):
        indices = torch.from_numpy(palette.index(pictures[start : start + batch]))
        mean, log_variance = network.encoder(colours[indices].permute(0, 3, 1, 2))
        means.append(mean.numpy())
        log_variances.append(log_variance.numpy())
    return np.concatenate(means), np.concatenate(log_variances)


def export_artifacts(config: VaeConfig, weights: Mapping[str, Tensor], palette: Palette, data: Batch) -> dict[str, Any]:
    """What ships beside the weights: the mixture prior, the principal directions, the palette."""
    from sklearn.mixture import GaussianMixture

    from studio.generators.parts import directions

    network = Vae(config)
    network.load_state_dict(dict(weights))
    means, log_variances = encodings(network, palette, data.pictures)
    some_means, some_log_variances = means[:MIXTURE_SAMPLES], log_variances[:MIXTURE_SAMPLES]
    noise = np.random.default_rng(0).standard_normal(some_means.shape)
    drawn = some_means + noise * np.exp(some_log_variances / 2)
    parts = min(MIXTURE_PARTS, max(1, len(drawn) // PICTURES_A_PART))
    mixture = GaussianMixture(parts, covariance_type="full", reg_covar=1e-3, max_iter=40, tol=1e-2, random_state=0).fit(drawn)
    prior = {
        "weights": mixture.weights_,
        "means": mixture.means_,
        "factors": np.linalg.cholesky(mixture.covariances_),
    }
    if config.attributes:
        prior |= fit(means, data.attributes, [len(values) for values in config.attributes.values()])
    return {
        "prior": ({key: value.astype(np.float32) for key, value in prior.items()}, {}),
        "directions": directions.to_tensors(directions.principal("z", means, 12)),
        "palette": ({"colours": palette.colours}, {}),
    }


def start(config: Mapping[str, Any], data: Batch, device: torch.device) -> VaeTrainer:
    """A trainer with a palette fitted to the pictures of `data`."""
    made = VaeConfig(**config)
    return VaeTrainer(made, Palette.fitted(data.pictures, made.colours), device)
