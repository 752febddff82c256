"""MuseNet, loaded: composes, continues, fills bars and parts, and says of every note how likely it was and what else it might be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from studio.generators.batches import Piece
from studio.generators.capabilities import Alternative, Call
from studio.generators.errors import GeneratorError
from studio.generators.events import Event, Progress
from studio.generators.musenet import MuseNetConfig, knobs, reading
from studio.generators.musenet.excerpts import Lessons
from studio.generators.musenet.naming import ensemble_name
from studio.generators.musenet.networks import MuseNet
from studio.generators.musenet.requests import InfillRequest, Requests
from studio.generators.musenet.steps import FIELDS, Labels, tempo_bin
from studio.generators.musenet.writing import OVER, Writer
from studio.generators.parts.bars import GRID, Bars
from studio.generators.parts.inputs import bars_of, score_of
from studio.generators.parts.noise import item_generator
from studio.generators.parts.note_decoder import reader_of
from studio.generators.parts.score_writing import told_as_it_grows
from studio.media import Score, ScoreSelection

_NOTHING = (np.zeros(0, np.int64), np.zeros(0))


class LoadedMuseNet:
    """Implements Performs, ScoresNotes and PredictsNotes."""

    def __init__(self, config: MuseNetConfig, network: MuseNet) -> None:
        self.config, self.network = config, network
        self.requests = Requests(config)
        self.lessons = Lessons.of(config)
        self.readers = reader_of(self.network, len(FIELDS), config.steps + OVER), reader_of(self.network, len(FIELDS), config.steps + OVER)

    def memory(self) -> int:
        return sum(each.numel() * each.element_size() for each in (*self.network.parameters(), *self.network.buffers()))

    def perform(self, call: Call) -> Iterator[Event]:
        for place, index in enumerate(call.indices):
            source = item_generator(call.seed, index)
            request = self._request(call, source)
            for event in self._written(request, index, source):
                if isinstance(event, Progress):
                    event = Progress(place + event.done / max(1, event.total), len(call.indices), event.label)
                yield event

    def ensembles(self) -> list[str]:
        """The instruments that can be asked for, by their names."""
        return [ensemble_name(each) for each in self.config.ensembles]

    def ensemble_of(self, programs: Sequence[int]) -> str | None:
        """The name of these instruments together, where they can be asked for."""
        return ensemble_name(programs) if list(programs) in [list(each) for each in self.config.ensembles] else None

    def knobs(self) -> Mapping[str, Sequence[str]]:
        """What can be turned, and the names of its bins."""
        return knobs.KNOBS

    def read_knobs(self, score: Score) -> dict[str, list[str]]:
        """The bins that a score is in: of its one part, or of every bar in which something plays."""
        read = self.requests.tracks(score)
        bars = self.requests.bars(score, read)
        bins = knobs.of_slots(bars) if len(read) == 1 else knobs.of_bars(bars)
        bins = bins[bins[:, 0] > 0]
        return {name: [names[number - 1] for number in bins[:, k]] for k, (name, names) in enumerate(knobs.KNOBS.items())}

    def bits_of_notes(self, score: Score) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Which notes, and their bits; between them nothing, so that others come between. Composer and kind are no conditions here."""
        read, bars, rows = self._read(score)
        yield from ((read[0], *_NOTHING),) if not len(bars.rows) else ()
        for numbers, bits in reading.note_bits(self.network, bars, self.config.steps, self._plain(score)):
            for slot in np.unique(bars.rows["slot"][numbers]):
                own = bars.rows["slot"][numbers] == slot
                yield read[slot], rows[numbers[own]], bits[own].sum(1)
            if not len(numbers):
                yield read[0], *_NOTHING

    def bits_per_note(self, pieces: Sequence[Piece], conditioning: str = "style") -> Iterator[np.ndarray]:
        for piece in pieces:

            def labels(view: Bars, left: int, piece: Piece = piece) -> Labels:
                if conditioning == "nothing":
                    return Labels(instruments=False, metre=False, key=False)
                return self.lessons.everything(piece, view, view, left) if conditioning == "everything" else self.lessons.style(piece)

            found = np.zeros((len(piece.bars.rows), 4))
            for numbers, bits in reading.note_bits(self.network, piece.bars, self.config.steps, labels):
                found[numbers] = bits
            yield found

    def alternatives(self, score: Score, track: int, note: int, count: int = 8) -> list[Alternative]:
        """The likeliest pitches first; raises GeneratorError for a note that the model does not read."""
        read, bars, rows = self._read(score)
        found: Any = np.flatnonzero((bars.rows["slot"] == read.index(track)) & (rows == note)) if track in read else []
        if not len(found):
            raise GeneratorError("The model does not read this note: it reads no drums, and sixteen tracks at most.")
        likely = reading.likelier_pitches(self.network, bars, self.config.steps, self._plain(score), int(found[0]))
        return [Alternative(int(pitch), float(likely[pitch])) for pitch in np.argsort(-likely, kind="stable")[:count]]

    def _read(self, score: Score) -> tuple[tuple[int, ...], Bars, np.ndarray]:
        """The tracks that are read, their bars, and for each ROW the number of its note in its track."""
        read = self.requests.tracks(score)
        bars = self.requests.bars(score, read)
        numbers = np.zeros(len(bars.rows), np.int64)
        onto = score.resampled(GRID)
        for slot, track in enumerate(read):
            own = np.flatnonzero(bars.rows["slot"] == slot)
            begins = bars.starts[bars.rows["bar"][own]] + bars.rows["position"][own]
            known = {(int(note["tick"]), int(note["pitch"])): number for number, note in enumerate(onto.tracks[track].notes)}
            numbers[own] = [known[tick, pitch] for tick, pitch in zip(begins.tolist(), bars.rows["pitch"][own].tolist(), strict=True)]
        return read, bars, numbers

    def _plain(self, score: Score) -> reading.Conditioning:
        tempo = tempo_bin(score.tempos[0].microseconds)
        return lambda view, left: Labels(tempo=tempo, left=left)

    def _request(self, call: Call, source: torch.Generator) -> InfillRequest:
        settings, requests = call.settings, self.requests
        if call.action == "generate":
            return requests.composed(settings)
        score = score_of(call, "score")
        if call.action == "continue":
            return requests.continued(score, settings)
        if call.action == "infill":
            return requests.filled(score, bars_of(call, "selection", score), settings)
        if call.action == "vary":
            chance = np.random.default_rng(int(torch.randint(0, 2**31, (), generator=source)))
            return requests.varied(score, bars_of(call, "selection", score), settings, chance)
        selection: ScoreSelection | None = bars_of(call, "selection", score) if "selection" in call.inputs else None
        return requests.added(score, selection, settings) if call.action == "add_track" else requests.harmonised(score, selection, settings)

    def _written(self, request: InfillRequest, index: int, source: torch.Generator) -> Iterator[Event]:
        """One item, with Deltas as it grows."""

        def chances(count: int) -> list[float]:
            return torch.rand(count, generator=source).tolist()

        writer = Writer(self.network, self.readers, self.config.steps, request.infill, chances)
        yield from told_as_it_grows(index, request.base, len(request.infill.numbers), writer.write())
