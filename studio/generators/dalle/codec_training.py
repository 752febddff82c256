"""Training of the codec: pictures must come back from their codes, first as likely as can be, then with edges as hard as they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.generators.dalle import DalleConfig
from studio.generators.dalle.networks import Codec
from studio.generators.parts.learning import Learning

LEARNING_RATE = 2e-3
WARM_UP = 80  # steps
HARDENED_FROM = 0.4  # share of the codec's pictures after which grey begins to cost more
HARDNESS = 3.0  # of the mean difference of a pixel, beside the cross-entropy, in the end
GREY = (0.2, 0.8)
TOGETHER = 64


class CodecTraining:
    """Ends by itself when it has seen `codec_pictures`; from then on its average is what turns pictures into codes."""

    def __init__(self, config: DalleConfig, device: torch.device) -> None:
        self.whole, self.device, self.seen = config.codec_pictures, device, 0
        layout = torch.channels_last
        self.network = Codec(config).to(device, memory_format=layout)  # type: ignore[call-overload]
        self.averaged = Codec(config).to(device, memory_format=layout).eval()  # type: ignore[call-overload]
        optimiser = torch.optim.AdamW(self.network.parameters(), LEARNING_RATE, (0.9, 0.99))
        self.learning = Learning(
            self.network, self.averaged, optimiser, warm_up=WARM_UP, decay_from=0.0, slowest=0.998, clip=1.0, lowest=0.03
        )  # fmt: skip

    @property
    def finished(self) -> bool:
        return self.seen >= self.whole

    def step(self, pictures: np.ndarray) -> dict[str, float]:
        progress = self.seen / self.whole
        wanted = self.tensor(pictures)
        logits = self.network(wanted)
        likely = F.binary_cross_entropy_with_logits(logits, wanted)
        apart = F.l1_loss(logits.sigmoid(), wanted)
        hardness = HARDNESS * max(0.0, (progress - HARDENED_FROM) / (1 - HARDENED_FROM))
        self.learning.descend(likely + hardness * apart, progress)
        self.seen += len(pictures)
        return {"codec": likely.item(), "codec_apart": apart.item()}

    def tensor(self, pictures: np.ndarray) -> Tensor:
        """(B, h, w, c) uint8 → (B, c, h, w) in [0, 1], colours multiplied by opacity where there is any."""
        unit = (torch.from_numpy(pictures).to(self.device).float() / 255).permute(0, 3, 1, 2)
        return torch.cat([unit[:, :3] * unit[:, 3:], unit[:, 3:]], 1) if unit.shape[1] == 4 else unit

    @torch.no_grad()
    def encode(self, pictures: np.ndarray) -> Tensor:
        """(B, h, w, c) uint8 → codes (B, g · g) by the average."""
        parts = [self.averaged.encode(self.tensor(pictures[at : at + TOGETHER])) for at in range(0, len(pictures), TOGETHER)]
        return torch.cat(parts).cpu()

    @torch.no_grad()
    def rebuilt(self, pictures: np.ndarray) -> np.ndarray:
        """(B, h, w, c) uint8 as they come back from their codes."""
        codes = self.encode(pictures)
        parts = [self.averaged.decode(codes[at : at + TOGETHER].to(self.device)) for at in range(0, len(codes), TOGETHER)]
        return (torch.cat(parts).permute(0, 2, 3, 1) * 255).round().byte().cpu().numpy()

    def check(self, pictures: np.ndarray) -> dict[str, float]:
        """Overlap of the ink (intersection over union) and the share of pixels neither light nor dark, beside that of the real ones."""
        back = self.rebuilt(pictures)
        dark, real = back > 127, pictures > 127
        overlap = float((dark & real).sum() / max(1, (dark | real).sum()))
        return {"codec_overlap": overlap, "codec_grey": grey(back), "real_grey": grey(pictures)}

    def state(self) -> dict[str, Tensor]:
        return self.learning.state() | {"seen": torch.tensor(self.seen)}

    def restore(self, flat: Mapping[str, Tensor]) -> None:
        self.learning.restore(flat)
        self.seen = int(flat["seen"])


def grey(pictures: np.ndarray) -> float:
    """Share of numbers of uint8 pictures that are neither light nor dark."""
    low, high = (each * 255 for each in GREY)
    return float(((pictures > low) & (pictures < high)).mean())
