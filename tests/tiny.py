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


def make_latent_diffusion(folder: Path, name: str = "tiny-latent") -> Path:
    """Two model folders at 16×16: an autoencoder, and a diffusion model that draws in its maps."""
    from studio.generators.diffusion import DiffusionConfig
    from studio.generators.diffusion.networks import Denoiser

    codec = _make_codec(folder, f"{name}-codec")
    config = {
        "size": 16, "channels": 4, "patch": 1, "widths": [16, 16, 16], "deviation": 1.0, "colours": 0, "codec": f"{name}-codec",
    }  # fmt: skip
    return _write(folder / name, name, "diffusion", config, Denoiser(DiffusionConfig.of(config)).state_dict(), *codec)


def make_latent_stylegan(folder: Path, name: str = "tiny-styles") -> Path:
    """Two model folders at 16×16: an autoencoder, and a StyleGAN that draws in its maps of 4×4."""
    from studio.generators.parts import directions
    from studio.generators.stylegan import StyleGanConfig
    from studio.generators.stylegan.networks import Generator

    files, requires = _make_codec(folder, f"{name}-codec")
    config = {"size": 16, "latent": 8, "widths": [8], "channels": 4, "colours": 0, "codec": f"{name}-codec"}
    generator = Generator(StyleGanConfig(**{**config, "widths": (8,)}))
    found = directions.to_tensors(directions.principal("w", np.random.default_rng(0).normal(size=(50, 8)), 6))
    return _write(folder / name, name, "stylegan", config, generator.state_dict(), {**files, "directions": found}, requires)


def _make_codec(folder: Path, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """An autoencoder's folder; gives the file `palette` of a model that draws through it, and what such a card requires."""
    import torch

    from studio import generators
    from studio.generators.batches import Batch
    from studio.generators.parts.palette import Palette
    from studio.shelf import read_card

    torch.manual_seed(0)
    made = generators.implementation("autoencoder")
    chance = np.random.default_rng(0)
    batch = Batch(chance.integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.zeros((8, 0), np.int64))
    palette = Palette(chance.integers(0, 255, (15, 3), dtype=np.uint8))
    codec_config = {"size": 16, "channels": 3, "latent": 4, "widths": [8, 8]}
    weights = made.start(codec_config, batch, torch.device("cpu")).weights()
    finished = made.export_artifacts(made.config_of(codec_config), weights, palette, batch)
    codec = _write(folder / name, name, "autoencoder", codec_config, weights, finished)
    return {"palette": ({"colours": palette.colours}, {})}, {name: read_card(codec).weights_sha256}


FLOWS: dict[str, dict[str, Any]] = {
    "nice": {"size": 16, "bits": 5, "couplings": 3, "width": 16},
    "realnvp": {"size": 16, "bits": 5, "widths": [8, 8, 8]},
    "glow": {"size": 16, "bits": 5, "steps": [2, 2], "widths": [8, 8], "attributes": {"hat": ["none", "tall", "wide"]}},
}
RASTERS: dict[str, dict[str, Any]] = {
    "pixelcnn": {"size": 16, "colours": 15, "width": 8, "layers": 2, "attributes": {"hat": ["none", "tall", "wide"]}},
    "pixelrnn": {"size": 16, "colours": 15, "width": 8, "layers": 2, "attributes": {"hat": ["none", "tall", "wide"]}},
}


def flow(family: str, **changes: Any) -> tuple[dict[str, Any], Any]:
    """A flow's config and its network with weights that are nowhere 0."""
    import torch

    from studio import generators
    from studio.generators.glow.networks import glow
    from studio.generators.nice.networks import Nice
    from studio.generators.realnvp.networks import realnvp

    torch.manual_seed(0)
    config = FLOWS[family] | changes
    network = {"nice": Nice, "realnvp": realnvp, "glow": glow}[family](generators.implementation(family).config_of(config))
    return config, _stirred(network)


def raster(family: str, **changes: Any) -> tuple[dict[str, Any], Any]:
    """The config and network of a model that paints pixel by pixel."""
    import torch

    from studio import generators
    from studio.generators.pixelcnn.networks import PixelCnn
    from studio.generators.pixelrnn.networks import PixelRnn

    torch.manual_seed(0)
    config = RASTERS[family] | changes
    network = {"pixelcnn": PixelCnn, "pixelrnn": PixelRnn}[family](generators.implementation(family).config_of(config))
    return config, _stirred(network)


def _stirred(network: Any) -> Any:
    import torch

    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape) * 0.03)
    return network.eval().requires_grad_(False)


