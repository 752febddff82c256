"""The model families. Their descriptions import no torch; `module` of a family holds the networks."""

from __future__ import annotations

import importlib
from typing import Any

from studio.generators.description import (
    Action,
    Capability,
    Family,
    Found,
    Input,
    Recognised,
    Setting,
    Trains,
    chosen,
    setting,
    settings_of,
)
from studio.generators.errors import GeneratorError

FAMILIES = (
    "vae",
    "autoencoder",
    "stylegan",
    "biggan",
    "wgan",
    "progan",
    "diffusion",
    "nice",
    "realnvp",
    "glow",
    "pixelcnn",
    "pixelrnn",
    "ebm",
    "rbm",
    "dalle",
    "musenet",
    "band",
    "musicvae",
    "gpt",
    "judge",
)

__all__ = [
    "FAMILIES",
    "Action",
    "Capability",
    "Family",
    "Found",
    "GeneratorError",
    "Input",
    "Recognised",
    "Setting",
    "Trains",
    "chosen",
    "family",
    "implementation",
    "setting",
    "settings_of",
]


def family(name: str) -> Family:
    """The description of the family called `name`; raises GeneratorError when there is none."""
    if name not in FAMILIES:
        raise GeneratorError(f"Atelier knows no model family “{name[:60]}”. It knows {', '.join(FAMILIES)}.")
    found: Family = importlib.import_module(f"studio.generators.{name}").FAMILY
    return found


def implementation(name: str) -> Any:
    """The torch side of a family: a module with `load(config, tensors, files, device)` and, where it trains, `start`. Imports torch.

    A family of conditional models may have `unconditional_weights(config, weights)`, those of the unconditional one
    that a model holds. A family whose models work through others takes those, name → loaded model, as a last argument.
    """
    return importlib.import_module(family(name).module)
