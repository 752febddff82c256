"""A training gives way to other jobs, pauses with a checkpoint, goes on from it, and ends in sentences."""

import itertools
import threading
from pathlib import Path

import numpy as np
import pytest

from studio.engine import Cancelled, Failed, Finished, Job, JobEvent, Kept, Preview, Request, Session, Stepped, Training
from studio.engine.cores import TRIAL_STEPS, Cores
from studio.training import loop, own
from studio.training.cutting import Choices
from studio.training.data import PictureSet
from studio.training.errors import TrainingError
from studio.training.own import Own, Record

PATIENCE = 60
TINY = {
    "vae": {"size": 16, "latent": 8, "colours": 15, "beta": 1.0, "attributes": {}},
    "stylegan": {"size": 16, "latent": 16, "widths": [16, 16, 8], "channels": 4, "penalty": 1.0, "attributes": {}},
}


def make(root: Path, family: str = "vae", minutes: float = 60, batch: int = 8, base: str = "") -> Own:
    pictures = np.random.default_rng(0).integers(0, 255, (20, 16, 16, 4), dtype=np.uint8)
    data = PictureSet("noise", pictures, np.zeros((20, 0), np.int64), (), {}, holds_out=False)
    record = Record("Noise", family, TINY[family], minutes, batch, "noise", 20, Choices(16, shift=1, mirror=True), base)
    return own.create(root, record, data)