def make_flow(folder: Path, family: str) -> Path:
    """A model folder of a family of flows at 16×16."""
    from studio.generators.parts import directions

    config, network = flow(family)
    chance = np.random.default_rng(0)
    extras: dict[str, Any] = {
        "directions": directions.to_tensors(directions.principal("z", chance.normal(size=(50, 1024)), 6)),
        "palette": ({"colours": chance.integers(0, 255, (15, 3), dtype=np.uint8)}, {}),
        "attributes": ({"shares": np.array([0.2, 0.3, 0.5], np.float32)}, {}),
    }
    return _write(folder / f"tiny-{family}", f"tiny-{family}", family, config, network.state_dict(), extras)


def make_raster(folder: Path, family: str) -> Path:
    """A model folder of a family that paints pixel by pixel at 16×16."""
    config, network = raster(family)
    colours = np.random.default_rng(0).integers(0, 255, (15, 3), dtype=np.uint8)
    extras: dict[str, Any] = {
        "palette": ({"colours": colours}, {}),
        "attributes": ({"shares": np.array([0.2, 0.3, 0.5], np.float32)}, {}),
    }
    return _write(folder / f"tiny-{family}", f"tiny-{family}", family, config, network.state_dict(), extras)


POINTS: dict[str, dict[str, Any]] = {
    "biggan": {"size": 16, "latent": 24, "embedding": 8, "widths": [16, 16, 8], "attributes": COLOURS},
    "progan": {"size": 16, "latent": 16, "widths": [16, 16, 8], "channels": 3},
    "wgan": {"size": 16, "latent": 16, "widths": [16, 16, 8]},
}


def make_point_model(folder: Path, family: str) -> Path:
    """A model folder at 16×16 of a family that draws pictures from points of one space."""
    import torch

    from studio import generators
    from studio.generators.batches import Batch
    from studio.generators.parts.palette import Palette

    config, made = POINTS[family], generators.implementation(family)
    chance = np.random.default_rng(0)
    batch = Batch(chance.integers(0, 255, (8, 16, 16, 4), dtype=np.uint8), np.arange(8)[:, None] % 3)
    weights = made.start(config, batch, torch.device("cpu")).generator.state_dict()  # conditional from the first
    palette = Palette(chance.integers(0, 255, (15, 3), dtype=np.uint8))
    extras = made.export_artifacts(made.config_of(config), weights, palette, batch)
    return _write(folder / f"tiny-{family}", f"tiny-{family}", family, config, weights, extras)


def make_markov(folder: Path, name: str = "tiny-markov") -> Path:
    """A model folder of the family in `tests.markov`, which makes scores."""
    import torch

    torch.manual_seed(0)
    return _write(folder / name, name, "markov", {}, {"table": torch.randn(6, 6)}, {})


def make_counting(folder: Path, name: str = "tiny-counting") -> Path:
    """A model folder of the family in `tests.counting`, a world to be played."""
    import torch

    return _write(folder / name, name, "counting", {}, {"step": torch.ones(1)}, {})


def make_words(folder: Path, name: str = "tiny-words") -> Path:
    """A model folder of the family in `tests.words`, which writes."""
    import torch

    from tests.words import TALE

    return _write(folder / name, name, "wordchain", {"text": TALE}, {"nothing": torch.zeros(1)}, {})


