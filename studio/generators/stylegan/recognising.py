"""A StyleGAN of this family in somebody's file: its config follows from the shapes. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from studio.generators.description import Found, Recognised
from studio.generators.errors import GeneratorError
from studio.generators.parts import former_keys
from studio.generators.parts.recognising import Sizes, attributes_of, compare, directions_notes, length, renamed, renamer, said

CONDITION = "mapping.condition_embedding.vectors"  # what is added to z's map for each value that is asked for
USUAL_COLOURS = 48

_unwrapped = renamer(("mapping", "synthesis"), ("palette", "directions", "attributes"))


def rename(key: str) -> str:
    """The key without its wrapping, as this version spells it."""
    return former_keys.rename(_unwrapped(key))


def recognise(found: Found) -> Recognised | None:
    """The generator with its palette and its directions; None where no synthesis network of this family is in the file."""
    sizes = renamed(found.sizes, rename)
    constant, mapping = sizes.get("synthesis.constant", ()), sizes.get("mapping.layers.0.weight", ())
    if len(constant) != 4 or len(mapping) != 2 or "synthesis.layers.0.noise_strength" not in sizes:
        return None
    if said(found, "codec"):
        raise GeneratorError("This generator draws in the maps of an autoencoder, which is not in the file.")
    latent, levels = mapping[1], sum(name.startswith("synthesis.outputs.") and name.endswith(".conv.bias") for name in sizes)
    widths = [length(sizes, f"synthesis.layers.{max(0, 2 * level - 1)}.conv.weight") for level in range(levels)]
    channels = length(sizes, "synthesis.outputs.0.conv.bias")
    if channels not in (3, 4) or not all(widths):
        raise GeneratorError(f"This generator has sizes that none has, or draws no pictures ({channels} channels).")
    attributes, colours = attributes_of(found), said(found, "colours")
    config = {
        "size": 4 * 2 ** (levels - 1), "latent": latent, "widths": widths, "channels": channels, "penalty": 1.0, "hint": 0.0,
        "colours": colours if isinstance(colours, int) and 0 <= colours < 256 else USUAL_COLOURS, "codec": "", "attributes": attributes,
    }  # fmt: skip
    count, palette = length(sizes, "directions/scales"), length(sizes, "palette/colours")
    beside: dict[str, tuple[int, ...]] = {
        "palette/colours": (palette, 3), "directions/vectors": (count, latent), "directions/scales": (count,), "directions/mean": (latent,),
    }  # fmt: skip
    if attributes:
        values = sum(map(len, attributes.values()))
        beside |= {"attributes/shares": (values,), CONDITION: (values, latent)}
    compare({**_weights(widths, latent, channels), **beside}, sizes)
    side = 4 * 2 ** (levels - 1)
    return Recognised(config, f"{side}×{side} pictures", rename, {"directions": directions_notes(found, "w", count)})


def _modulated(name: str, inputs: int, outputs: int, latent: int, kernel: int) -> dict[str, tuple[int, ...]]:
    """A convolution whose inputs a style scales."""
    return {
        f"{name}.weight": (outputs, inputs, kernel, kernel), f"{name}.bias": (outputs,),
        f"{name}.style.weight": (inputs, latent), f"{name}.style.bias": (inputs,),
    }  # fmt: skip


def _weights(widths: Sequence[int], latent: int, channels: int) -> Sizes:
    """The tensors of both networks: two layers of the mapping; of the synthesis one layer at 4×4 and two at every size above."""
    wanted: dict[str, tuple[int, ...]] = {"synthesis.constant": (1, widths[0], 4, 4)}
    for number in range(2):
        wanted |= {f"mapping.layers.{number}.weight": (latent, latent), f"mapping.layers.{number}.bias": (latent,)}
    shapes = [(widths[0], widths[0])]
    for wide, narrow in pairwise(widths):
        shapes += [(wide, narrow), (narrow, narrow)]
    for number, (inputs, outputs) in enumerate(shapes):
        name = f"synthesis.layers.{number}"
        wanted |= _modulated(f"{name}.conv", inputs, outputs, latent, 3) | {f"{name}.noise_strength": ()}
    for level, width in enumerate(widths):
        wanted |= _modulated(f"synthesis.outputs.{level}.conv", width, channels, latent, 1)
    return wanted