class Heard:
    """Keeps every event; `first_step` is set when a step was told."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self.first_step = threading.Event()

    def __call__(self, job: Job, event: JobEvent) -> None:
        self.events.append(event)
        if isinstance(event, Stepped):
            self.first_step.set()

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


def begin(session: Session, training: Own) -> tuple[Job, Heard]:
    heard = Heard()
    job = session.submit(Training(training.folder), heard)
    assert heard.first_step.wait(PATIENCE)
    return job, heard


@pytest.mark.parametrize("family", ["vae", "stylegan"])
def test_drawing_goes_on_while_a_training_runs(session: Session, tmp_path, family: str) -> None:
    job, _ = begin(session, make(tmp_path, family))
    drawn = Heard()
    assert isinstance(session.submit(Request("tiny-vae", indices=(0, 1, 2)), drawn).wait(PATIENCE), Finished)
    assert len(drawn.of(Kept)) == 3
    assert job.ending is None
    session.cancel(job)
    assert isinstance(job.wait(PATIENCE), Cancelled)


def test_a_pause_keeps_a_checkpoint_and_the_next_job_goes_on_from_it(session: Session, tmp_path) -> None:
    training = make(tmp_path)
    job, heard = begin(session, training)
    session.cancel(job)
    job.wait(PATIENCE)
    paused = own.read(training.folder)
    assert paused.begun and paused.can_be_shelved and not paused.finished
    assert own.sample_grids(training.folder)
    again, more = begin(session, training)
    assert more.of(Stepped)[0].number > heard.of(Stepped)[0].number
    session.cancel(again)
    again.wait(PATIENCE)


def test_closing_the_studio_pauses_the_training(project, shelf, tmp_path) -> None:
    training = make(tmp_path)
    with Session(project, shelf, device="cpu") as session:
        begin(session, training)
    assert [each.record.title for each in own.read_all(tmp_path) if each.begun and not each.finished] == ["Noise"]


def test_a_training_runs_in_one_studio_at_a_time(session: Session, tmp_path) -> None:
    training = make(tmp_path)
    assert not own.is_held(training.folder)
    job, _ = begin(session, training)
    assert own.is_held(training.folder)
    with own.held(make(tmp_path).folder):  # another training is free
        pass
    with pytest.raises(TrainingError, match="another window"), own.held(training.folder):
        pass
    session.cancel(job)
    job.wait(PATIENCE)
    assert not own.is_held(training.folder)
    with own.held(training.folder):
        ending = session.submit(Training(training.folder), Heard()).wait(PATIENCE)
    assert isinstance(ending, Failed) and "another window" in ending.sentence


def test_when_the_time_is_up_the_last_sheet_is_told(session: Session, tmp_path) -> None:
    training = make(tmp_path, minutes=0.002)
    heard = Heard()
    assert isinstance(session.submit(Training(training.folder), heard).wait(PATIENCE), Finished)
    assert heard.of(Preview)
    assert own.read(training.folder).finished


def test_a_loss_that_is_no_number_ends_in_a_sentence_and_keeps_the_good_checkpoint(session: Session, tmp_path, monkeypatch) -> None:
    from studio.generators.vae.training import VaeTrainer

    training = make(tmp_path)
    job, _ = begin(session, training)
    session.cancel(job)
    job.wait(PATIENCE)
    good = (training.folder / "checkpoint.safetensors").read_bytes()
    monkeypatch.setattr(VaeTrainer, "step", lambda *_: {"loss": float("nan")})
    ending = session.submit(Training(training.folder)).wait(PATIENCE)
    assert isinstance(ending, Failed)
    assert "“loss” stopped being a number" in ending.sentence and "larger batch" in ending.sentence
    assert (training.folder / "checkpoint.safetensors").read_bytes() == good


def test_too_little_memory_offers_the_next_smaller_batch(session: Session, tmp_path, monkeypatch) -> None:
    from studio.generators.vae.training import VaeTrainer

    def step(*_: object) -> dict[str, float]:
        raise MemoryError

    monkeypatch.setattr(VaeTrainer, "step", step)
    ending = session.submit(Training(make(tmp_path, batch=32).folder)).wait(PATIENCE)
    assert isinstance(ending, Failed)
    assert ending.cause == "NotEnoughMemory"
    assert "batch of 32" in ending.sentence and "Go on with 16" in ending.sentence


def test_a_full_disk_stops_the_training_and_keeps_the_checkpoint_before(session: Session, tmp_path, monkeypatch) -> None:
    from studio.media import MediaError

    training = make(tmp_path)
    job, _ = begin(session, training)

    def full(path: Path, data: bytes) -> None:
        raise MediaError(f"{path.name} cannot be written: No space left on device.")

    monkeypatch.setattr(loop, "write_atomically", full)
    session.cancel(job)
    ending = job.wait(PATIENCE)
    assert isinstance(ending, Failed)
    assert "the one before it is kept" in ending.sentence and "No space left" in ending.sentence


@pytest.mark.parametrize("family", ["vae", "stylegan"])
def test_a_training_begins_from_a_finished_model(session: Session, tmp_path, family: str) -> None:
    import torch
    from safetensors.torch import load_file

    training = make(tmp_path, family, base=f"tiny-{family}")
    job, _ = begin(session, training)
    session.cancel(job)
    job.wait(PATIENCE)
    trained = load_file(training.folder / "trained.safetensors")
    before = load_file(session.shelf.card(f"tiny-{family}").folder / "weights.safetensors")
    distances = [torch.dist(trained[key].float(), value.float()) / (1 + value.float().norm()) for key, value in before.items()]
    assert max(distances) < 0.2


def test_damaged_pictures_and_records_are_named(session: Session, tmp_path) -> None:
    training = make(tmp_path)
    (training.folder / "pictures.npz").write_bytes(b"nonsense")
    ending = session.submit(Training(training.folder)).wait(PATIENCE)
    assert isinstance(ending, Failed) and "cannot be read any more" in ending.sentence
    (training.folder / own.RECORD).write_text("{")
    assert own.read_all(tmp_path) == []


def test_the_faster_number_of_threads_is_found_and_a_hopeless_trial_ends_early() -> None:
    cores = Cores("cpu")
    cores._choices = (1, 2)
    for took in itertools.repeat(0.1, 1 + TRIAL_STEPS):
        cores.measured(took)
    assert cores.threads == 2
    cores.measured(5.0)
    assert cores.threads == 1
