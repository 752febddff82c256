"""Training of the codec: cross-entropy of pictures given back from their codes, and later an l1 loss that hardens edges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from studio.generators.dalle import DalleConfig
from studio.generators.dalle.networks import Codec
from studio.generators.parts.optim import Optimisation
from studio.generators.parts.palette import Palette

LEARNING_RATE = 2e-3
WARM_UP = 80  # steps
HARDENED_FROM = 0.4  # share of the codec's pictures after which grey begins to cost more
HARDNESS = 1.5  # of the mean difference of a pixel, beside the cross-entropy, in the end
GREY = (0.2, 0.8)
TOGETHER = 64


class CodecTraining:
    """Ends by itself when it has seen `codec_pictures`; from then on its average is what turns pictures into codes."""

    def __init__(self, config: DalleConfig, sample: np.ndarray, device: torch.device) -> None:
        """`sample` (n, h, w, c) are pictures to find a palette in, where there is to be one."""
        self.whole, self.device, self.seen = config.codec_pictures, device, 0
        layout = torch.channels_last
        self.network = Codec(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Codec(config).to(device, memory_format=layout).eval()  # type: ignore[call-overload]
        if config.colours:
            self.network.palette.copy_(palette_of(sample, config.colours))
        optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.optimisation = Optimisation(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=0.0, slowest=0.998, clip=1.0, lowest=0.03
        )  # fmt: skip

    @property
    def finished(self) -> bool:
        return self.seen >= self.whole

    def step(self, pictures: np.ndarray) -> dict[str, float]:
        progress = self.seen / self.whole
        nats, l1 = self.network.losses(unit(pictures, self.device))
        hardness = HARDNESS * max(0.0, (progress - HARDENED_FROM) / (1 - HARDENED_FROM))
        self.optimisation.descend(nats + hardness * l1, progress)
        self.seen += len(pictures)
        return {"codec": nats.item(), "codec_l1": l1.item()}

    def encode(self, pictures: np.ndarray) -> Tensor:
        """(B, h, w, c) uint8 → codes (B, g · g) by the average."""
        return encoded(self.averaged, pictures, self.device).cpu()

    def reconstructed(self, pictures: np.ndarray) -> np.ndarray:
        return reconstructed(self.averaged, pictures, self.device)

    def check(self, pictures: np.ndarray) -> dict[str, float]:
        """Of ink its overlap (intersection over union) and the share of pixels neither light nor dark, beside that of the real ones.

        Of colours the mean difference of a number, as a share of its range.
        """
        back = self.reconstructed(pictures)
        if pictures.shape[3] > 1:
            real = unit(pictures, self.device).permute(0, 2, 3, 1).cpu().numpy()
            return {"codec_difference": float(np.abs(back / 255 - real).mean())}
        return {"codec_overlap": overlap(back, pictures), "codec_grey": grey(back), "real_grey": grey(pictures)}

    def state(self) -> dict[str, Tensor]:
        return self.optimisation.state() | {"seen": torch.tensor(self.seen)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.optimisation.restore(flat)
        self.seen = int(flat["seen"])


def unit(pictures: np.ndarray, device: torch.device) -> Tensor:
    """(B, h, w, c) uint8 → (B, c, h, w) in [0, 1], colours multiplied by opacity where there is any."""
    made = (torch.from_numpy(pictures).to(device).float() / 255).permute(0, 3, 1, 2)
    return torch.cat([made[:, :3] * made[:, 3:], made[:, 3:]], 1) if made.shape[1] == 4 else made


@torch.no_grad()
def encoded(codec: Codec, pictures: np.ndarray, device: torch.device) -> Tensor:
    """(B, h, w, c) uint8 → codes (B, g · g)."""
    parts = [codec.encode(unit(pictures[at : at + TOGETHER], device)) for at in range(0, len(pictures), TOGETHER)]
    return torch.cat(parts) if parts else torch.zeros(0, codec.grid**2, dtype=torch.long)


@torch.no_grad()
def reconstructed(codec: Codec, pictures: np.ndarray, device: torch.device) -> np.ndarray:
    """(B, h, w, c) uint8 as they come back from their codes; colours stay multiplied by opacity."""
    codes = encoded(codec, pictures, device)
    parts = [codec.decode(codes[at : at + TOGETHER]) for at in range(0, len(codes), TOGETHER)]
    return (torch.cat(parts).permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy()


def palette_of(sample: np.ndarray, colours: int) -> Tensor:
    """(colours + 1, c) of pictures (n, h, w, 3 or 4) uint8: in [0, 1], with opacity where they have one, transparent last."""
    opaque = np.full((*sample.shape[:3], 1), 255, np.uint8)
    whole = sample if sample.shape[3] == 4 else np.concatenate([sample, opaque], axis=3)
    return torch.from_numpy(Palette.fitted(whole, colours).rgba()[:, : sample.shape[3]]).float() / 255


def overlap(back: np.ndarray, real: np.ndarray) -> float:
    """Intersection over union of what is dark in two arrays of uint8 ink."""
    dark, wanted = back > 127, real > 127
    return float((dark & wanted).sum() / max(1, (dark | wanted).sum()))


def grey(pictures: np.ndarray) -> float:
    """Share of numbers of uint8 pictures that are neither light nor dark."""
    low, high = (each * 255 for each in GREY)
    return float(((pictures > low) & (pictures < high)).mean())
