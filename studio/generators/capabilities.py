"""The protocols behind each capability. A loaded model has those that it truly has; the studio asks, never guesses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from studio.generators.batches import CaptionBatch, Piece
from studio.generators.errors import GeneratorError
from studio.generators.events import Event
from studio.generators.parts.palette import Palette
from studio.media import Latent, Media, Picture, Score, Text

UNIT = 1e-3  # how far from 1 the length of a direction may be: it may have been kept in half precision


@dataclass(frozen=True)
class Call:
    """One request to a loaded model: item i of `indices` takes its noise from (seed, i) alone."""

    action: str
    settings: Any
    seed: int = 0
    indices: Sequence[int] = (0,)
    inputs: Mapping[str, Media] = field(default_factory=dict)


@dataclass(frozen=True)
class Directions:
    """Named directions of one space: `vectors` (k, d) of unit length, `scales` (k,) one standard deviation, `mean` (d,).

    They need not be orthogonal. Raises GeneratorError where the shapes do not belong together or a vector is not of unit length.
    """

    space: str
    names: tuple[str, ...]
    vectors: np.ndarray
    scales: np.ndarray
    mean: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.names)
        if self.vectors.shape != (count, len(self.mean)) or self.scales.shape != (count,):
            raise GeneratorError(
                "The directions do not fit together: as many vectors and scales as names are needed, each as long as the mean."
            )
        if not np.allclose(np.linalg.norm(self.vectors, axis=1), 1, atol=UNIT):
            raise GeneratorError("The directions are damaged: they are not of unit length.")


@runtime_checkable
class Performs(Protocol):
    """Every loaded model: runs the actions that its family describes."""

    def perform(self, call: Call) -> Iterator[Event]: ...

    def memory(self) -> int:
        """Bytes that the weights take."""
        ...


@runtime_checkable
class Decodes(Protocol):
    """Latent → media, at once: what the explorer walks in."""

    def spaces(self) -> Mapping[str, tuple[int, ...]]:
        """Space name → shape of its array. The first is the one the explorer opens with."""
        ...

    def sample(self, seed: int, index: int = 0) -> Latent: ...

    def decode(self, latents: Sequence[Latent], settings: Any = None) -> list[Any]:
        """The media at these points: pictures, or scores."""
        ...

    def mix(self, a: Latent, b: Latent, t: float) -> Latent:
        """The point at fraction `t` in [0, 1] from a to b, along the curve that suits the space."""
        ...

    def distance(self, a: Latent, b: Latent) -> float:
        """Distance in units of the space's own standard deviation a dimension."""
        ...

    def directions(self) -> Directions: ...


@runtime_checkable
class Encodes(Protocol):
    """What the model makes → Latent."""

    def encode(self, media: Any, /) -> Latent: ...


@runtime_checkable
class Plays(Protocol):
    """A world or an instrument under the hand: state, what the hand did → a frame, the next state."""

    def start(self, settings: Any, seed: int) -> Any:
        """The state that a run begins in; `settings` are those of the family's action that serves `Capability.PLAYS`."""
        ...

    def step(self, state: Any, actions: Sequence[Any]) -> tuple[Media, Any]:
        """The next frame and the state after it. `actions` are what was posted since the frame before, oldest first; often nothing.

        A state is not changed in place: who holds an earlier one may go on from it.
        """
        ...


@runtime_checkable
class Conditions(Protocol):
    """Attributes that a model is conditioned on; `Decodes.sample` then takes `wanted`, a value for some of them."""

    def conditions(self) -> Mapping[str, Sequence[str]]:
        """Attribute → its values; empty for an unconditional one."""
        ...


@runtime_checkable
class ScoresPictures(Protocol):
    """Likelihood of pictures under a model of palette indices."""

    def bits_per_pixel(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) uint8 → (n,) bits a pixel on the palette; an upper bound where only a bound is known."""
        ...


@runtime_checkable
class ScoresDimensions(Protocol):
    """Likelihood of pictures under a model of continuous numbers. Never in one column with bits a pixel."""

    def bits_per_dimension(self, pictures: np.ndarray) -> np.ndarray:
        """(n, h, w, 4) uint8 → (n,) bits for each of the four dequantised premultiplied channels, at the model's depth of colour."""
        ...


@runtime_checkable
class Inverts(Protocol):
    """A model whose encoder is invertible, such as a normalizing flow."""

    def inversion_error(self, pictures: np.ndarray) -> float:
        """max |f⁻¹(f(x)) − x| over all numbers of (n, h, w, 4) uint8 pictures x, in the units that the model works in."""
        ...


@runtime_checkable
class Codec(Protocol):
    """Pictures ↔ the small maps that latent models generate; each channel of a map has mean 0 and deviation 1 over the training set."""

    def map_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one map."""
        ...

    def encode(self, pictures: np.ndarray) -> Any:
        """(n, h, w, 4) uint8 → a tensor (n, channels, height, width)."""
        ...

    def memory(self) -> int:
        """Bytes that the weights take."""
        ...

    def decode(self, maps: Any) -> Any:
        """A tensor of maps → (n, 3 or 4, h, w), premultiplied in [-1, 1]."""
        ...


@dataclass(frozen=True)
class Alternative:
    """Another pitch that might stand in a note's place, and how likely it is."""

    pitch: int
    probability: float


