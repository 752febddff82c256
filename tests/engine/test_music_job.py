"""Music through the session: it streams, is kept with its recipe, and what was stopped leaves what is there."""

from pathlib import Path

import pytest

from studio.engine import Cancelled, Delta, Finished, Job, JobEvent, Kept, Request, Session
from studio.media import Score, ScoreSelection
from studio.media.score import appended
from studio.project import Project, Recipe
from studio.shelf import Shelf
from tests import tiny

PATIENCE = 60


@pytest.fixture
def session(tmp_path: Path) -> Session:
    tiny.make_musenet(tmp_path / "models")
    tiny.make_musicvae(tmp_path / "models")
    with Project.open(tmp_path / "music.atelier", create=True) as project, Session(project, Shelf([tmp_path / "models"])) as opened:
        yield opened


def perform(session: Session, request: Request) -> list[JobEvent]:
    heard: list[JobEvent] = []
    job = session.submit(request, lambda job, event: heard.append(event))
    assert isinstance(job.wait(PATIENCE), Finished)
    return heard


def test_a_filled_selection_streams_and_becomes_an_asset(session: Session) -> None:
    song, selection = tiny.song(), ScoreSelection(1, 3, (0,))
    heard = perform(session, Request("tiny-musenet", "infill", {"temperature": 1.2}, 7, inputs={"score": song, "selection": selection}))
    kept = next(event for event in heard if isinstance(event, Kept))
    assert isinstance(kept.media, Score) and kept.asset is not None and kept.asset.medium == "score"
    recipe = Recipe.from_json(kept.asset.recipe)
    assert (recipe.model, recipe.action, recipe.seed) == ("tiny-musenet", "infill", 7)
    assert set(recipe.inputs) == {"score", "selection"}
    grown = None
    for event in heard:
        if isinstance(event, Delta):
            grown = event.media if grown is None else appended(grown, event.media)
    assert [track.notes.tolist() for track in grown.tracks] == [track.notes.tolist() for track in kept.media.tracks]


def test_a_stopped_piece_leaves_its_beginning(session: Session) -> None:
    heard: list[JobEvent] = []

    def listen(job: Job, event: JobEvent) -> None:
        heard.append(event)
        if sum(isinstance(each, Delta) for each in heard) == 3:
            session.cancel(job)

    job = session.submit(Request("tiny-musenet", "generate", {"bars": 128}), listen)
    assert isinstance(job.wait(PATIENCE), Cancelled)
    kept = [event for event in heard if isinstance(event, Kept)]
    assert [event.partial for event in kept] == [True]
    assert sum(len(track.notes) for track in kept[0].media.tracks) > 0


def test_a_tune_is_kept_with_its_point(session: Session) -> None:
    heard = perform(session, Request("tiny-musicvae", "generate", {}, 3, (0, 1)))
    kept = [event for event in heard if isinstance(event, Kept)]
    assert [event.latent.space for event in kept] == ["z", "z"]
    assert kept[0].asset.latent_sha256 is not None


def test_the_same_recipe_gives_the_same_notes(session: Session) -> None:
    request = Request("tiny-musenet", "generate", {"bars": 3}, 11, (2,))
    first, again = (next(event.media for event in perform(session, request) if isinstance(event, Kept)) for _ in range(2))
    assert first == again
