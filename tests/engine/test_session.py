"""Requests become assets; cancels, failures and newer requests are answered; the worker lives on."""

import threading

import numpy as np
import pytest

from studio.documents.seen import Seen
from studio.engine import (
    Answer,
    Cancelled,
    Dropped,
    EngineError,
    Failed,
    Finished,
    Job,
    JobEvent,
    Kept,
    Priority,
    Progress,
    Question,
    Request,
    Session,
    Started,
)
from studio.generators import GeneratorError
from studio.media import Picture, named
from studio.project import Project, Recipe
from studio.shelf import Shelf, ShelfError

PATIENCE = 60


class Heard:
    """Keeps every event of a job."""

    def __init__(self) -> None:
        self.events: list[JobEvent] = []

    def __call__(self, job: Job, event: JobEvent) -> None:
        self.events.append(event)

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


def run(session: Session, order: Request | Question) -> Heard:
    heard = Heard()
    job = session.submit(order, heard)
    assert job.wait(PATIENCE) is not None
    return heard


@pytest.mark.parametrize("model", ["tiny-vae", "tiny-stylegan"])
def test_a_request_becomes_assets_with_recipe_and_latent(session: Session, project: Project, model: str) -> None:
    heard = run(session, Request(model, seed=5, indices=(0, 1, 2)))
    assert isinstance(heard.events[0], Started)
    assert isinstance(heard.events[-1], Finished)
    kept = heard.of(Kept)
    assert [event.index for event in kept] == [0, 1, 2]
    for event in kept:
        recipe = Recipe.from_json(event.asset.recipe)
        assert (recipe.model, recipe.seed, recipe.index) == (model, 5, event.index)
        assert project.blob(event.asset.sha256)
        assert event.asset.latent_sha256
    assert project.asset_count() == 3


@pytest.mark.parametrize("model", ["tiny-vae", "tiny-stylegan"])
def test_item_seven_is_the_same_alone(session: Session, model: str) -> None:
    together = run(session, Request(model, seed=3, indices=tuple(range(9)))).of(Kept)
    alone = run(session, Request(model, seed=3, indices=(7,))).of(Kept)
    assert alone[0].media == together[7].media
    assert together[7].media != together[6].media


@pytest.mark.parametrize("model", ["tiny-vae", "tiny-stylegan"])
def test_decoding_a_kept_latent_gives_the_same_picture(session: Session, model: str) -> None:
    kept = run(session, Request(model, seed=1)).of(Kept)[0]
    again = run(session, Request(model, "decode", inputs={"latent": kept.latent})).of(Kept)[0]
    assert again.media == kept.media


@pytest.mark.parametrize("model", ["tiny-vae", "tiny-stylegan"])
def test_varying_an_asset_remembers_where_it_came_from(session: Session, project: Project, model: str) -> None:
    parent = run(session, Request(model, seed=1)).of(Kept)[0].asset
    children = run(session, Request(model, "vary", seed=2, indices=(0, 1), inputs={"picture": parent.id})).of(Kept)
    assert all(child.asset.parents == (parent.id,) for child in children)
    recipe = Recipe.from_json(children[0].asset.recipe)
    assert recipe.inputs == {"picture": parent.sha256, "picture.latent": parent.latent_sha256}


def test_what_is_seen_is_given_and_its_asset_is_the_lineage(session: Session, project: Project) -> None:
    parent = run(session, Request("tiny-vae", seed=1)).of(Kept)[0]
    painted = Picture(np.where(np.arange(16)[:, None, None] < 4, np.uint8(255), parent.media.pixels))
    child = run(session, Request("tiny-vae", "vary", inputs={"picture": Seen(painted, parent.asset.id)})).of(Kept)[0]
    assert child.recipe.inputs.keys() == {"picture"}
    assert named("picture").decode(project.blob(child.recipe.inputs["picture"]), "input")[0] == painted
    assert parent.asset.id in child.asset.parents