@runtime_checkable
class ScoresNotes(Protocol):
    """Likelihood of music, note by note."""

    def bits_of_notes(self, score: Score) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yields (track, notes (n,), bits (n,)) as they become known: numbers of notes in the track, and −log₂ p of each."""
        ...

    def bits_per_note(self, pieces: Sequence[Piece], conditioning: str = "style") -> Iterator[np.ndarray]:
        """Yields (notes, 4) of each piece: −log₂ p(field | fields before, conditioning) of onset, part, pitch and length.

        `conditioning` is nothing, style (composer, kind and instruments) or everything that can be said of a piece.
        """
        ...


@runtime_checkable
class PredictsNotes(Protocol):
    """What a note might have been instead."""

    def alternatives(self, score: Score, track: int, note: int, count: int = 8) -> list[Alternative]:
        """The likeliest pitches in the place of note number `note` of a track, given all that comes before; the likeliest first."""
        ...


@dataclass(frozen=True)
class TokenBits:
    """The characters from `first` up to but without `last`, and the −log₂ p of their token."""

    first: int
    last: int
    bits: float


@runtime_checkable
class ScoresText(Protocol):
    """Likelihood of a text, token by token."""

    def bits_of_text(self, text: str) -> Iterator[list[TokenBits]]:
        """Yields the tokens as they become known, in their order; together they cover the text."""
        ...


@dataclass(frozen=True)
class NextWord:
    """How a text might go on: `text` begins with its own space or line end where it has one, and is a whole word."""

    text: str
    probability: float


@runtime_checkable
class PredictsText(Protocol):
    """What might come next instead."""

    def next_words(self, before: str, count: int = 8) -> Iterator[list[NextWord]]:
        """Yields empty lists while it reads, then the likeliest ways to go on after `before`, the likeliest first."""
        ...


@runtime_checkable
class KnowsWords(Protocol):
    """A language model whose hidden states are word embeddings, for models that are conditioned on words."""

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        """(n, width) float32 hidden states, each word read alone; the same for a word whatever stands beside it."""
        ...


@runtime_checkable
class WritesAhead(Protocol):
    """A model that can follow a page while a person types."""

    def read_ahead(self, before: str) -> Iterator[None]:
        """Read up to the cursor, a piece at a time; what was read already is not read again."""
        ...

    def ghost(self, before: str, settings: Any, after: str = "") -> Iterator[str]:
        """What might come next, piece by piece, with the settings of the action `continue`; yields "" while it reads. The same page

        and settings give the same words. Where the model `fills_middles`, it leads to what comes `after`.
        """
        ...

    def fills_middles(self) -> bool:
        """Whether the model was taught to write what is missing between two texts (Bavarian et al. 2022, arXiv:2207.14255)."""
        ...

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""
        ...

    def room(self) -> int:
        """How many tokens the model sees at once."""
        ...


@runtime_checkable
class ScoresCaptions(Protocol):
    """A model that writes pictures as codes after their captions, and can say how likely both ways are."""

    def nats_per_code(self, batch: CaptionBatch, *, conditional: bool = True) -> np.ndarray:
        """(B,) −ln p(code | codes before, style, words), the mean over a picture's codes; without the words where not `conditional`."""
        ...

    def reconstructed(self, pictures: np.ndarray) -> np.ndarray:
        """(B, h, w, c) uint8 as they come back from their codes."""
        ...


@runtime_checkable
class Trainer(Protocol):
    """One training: the family owns networks, losses, optimisers and stages; the loop owns data, time and checkpoints."""

    def step(self, batch: Any, progress: float) -> dict[str, float]:
        """One update on `batch`; `progress` in [0, 1] is the share of the training's time that has passed."""
        ...

    def preview(self, seed: int, count: int) -> Iterable[Picture | Text | None]:
        """Samples of what is learnt by now, scores drawn as rolls; None in between, where other jobs may have their turn."""
        ...

    def state(self) -> dict[str, Any]:
        """Flat name → tensor: weights, averages and optimisers; `restore` takes it back."""
        ...

    def restore(self, state: Mapping[str, Any]) -> None: ...

    def weights(self) -> dict[str, Any]:
        """Name → tensor of what is shipped."""
        ...


@runtime_checkable
class BeginsFrom(Protocol):
    """A trainer that can go on from a finished model of its family and size."""

    def begin_from(self, weights: Mapping[str, Any], files: Mapping[str, Any]) -> None:
        """Take over `weights` (name → tensor) and what is needed of `files`: stem → (arrays, notes).

        Raises GeneratorError, ValueError or RuntimeError where they are another network's.
        """
        ...


@runtime_checkable
class HasPalette(Protocol):
    """A trainer whose model gives pixels as indices of one palette, which then ships with it."""

    palette: Palette