def tokenizer(texts: list[str], size: int = 300) -> Any:
    """A `tokenizers` tokenizer of byte-level pairs, learnt from `texts`."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    learn = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False
    )  # fmt: skip
    made.train_from_iterator(texts, learn)
    return made


MUSENET: dict[str, Any] = {
    "width": 32, "layers": 2, "heads": 2, "hidden": 48, "steps": 160, "composers": ["A", "B"], "collections": ["c"],
    "programs": [0, 42, 53], "ensembles": [[53, 0, 0], [42]],
}  # fmt: skip


def make_musenet(folder: Path, name: str = "tiny-musenet") -> Path:
    """A model folder of the MuseNet family."""
    import torch

    from studio.generators.musenet import MuseNetConfig
    from studio.generators.musenet.networks import MuseNet

    torch.manual_seed(0)
    return _write(folder / name, name, "musenet", MUSENET, MuseNet(MuseNetConfig(**MUSENET)).state_dict(), {})


MUSICVAE: dict[str, Any] = {"sections": 1, "latent": 12, "width": 32, "layers": 1, "heads": 2, "beta": 0.1}


def make_musicvae(folder: Path, name: str = "tiny-musicvae", sections: int = 1) -> Path:
    """A model folder of the MusicVAE family."""
    import torch

    from studio.generators.musicvae import MusicVaeConfig
    from studio.generators.musicvae.networks import MusicVae
    from studio.generators.musicvae.training import named_directions
    from studio.generators.parts import directions

    torch.manual_seed(0)
    config = MUSICVAE | {"sections": sections}
    chance = np.random.default_rng(0)
    points, clips = chance.normal(size=(200, 12)), chance.choice([0, 1, 1, 20, 30], (200, 32 * sections)).astype(np.uint8)
    extras: dict[str, Any] = {
        "prior": ({"mean": np.zeros(12, np.float32), "factor": np.eye(12, dtype=np.float32)}, {}),
        "directions": directions.to_tensors(named_directions(points, clips)),
    }
    return _write(folder / name, name, "musicvae", config, MusicVae(MusicVaeConfig(**config)).state_dict(), extras)


def song(bars: int = 4) -> Any:
    """Three tracks in 4/4: a melody in crotchets over chords in minims and a bass in semibreves."""
    from studio.media import Score
    from studio.media.score import NOTE, Track

    def track(name: str, program: int, rows: list[tuple[int, int, int, int]]) -> Track:
        return Track(name, program, notes=np.array(rows, NOTE))

    melody = [(beat * 480, 480, 67 + (beat * 5) % 9, 90) for beat in range(4 * bars)]
    chords = [(half * 960, 960, pitch + half % 3, 70) for half in range(2 * bars) for pitch in (57, 60, 64)]
    bass = [(bar * 1920, 1920, 40 + (bar * 7) % 12, 60) for bar in range(bars)]
    return Score((track("Voice", 53, melody), track("Right", 0, chords), track("Left", 0, bass)))


def _write(
    folder: Path, name: str, family: str, config: dict[str, Any], weights: dict[str, Any], extras: dict[str, Any],
    requires: dict[str, str] | None = None,
) -> Path:  # fmt: skip
    import safetensors.torch

    from studio.media.tensors import save_arrays

    folder.mkdir(parents=True)
    files = {"weights.safetensors": safetensors.torch.save({key: value.half().contiguous() for key, value in weights.items()})}
    for extra, (arrays, notes) in extras.items():
        files[f"{extra}.safetensors"] = save_arrays(arrays, notes)
    for file, data in files.items():
        (folder / file).write_bytes(data)
    card = {
        "name": name, "title": name, "family": family, "makes": "noise", "grade": "study", "credit": "nobody", "licence": "CC0-1.0",
        "config": config, "sha256": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
        "requires": requires or {},
    }  # fmt: skip
    (folder / "card.toml").write_text(tomli_w.dumps(card))
    return folder