def test_what_still_looks_like_its_asset_is_its_asset(session: Session) -> None:
    parent = run(session, Request("tiny-vae", seed=1)).of(Kept)[0]
    copy = Picture(parent.media.pixels.copy())
    child = run(session, Request("tiny-vae", "vary", inputs={"picture": Seen(copy, parent.asset.id)})).of(Kept)[0]
    assert child.asset.parents == (parent.asset.id,)
    assert child.recipe.inputs == {"picture": parent.asset.sha256, "picture.latent": parent.asset.latent_sha256}


@pytest.mark.parametrize("asset", [None, 10**6])
def test_what_came_from_nowhere_is_given_all_the_same(session: Session, asset: int | None) -> None:
    drawn = Picture(np.full((16, 16, 4), 90, np.uint8))
    heard = run(session, Request("tiny-vae", "vary", inputs={"picture": Seen(drawn, asset)}))
    assert isinstance(heard.events[-1], Finished)
    assert len(heard.of(Kept)[0].asset.parents) == 1


def test_the_latent_of_another_model_stays_behind(session: Session) -> None:
    parent = run(session, Request("tiny-vae", seed=1)).of(Kept)[0].asset
    child = run(session, Request("tiny-stylegan", "vary", inputs={"picture": parent.id})).of(Kept)[0]
    assert child.recipe.inputs == {"picture": parent.sha256}


def test_a_painted_picture_can_be_found_in_the_model_by_search(session: Session, project: Project) -> None:
    painted = run(session, Request("tiny-vae", seed=1)).of(Kept)[0].media
    heard = run(session, Request("tiny-stylegan", "reconstruct", {"steps": 40}, inputs={"picture": painted}))
    assert heard.of(Progress)
    assert heard.of(Kept)[0].latent.space == "w+"
    assert heard.of(Kept)[0].asset.parents


def test_mixing_styles_takes_two_pictures(session: Session) -> None:
    first, second = (event.asset.id for event in run(session, Request("tiny-stylegan", indices=(0, 1))).of(Kept))
    heard = run(session, Request("tiny-stylegan", "mix", {"crossover": 2}, inputs={"picture": first, "style": second}))
    assert heard.of(Kept)[0].asset.parents == (first, second)


def test_wrong_words_are_refused_at_once(session: Session) -> None:
    with pytest.raises(ShelfError, match="no model “nobody”"):
        session.submit(Request("nobody"))
    with pytest.raises(GeneratorError, match="temperature"):
        session.submit(Request("tiny-vae", settings={"temperature": 9}))
    with pytest.raises(EngineError, match="needs picture"):
        session.submit(Request("tiny-vae", "vary"))
    with pytest.raises(EngineError, match="0"):
        session.submit(Request("tiny-vae", indices=()))


def test_cancel_while_running_is_acknowledged_and_keeps_what_is_finished(session: Session, project: Project) -> None:
    got_some = threading.Event()
    heard = Heard()

    def hear(job: Job, event: JobEvent) -> None:
        heard(job, event)
        if isinstance(event, Kept):
            session.cancel(job)
            got_some.set()

    job = session.submit(Request("tiny-vae", indices=tuple(range(5000))), hear)
    assert got_some.wait(PATIENCE)
    assert isinstance(job.wait(PATIENCE), Cancelled)
    kept = len(heard.of(Kept))
    assert 0 < kept < 5000
    assert project.asset_count() == kept


def test_a_cancelled_job_that_waits_never_begins(session: Session) -> None:
    gate = threading.Event()
    first = session.submit(Question("", lambda _: iter([gate.wait(PATIENCE)])))
    heard = Heard()
    second = session.submit(Request("tiny-vae"), heard)
    session.cancel(second)
    gate.set()
    assert isinstance(first.wait(PATIENCE), Finished)
    assert [type(event) for event in heard.events] == [Cancelled]


