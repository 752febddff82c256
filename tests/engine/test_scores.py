"""Scores go the same way as pictures: they are kept, come back as inputs, grow note by note, and a stop leaves what is there."""

import numpy as np
import pytest

from studio.engine import Cancelled, Delta, EngineError, Failed, Job, JobEvent, Kept, Request, Session, delta_buffer
from studio.engine.process_recording import again
from studio.media import Score, ScoreSelection, named
from studio.media.score import NOTE, Track, appended, decode
from studio.project import Project, Recipe

MODEL = "tiny-markov"


@pytest.fixture
def session(project: Project, music_shelf):  # type: ignore[no-untyped-def]
    with Session(project, music_shelf, device="cpu") as made:
        yield made


def run(session: Session, request: Request) -> tuple[list[JobEvent], JobEvent]:
    heard: list[JobEvent] = []
    ending = session.submit(request, lambda job, event: heard.append(event)).wait(60)
    assert ending is not None
    return heard, ending


def melody(*pitches: int) -> Score:
    return Score((Track("Melody", notes=np.array([(480 * place, 480, pitch, 80) for place, pitch in enumerate(pitches)], NOTE)),))


def test_a_score_becomes_an_asset_with_recipe_and_small_picture(session: Session, project: Project) -> None:
    heard, _ = run(session, Request(MODEL, seed=3, indices=(0, 1)))
    for kept in (each for each in heard if isinstance(each, Kept)):
        assert kept.asset is not None and kept.asset.medium == "score"
        assert decode(project.blob(kept.asset.sha256))[0] == kept.media
        small = project.thumbnail(kept.asset.id)
        assert small is not None and named("picture").decode(small, "")[0].width == 128
        assert Recipe.from_json(kept.asset.recipe).action == "generate"


def test_the_sum_of_what_was_appended_is_the_result(session: Session) -> None:
    heard, _ = run(session, Request(MODEL, "continue", seed=1, inputs={"score": melody(60, 62)}))
    grown: Score | None = None
    for event in heard:
        if isinstance(event, Delta):
            assert isinstance(event.media, Score)
            grown = event.media if grown is None else appended(grown, event.media)
    assert grown == next(event.media for event in heard if isinstance(event, Kept))


def test_an_asset_is_an_input_and_a_parent(session: Session, project: Project) -> None:
    first = next(event for event in run(session, Request(MODEL, seed=3))[0] if isinstance(event, Kept))
    assert first.asset is not None
    heard, _ = run(session, Request(MODEL, "continue", inputs={"score": first.asset.id}))
    kept = next(event for event in heard if isinstance(event, Kept))
    assert kept.asset is not None and kept.asset.parents == (first.asset.id,)
    assert isinstance(kept.media, Score) and isinstance(first.media, Score)
    assert kept.media.tracks[0].notes[:16].tolist() == first.media.tracks[0].notes.tolist()


def test_infilling_changes_no_note_outside_the_bars_and_can_be_made_again(session: Session, project: Project) -> None:
    source = melody(*range(60, 76))
    inputs = {"score": source, "bars": ScoreSelection(1, 2)}
    kept = next(event for event in run(session, Request(MODEL, "infill", seed=5, inputs=inputs))[0] if isinstance(event, Kept))
    assert isinstance(kept.media, Score)

    def outside(score: Score) -> list:
        notes = score.tracks[0].notes
        return notes[(notes["tick"] < 1920) | (notes["tick"] >= 3840)].tolist()

    assert outside(kept.media) == outside(source)
    assert kept.media != source
    repeated = next(event for event in run(session, again(kept.recipe, session.shelf, project))[0] if isinstance(event, Kept))
    assert repeated.media == kept.media
    assert repeated.recipe == kept.recipe


def test_a_picture_is_refused_where_a_score_is_needed(session: Session, project: Project) -> None:
    asset = project.add_asset("picture", b"", title="a face").result()
    _, ending = run(session, Request(MODEL, "continue", inputs={"score": asset.id}))
    assert isinstance(ending, Failed) and ending.sentence == "“a face” is a picture; this needs a score."
    with pytest.raises(EngineError, match="needs score"):
        session.submit(Request(MODEL, "continue"))


def test_stop_keeps_the_notes_that_are_there(session: Session, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta_buffer, "FRAME_SECONDS", 0.0)  # every note is told, so that the third is heard before the fourth is made
    heard: list[JobEvent] = []

    def listen(job: Job, event: JobEvent) -> None:
        heard.append(event)
        if isinstance(event, Delta) and sum(isinstance(each, Delta) for each in heard) == 3:
            session.cancel(job)

    ending = session.submit(Request(MODEL, settings={"notes": 400}, seed=2), listen).wait(60)
    kept = [event for event in heard if isinstance(event, Kept)]
    assert isinstance(ending, Cancelled)
    assert len(kept) == 1 and kept[0].partial
    assert isinstance(kept[0].media, Score) and 0 < len(kept[0].media.tracks[0].notes) < 400
    assert kept[0].asset is not None and project.asset(kept[0].asset.id).title.endswith("stopped")
