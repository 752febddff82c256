"""Small real models with random weights, made in a moment: what they draw means nothing, how they are handled does."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w


def make_vae(folder: Path, name: str = "tiny-vae") -> Path:
    """A model folder of the VAE family at 16×16."""
    import torch

    from studio.generators.parts import directions
    from studio.generators.vae import VaeConfig
    from studio.generators.vae.networks import Vae

    torch.manual_seed(0)
    config = {"size": 16, "latent": 8, "colours": 15, "beta": 1.0}
    chance = np.random.default_rng(0)
    prior = {"weights": np.array([0.5, 0.5]), "means": chance.normal(size=(2, 8)), "factors": np.stack([np.eye(8) * 0.5] * 2)}
    extras: dict[str, Any] = {
        "prior": ({key: value.astype(np.float32) for key, value in prior.items()}, {}),
        "directions": directions.to_tensors(directions.principal("z", chance.normal(size=(50, 8)), 6)),
        "palette": ({"colours": chance.integers(0, 255, (15, 3), dtype=np.uint8)}, {}),
    }
    return _write(folder / name, name, "vae", config, Vae(VaeConfig(**config)).state_dict(), extras)


def make_stylegan(folder: Path, name: str = "tiny-stylegan") -> Path:
    """A model folder of the StyleGAN family at 16×16."""
    import torch

    from studio.generators.parts import directions
    from studio.generators.stylegan import StyleGanConfig
    from studio.generators.stylegan.networks import Generator

    torch.manual_seed(0)
    config = {"size": 16, "latent": 16, "widths": [16, 16, 8], "channels": 4, "penalty": 1.0}
    generator = Generator(StyleGanConfig(**{**config, "widths": (16, 16, 8)}))
    chance = np.random.default_rng(0)
    extras: dict[str, Any] = {
        "directions": directions.to_tensors(directions.principal("w", chance.normal(size=(50, 16)), 6)),
        "palette": ({"colours": chance.integers(0, 255, (15, 3), dtype=np.uint8)}, {}),
    }
    return _write(folder / name, name, "stylegan", config, generator.state_dict(), extras)


COLOURS = {"colour": ["red", "green", "blue"]}


def make_diffusion(folder: Path, name: str = "tiny-diffusion") -> Path:
    """A model folder of the diffusion family at 16×16, listening to one attribute."""
    import torch

    from studio.generators.diffusion import DiffusionConfig
    from studio.generators.diffusion.networks import Denoiser

    torch.manual_seed(0)
    config = {"size": 16, "channels": 4, "patch": 2, "widths": [16, 16, 16], "deviation": 0.7, "attributes": COLOURS}
    weights = Denoiser(DiffusionConfig.of(config)).state_dict()
    weights = {key: torch.randn_like(value) * 0.1 if "conv_out" in key or "head.2" in key else value for key, value in weights.items()}
    chance = np.random.default_rng(0)
    extras: dict[str, Any] = {
        "palette": ({"colours": chance.integers(0, 255, (15, 3), dtype=np.uint8)}, {}),
        "attributes": ({"shares": np.full(3, 1 / 3, np.float32)}, {}),
    }
    return _write(folder / name, name, "diffusion", config, weights, extras)


def _write(folder: Path, name: str, family: str, config: dict[str, Any], weights: dict[str, Any], extras: dict[str, Any]) -> Path:
    import safetensors.numpy
    import safetensors.torch

    folder.mkdir(parents=True)
    files = {"weights.safetensors": safetensors.torch.save({key: value.half().contiguous() for key, value in weights.items()})}
    for extra, (arrays, notes) in extras.items():
        files[f"{extra}.safetensors"] = safetensors.numpy.save(arrays, notes or None)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    card = {
        "name": name, "title": name, "family": family, "makes": "noise", "grade": "study", "credit": "nobody", "licence": "CC0-1.0",
        "config": config, "files": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
    }  # fmt: skip
    (folder / "card.toml").write_text(tomli_w.dumps(card))
    return folder