def test_the_latest_request_of_a_channel_wins(session: Session) -> None:
    gate = threading.Event()
    session.submit(Question("", lambda _: iter([gate.wait(PATIENCE)])))
    jobs = [session.submit(Question("", lambda _, n=n: [n], channel="look")) for n in range(5)]
    gate.set()
    endings = [job.wait(PATIENCE) for job in jobs]
    assert all(isinstance(ending, Dropped) for ending in endings[:-1])
    assert isinstance(endings[-1], Finished)


def test_a_running_job_gives_way_to_an_interactive_one(session: Session) -> None:
    order: list[str] = []
    begun = threading.Event()
    asked = threading.Event()

    def slow(_: object):
        begun.set()
        asked.wait(PATIENCE)
        for _ in range(3):
            order.append("slow")
            yield None

    low = session.submit(Question("", slow, priority=Priority.BACKGROUND))
    assert begun.wait(PATIENCE)
    high = session.submit(Question("", lambda _: iter([order.append("quick")]), priority=Priority.INTERACTIVE))
    asked.set()
    assert isinstance(high.wait(PATIENCE), Finished)
    assert isinstance(low.wait(PATIENCE), Finished)
    assert order == ["slow", "quick", "slow", "slow"]


def test_a_failing_job_ends_as_a_sentence_and_the_worker_lives(session: Session) -> None:
    def broken(_: object):
        raise MemoryError
        yield

    heard = run(session, Question("", broken))
    failed = heard.of(Failed)[0]
    assert "not enough memory" in failed.sentence
    assert "MemoryError" in failed.details
    assert isinstance(run(session, Request("tiny-vae")).events[-1], Finished)


def test_damaged_weights_fail_the_job_and_name_the_model(tmp_path, project: Project) -> None:
    from tests import tiny

    folder = tiny.make_vae(tmp_path / "models")
    weights = folder / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 255
    weights.write_bytes(data)
    with Session(project, Shelf([tmp_path / "models"])) as session:
        heard = run(session, Request("tiny-vae"))
    assert "sha256" in heard.of(Failed)[0].sentence
    assert "tiny-vae" in heard.of(Failed)[0].sentence
    assert project.asset_count() == 0


def test_the_least_recently_used_model_goes_when_memory_is_short(project: Project, shelf: Shelf) -> None:
    with Session(project, shelf, budget=1) as session:
        run(session, Request("tiny-vae"))
        assert session.holds("tiny-vae")
        run(session, Request("tiny-stylegan"))
        assert session.holds("tiny-stylegan")
        assert not session.holds("tiny-vae")
        assert session.status().over == "tiny-stylegan"


def test_without_a_project_results_are_given_and_not_kept(shelf: Shelf) -> None:
    with Session(None, shelf) as session:
        kept = run(session, Request("tiny-vae", indices=(0, 1))).of(Kept)
    assert [event.asset for event in kept] == [None, None]


def test_a_question_is_answered_and_never_kept(session: Session, project: Project) -> None:
    heard = run(session, Question("tiny-vae", lambda model: model.decode([model.sample(1), model.sample(2)])))
    assert len(heard.of(Answer)) == 2
    assert project.asset_count() == 0


def test_closing_ends_everything_that_waits(shelf: Shelf) -> None:
    session = Session(None, shelf)
    gate = threading.Event()
    begun = threading.Event()

    def hold(_: object):
        begun.set()
        yield gate.wait(PATIENCE)

    running = session.submit(Question("", hold))
    assert begun.wait(PATIENCE)
    waiting = session.submit(Request("tiny-vae"))
    gate.set()
    session.close()
    assert isinstance(waiting.ending, Cancelled)
    assert running.ending is not None


def test_an_order_after_the_end_fails_at_once(project: Project, shelf) -> None:  # type: ignore[no-untyped-def]
    made = Session(project, shelf, device="cpu")
    made.close()
    ending = made.submit(Request("tiny-vae")).wait(60)
    assert isinstance(ending, Failed) and "closing" in ending.sentence
    with pytest.raises(EngineError, match="closing"):
        made.files.submit(lambda: 1).result()
