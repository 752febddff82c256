"""Training of MusicVAE: cross-entropy of every step plus β times the divergence beyond what is free, warmed up over the first quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.batches import Piece, ScoreBatch
from studio.generators.errors import GeneratorError
from studio.generators.musicvae import MusicVaeConfig
from studio.generators.musicvae import clips as clips_module
from studio.generators.musicvae.clips import MEASURES, SECTION, clips_of, measured, transposed
from studio.generators.musicvae.networks import BEGIN, MusicVae
from studio.generators.parts import directions
from studio.generators.parts.muon import Muon
from studio.generators.parts.optim import Optimisation
from studio.media import Picture
from studio.media.score.drawing import SHADE, drawn

LEARNING_RATE = 0.02
DECAY_FROM = 0.5
WARM_UP = 60
BEGUN_SHARE = 0.2  # of the rate, where a finished model goes on
SLOWEST = 0.998
CLIPS_A_PIECE = 4
ROLL = (176, 88)  # pixels of a preview
FEWEST_CLIPS = 4
FITTED = 20_000
RIDGE = 1.0


class MusicVaeTrainer:
    """Implements `Trainer` and `BeginsFrom`. The clips of all pieces are cut once; a step draws some of those of its pieces."""

    def __init__(self, config: MusicVaeConfig, pieces: Sequence[Piece], device: torch.device) -> None:
        torch.manual_seed(0)
        self.config, self.device = config, device
        self.clips = {id(piece): found for piece in pieces if len(found := clips_of(piece.bars, config.sections))}
        count = sum(map(len, self.clips.values()))
        if count < FEWEST_CLIPS:
            raise GeneratorError(
                f"These scores hold {count or 'no'} clips of {2 * config.sections} bars with one voice on a grid of semiquavers, in 2/4 or "
                f"4/4; at least {FEWEST_CLIPS} are needed. Choose another way to learn, or add scores."
            )
        self.spare = list(self.clips.values())
        self.network, self.averaged = MusicVae(config).to(device), MusicVae(config).to(device).eval()
        inner = (self.network.decoder, self.network.encoder.convolutions, self.network.encoder.halve, self.network.encoder.gather)
        matrices = [p for module in inner for p in module.parameters() if p.dim() >= 2]
        known = {id(p) for p in matrices}
        others = [p for p in self.network.parameters() if id(p) not in known]
        self.optimisation = Optimisation(
            self.network, self.averaged, Muon(matrices, others, LEARNING_RATE),
            warm_up=WARM_UP, decay_from=DECAY_FROM, slowest=SLOWEST, clip=1.0,
        )  # fmt: skip
        self.chance = np.random.default_rng(0)

    def step(self, batch: ScoreBatch, progress: float) -> dict[str, float]:
        clips = torch.from_numpy(self._drawn(batch)).long().to(self.device)  # (B, S · 32)
        mean, log_variance = self.network.encoder(clips)
        z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        sections = clips.view(-1, SECTION)
        before = F.pad(sections[:, :-1], (1, 0), value=BEGIN)
        hidden = torch.rand(before.shape, device=self.device) < self.config.dropout
        logits = self.network(z, torch.where(hidden, BEGIN, before))
        writing = F.cross_entropy(logits.transpose(1, 2), sections, reduction="none").sum() / len(clips)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        charged = F.relu(divergence - self.config.free * self.config.sections).mean()
        loss = writing + min(1.0, progress * 4) * self.config.beta * charged
        self.optimisation.descend(loss / (SECTION * self.config.sections), progress)
        right = (logits.detach().argmax(2) == sections).float().mean()
        return {"loss": loss.item(), "writing": writing.item(), "divergence": divergence.mean().item(), "right": right.item()}

    def _drawn(self, batch: ScoreBatch) -> np.ndarray:
        """Some clips of each piece, moved by some semitones; pieces without any give way to others."""
        found = []
        for piece in batch.pieces:
            own = self.clips.get(id(piece))
            own = self.spare[int(self.chance.integers(len(self.spare)))] if own is None else own
            found.append(own[self.chance.integers(0, len(own), CLIPS_A_PIECE)])
        return transposed(np.concatenate(found), self.chance)

    def begin_from(self, weights: Mapping[str, Tensor], files: Mapping[str, Any]) -> None:
        del files
        self.optimisation.begin_from(weights, BEGUN_SHARE)

    def preview(self, seed: int, count: int) -> list[Picture]:
        """Clips drawn as rolls."""
        source = torch.Generator().manual_seed(seed)
        z = torch.randn(min(count, 20), self.config.latent, generator=source).to(self.device)
        return [drawn(clips_module.score(clip), *ROLL, SHADE) for clip in self.averaged.write(z).cpu().numpy()]

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state()

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.chance = np.random.default_rng(int(self.optimisation.counts[0]))

    def weights(self) -> dict[str, Tensor]:
        return self.optimisation.weights()


def start(config: Mapping[str, Any], data: ScoreBatch, device: torch.device) -> MusicVaeTrainer:
    return MusicVaeTrainer(MusicVaeConfig(**config), data.pieces, device)


@torch.no_grad()
def encoded(network: MusicVae, clips: np.ndarray, batch: int = 256) -> np.ndarray:
    """(n, S · 32) clips → (n, latent) means."""
    device = network.place.device
    found = [network.encoder(torch.from_numpy(clips[first : first + batch]).long().to(device))[0] for first in range(0, len(clips), batch)]
    return torch.cat(found).cpu().numpy()


def export_artifacts(config: MusicVaeConfig, weights: Mapping[str, Tensor], palette: None, data: ScoreBatch) -> dict[str, Any]:
    """What ships beside the weights: where tunes lie (a Gaussian), and the directions, measured on the clips of train."""
    del palette
    network = MusicVae(config).eval()
    network.load_state_dict(dict(weights))
    clips = np.concatenate([clips_of(piece.bars, config.sections) for piece in data.pieces])
    clips = clips[np.random.default_rng(0).permutation(len(clips))[:FITTED]]
    points = encoded(network, clips)
    factor = np.linalg.cholesky(np.cov(points.T) + 1e-4 * np.eye(points.shape[1]))
    prior = {"mean": points.mean(0).astype(np.float32), "factor": factor.astype(np.float32)}
    return {"prior": (prior, {}), "directions": directions.to_tensors(named_directions(points, clips))}


def named_directions(points: np.ndarray, clips: np.ndarray) -> Any:
    """For each measure the direction along which it grows while the others stay, then principal ones of what is left.

    `points` (n, d) encodings of `clips`. Ridge regression of the standardised measures on the points gives the gradient; a step along
    it is taken within the cloud of the encodings, which is the covariance times the gradient.
    """
    centred = points - points.mean(0)
    values = np.stack([measured(clips)[name] for name in MEASURES], axis=1)
    values = (values - values.mean(0)) / (values.std(0) + 1e-9)
    covariance = centred.T @ centred / len(points)
    gradients = np.linalg.solve(covariance + RIDGE / len(points) * np.eye(len(covariance)), centred.T @ values / len(points))
    moves = (
        covariance @ gradients @ np.linalg.pinv(gradients.T @ covariance @ gradients, 1e-6)
    )  # (d, k): one measure each, the others still
    moves = directions.unit(moves.T).T
    scales = np.sqrt(np.einsum("dk,de,ek->k", moves, covariance, moves))
    basis = np.linalg.qr(moves)[0]
    rest = directions.principal("z", points - centred @ basis @ basis.T, 8)
    names = (*(name.capitalize() for name in MEASURES), *rest.names)
    vectors = np.concatenate([moves.T, rest.vectors]).astype(np.float32)
    both = np.concatenate([scales, rest.scales]).astype(np.float32)
    return type(rest)("z", names, vectors, both, points.mean(0).astype(np.float32))
