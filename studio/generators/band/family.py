"""The torch side of the band: what the shelf loads and the loop starts, and what ships beside the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.generators.band import BandConfig
from studio.generators.band.lessons import Lessons
from studio.generators.band.measuring import conditioning_of, note_bits
from studio.generators.band.networks import Band
from studio.generators.band.requests import InfillRequest, Requests
from studio.generators.band.steps import FIELDS
from studio.generators.band.templates import FormTemplates, form_templates
from studio.generators.band.training import start
from studio.generators.band.writing import OVER, Writer
from studio.generators.batches import Piece, ScoreBatch
from studio.generators.capabilities import Call
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Progress
from studio.generators.parts.inputs import bars_of, score_of
from studio.generators.parts.loaded import loaded
from studio.generators.parts.noise import item_generator
from studio.generators.parts.note_decoder import reader_of
from studio.generators.parts.score_writing import told_as_it_grows
from studio.media import ScoreSelection

__all__ = ["config_of", "export_artifacts", "load", "start"]

FORM = "form"


class LoadedBand:
    """Composes, continues, fills bars and parts, and says how likely music is, note by note.

    `templates` are plans of form to write after, where they lie beside the weights.
    """

    def __init__(self, config: BandConfig, network: Band, templates: FormTemplates | None = None) -> None:
        self.config, self.network, self.templates = config, network, templates
        self.requests = Requests(config, templates)
        self.reader = reader_of(network, len(FIELDS), config.steps + OVER)

    def perform(self, call: Call) -> Iterator[Event]:
        for place, index in enumerate(call.indices):
            source = item_generator(call.seed, index)
            request = self._request(call, np.random.default_rng(int(torch.randint(0, 2**31, (), generator=source))))

            def chances(count: int, source: torch.Generator = source) -> list[float]:
                return torch.rand(count, generator=source).tolist()

            writer = Writer(self.network, self.reader, self.config.steps, request.infill, chances)
            for event in told_as_it_grows(index, request.base, len(request.infill.numbers), writer.write()):
                if isinstance(event, Progress):
                    event = Progress(place + event.done / max(1, event.total), len(call.indices), event.label)
                yield event

    def _request(self, call: Call, chance: np.random.Generator) -> InfillRequest:
        settings, requests = call.settings, self.requests
        if call.action == "generate":
            return requests.composed(settings, chance)
        score = score_of(call, "score")
        if call.action == "continue":
            return requests.continued(score, settings, chance)
        selection: ScoreSelection | None = bars_of(call, "selection", score) if "selection" in call.inputs else None
        if call.action == "infill":
            return requests.filled(score, bars_of(call, "selection", score), settings)
        if call.action == "add_track":
            return requests.added(score, selection, settings)
        return requests.accompanied(score, selection, settings, chance)

    def memory(self) -> int:
        return sum(each.numel() * each.element_size() for each in (*self.network.parameters(), *self.network.buffers()))

    def bits_per_note(self, pieces: Sequence[Piece], conditioning: str = "style") -> Iterator[np.ndarray]:
        """(notes, 4) bits of onset, part, sound and length of each piece on its grid of 12 a beat; `conditioning` as in ScoresNotes."""
        for piece in pieces:
            lessons = Lessons.of(self.config)
            known = lessons.analysis(piece)
            found = np.zeros((len(known.bars.rows), 4))
            for numbers, bits in note_bits(self.network, known, self.config.steps, conditioning_of(lessons, piece, conditioning)):
                found[numbers] = bits
            yield found


def config_of(values: Mapping[str, Any]) -> BandConfig:
    return BandConfig(**values)


def load(config: Mapping[str, Any], tensors: Mapping[str, Tensor], files: Mapping[str, Any], device: torch.device) -> LoadedBand:
    """The model from its card's config, its weights and its templates of form."""
    made = config_of(config)
    try:
        templates = FormTemplates.read(files[FORM][0]) if FORM in files else None
    except (KeyError, ValueError) as error:
        raise GeneratorError(f"The file {FORM}.safetensors of this model cannot be used: {error}. Add the model again.") from error
    return LoadedBand(made, loaded(Band(made), tensors, device), templates)


def export_artifacts(config: BandConfig, weights: Mapping[str, Tensor], palette: Any, data: ScoreBatch) -> dict[str, Any]:
    """What ships beside the weights: plans of form of pieces of train."""
    del weights, palette
    return {FORM: (form_templates(data.pieces, Lessons.of(config)).arrays(), {})}
