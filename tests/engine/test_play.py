"""A world that runs: the hand is heard at each frame, frames that are kept become assets, and nothing that goes wrong takes the worker."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engine import Cancelled, EngineError, Failed, Finished, Frame, Job, JobEvent, Kept, Play, Priority, Question, Request, Session
from studio.engine.inbox import LIMIT
from studio.generators import GeneratorError
from studio.project import Project, Recipe
from studio.shelf import Shelf
from tests import counting, tiny

PATIENCE = 60
FAST = 240.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    counting.on_shelf(monkeypatch, tmp_path / "models")
    tiny.make_vae(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def session(project: Project, folder: Path) -> Iterator[Session]:
    with Session(project, Shelf([folder]), device="cpu") as opened:
        yield opened


class Watching:
    """Keeps what is heard of a job, and lets a test wait for what it looks for."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []
        self._changed = threading.Condition()

    def __call__(self, job: Job, event: JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def first(self, kind: type, which=lambda event: True):  # type: ignore[no-untyped-def]
        """The first event of a kind, waited for."""

        def found():  # type: ignore[no-untyped-def]
            return next((event for event in self.events if isinstance(event, kind) and which(event)), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, PATIENCE)
            return found()

    def number(self) -> int:
        """What the newest frame says."""
        return counting.number_in(next(event.media for event in reversed(self.events) if isinstance(event, Frame)))


def says(number: int):  # type: ignore[no-untyped-def]
    return lambda frame: counting.number_in(frame.media) == number


def play(session: Session, **order) -> tuple[Job, Watching]:  # type: ignore[no-untyped-def]
    watching = Watching()
    job = session.submit(Play("tiny-counting", "play", frames_per_second=FAST, **order), watching)
    watching.first(Frame)
    return job, watching


def test_the_world_answers_what_the_hand_does(session: Session) -> None:
    job, watching = play(session, settings={"start": 7})
    assert says(7)(watching.first(Frame))
    job.post(2)
    job.post(-1)
    watching.first(Frame, says(8))
    session.cancel(job)
    assert isinstance(job.wait(PATIENCE), Cancelled)
    frames = [event.index for event in watching.events if isinstance(event, Frame)]
    assert frames == list(range(len(frames)))


def test_stopping_is_acknowledged_however_slow_the_frames_are(session: Session) -> None:
    watching = Watching()
    job = session.submit(Play("tiny-counting", "play", frames_per_second=0.1), watching)
    watching.first(Frame)
    session.cancel(job)
    assert isinstance(job.wait(5), Cancelled)  # a frame lasts ten seconds


def test_frames_come_at_the_rate_that_was_asked_for(session: Session) -> None:
    watching = Watching()
    began = time.monotonic()
    job = session.submit(Play("tiny-counting", "play", frames_per_second=50), watching)
    watching.first(Frame, lambda frame: frame.index == 10)
    took = time.monotonic() - began
    session.cancel(job)
    assert took >= 10 / 50


def test_of_a_flood_the_newest_is_heard_and_memory_stays_bounded(session: Session) -> None:
    gate, inside = threading.Event(), threading.Event()

    def hold(_: object) -> Iterator[bool]:
        inside.set()
        yield gate.wait(PATIENCE)

    job, watching = play(session)
    held = session.submit(Question("", hold))
    assert inside.wait(PATIENCE)
    for _ in range(100 * LIMIT):
        job.post(10**6)
    for _ in range(LIMIT):
        job.post(1)
    gate.set()
    watching.first(Frame, says(LIMIT))
    assert isinstance(held.wait(PATIENCE), Finished)
    session.cancel(job)


def test_a_kept_frame_becomes_an_asset_with_its_recipe_even_in_a_flood(session: Session, project: Project) -> None:
    job, watching = play(session, seed=1)
    job.post(5)
    frame = watching.first(Frame, says(105))
    job.keep(frame)
    for _ in range(2 * LIMIT):
        job.post(0)
    kept = watching.first(Kept)
    session.cancel(job)
    assert kept.media == frame.media and kept.asset is not None
    recipe = Recipe.from_json(project.asset(kept.asset.id).recipe)
    assert (recipe.model, recipe.action, recipe.seed, recipe.index) == ("tiny-counting", "play", 1, frame.index)
    assert project.asset_count() == 1


def test_a_frame_kept_at_the_last_moment_is_kept(session: Session, project: Project) -> None:
    job, watching = play(session)
    job.keep(watching.first(Frame))
    session.cancel(job)
    assert isinstance(job.wait(PATIENCE), Cancelled)
    assert watching.first(Kept).asset is not None
    assert project.asset_count() == 1


def test_interactive_work_has_its_turn_and_what_is_asked_for_waits(session: Session) -> None:
    job, watching = play(session)
    drawing = session.submit(Request("tiny-vae"))
    quick = session.submit(Question("", lambda _: [1]))
    assert isinstance(quick.wait(PATIENCE), Finished)
    seen = len(watching.events)
    watching.first(Frame, lambda frame: frame.index > seen)
    assert job.ending is None and drawing.ending is None
    session.cancel(job)
    assert isinstance(drawing.wait(PATIENCE), Finished)


def test_closing_ends_a_world_that_runs(project: Project, folder: Path) -> None:
    session = Session(project, Shelf([folder]), device="cpu")
    job, _ = play(session)
    session.close()
    assert isinstance(job.ending, Cancelled)


def test_a_step_that_fails_ends_the_world_with_its_sentence_and_the_worker_lives(session: Session) -> None:
    job, _ = play(session)
    job.post(counting.BROKEN)
    ending = job.wait(PATIENCE)
    assert isinstance(ending, Failed) and ending.sentence == "The world came to an end."
    assert isinstance(session.submit(Request("tiny-vae")).wait(PATIENCE), Finished)


def test_a_model_that_was_removed_meanwhile_fails_with_its_name(session: Session, folder: Path) -> None:
    shutil.rmtree(folder / "tiny-counting")
    ending = session.submit(Play("tiny-counting", "play")).wait(PATIENCE)
    assert isinstance(ending, Failed) and "tiny-counting" in ending.sentence


def test_a_running_world_does_not_mind_that_its_model_is_removed(session: Session, folder: Path) -> None:
    job, watching = play(session)
    shutil.rmtree(folder / "tiny-counting")
    session.shelf.refresh()
    job.post(3)
    watching.first(Frame, says(3))
    session.cancel(job)


def test_wrong_words_are_refused_at_once(session: Session) -> None:
    with pytest.raises(EngineError, match="under the hand"):
        session.submit(Request("tiny-counting", "play"))
    with pytest.raises(EngineError, match="nothing that runs"):
        session.submit(Play("tiny-vae", "generate"))
    with pytest.raises(GeneratorError, match="start"):
        session.submit(Play("tiny-counting", "play", {"start": -1}))
    with pytest.raises(EngineError, match="frames a second"):
        session.submit(Play("tiny-counting", "play", frames_per_second=0))
    assert Play("tiny-counting", "play").priority < Priority.INTERACTIVE
