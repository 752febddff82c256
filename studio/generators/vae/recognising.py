"""A VAE of this family in somebody's file: its config follows from the shapes. Imports no torch."""

from __future__ import annotations

import math
from itertools import pairwise

from studio.generators.description import Found, Recognised
from studio.generators.errors import GeneratorError
from studio.generators.parts.recognising import Sizes, attributes_of, compare, directions_notes, length, renamed, renamer

ENCODER = ((4, 32), (32, 64), (64, 64), (64, 128), (128, 128), (128, 128))
DECODER = (128, 96, 48)

rename = renamer(("encoder", "decoder"), ("palette", "prior", "directions"))


def recognise(found: Found) -> Recognised | None:
    """The model with its palette, its prior and its directions; None where no decoder of this family is in the file."""
    sizes = renamed(found.sizes, rename)
    stem, head = sizes.get("decoder.stem.weight", ()), sizes.get("decoder.head.weight", ())
    if len(stem) != 2 or len(head) != 4 or "encoder.head.weight" not in sizes or "decoder.styles.0.weight" not in sizes:
        return None
    start = math.isqrt(stem[0] // DECODER[0])
    attributes = attributes_of(found)
    if not start or not head[0] > 1:
        raise GeneratorError("The decoder of this model has sizes that none has.")
    config = {"size": 8 * start, "latent": stem[1], "colours": head[0] - 1, "beta": 1.0, "attributes": attributes}
    count, parts = length(sizes, "directions/scales"), length(sizes, "prior/weights")
    values = sum(map(len, attributes.values()))
    compare({**_weights(start, stem[1], head[0]), **_beside(stem[1], head[0] - 1, count, parts, values)}, sizes)
    side = config["size"]
    return Recognised(config, f"{side}×{side} pictures", rename, {"directions": directions_notes(found, "z", count)})


def _block(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """A convolution and its group norm."""
    return {f"{name}.0.weight": (outputs, inputs, 3, 3)} | {f"{name}.{each}": (outputs,) for each in ("0.bias", "1.weight", "1.bias")}


def _weights(start: int, latent: int, logits: int) -> Sizes:
    """The tensors of encoder and decoder; the smallest map has `start` pixels a side."""
    wanted: dict[str, tuple[int, ...]] = {}
    for number, (inputs, outputs) in enumerate(ENCODER):
        wanted |= _block(f"encoder.blocks.{number}", inputs, outputs)
    wanted |= {"encoder.head.weight": (2 * latent, ENCODER[-1][1] * start**2), "encoder.head.bias": (2 * latent,)}
    wanted |= {"decoder.stem.weight": (DECODER[0] * start**2, latent), "decoder.stem.bias": (DECODER[0] * start**2,)}
    for number, (inputs, outputs) in enumerate(pairwise((DECODER[0], *DECODER))):
        wanted |= _block(f"decoder.first.{number}", inputs, outputs) | _block(f"decoder.second.{number}", outputs, outputs)
        wanted |= {f"decoder.styles.{number}.weight": (2 * outputs, latent), f"decoder.styles.{number}.bias": (2 * outputs,)}
    return wanted | {"decoder.head.weight": (logits, DECODER[-1], 1, 1), "decoder.head.bias": (logits,)}


def _beside(latent: int, colours: int, directions: int, parts: int, values: int) -> Sizes:
    """The arrays beside the weights: a prior of so many parts, and of so many values of attributes."""
    prior: dict[str, tuple[int, ...]] = {"weights": (parts,), "means": (parts, latent), "factors": (parts, latent, latent)}
    if values:
        prior |= {
            "attribute_mean": (latent,), "attribute_factor": (latent, latent), "attribute_shares": (values,),
            "attribute_vectors": (values, latent),
        }  # fmt: skip
    walks = {"vectors": (directions, latent), "scales": (directions,), "mean": (latent,)}
    return {
        "palette/colours": (colours, 3),
        **{f"prior/{name}": size for name, size in prior.items()},
        **{f"directions/{name}": size for name, size in walks.items()},
    }
