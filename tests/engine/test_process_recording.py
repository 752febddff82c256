"""Filming how a picture was made, from nothing but its recipe."""

import pytest
from PIL import Image

from studio.engine import EngineError, Kept, Request
from studio.engine.process_recording import ProcessRecording, again, request_of
from studio.media import Picture, PictureSelection
from studio.project import ProjectError, Recipe
from studio.shelf import Shelf
from tests import tiny


def run(session, request: Request, hear=lambda job, event: None) -> list[Kept]:
    kept = []

    def listen(job, event) -> None:
        hear(job, event)
        if isinstance(event, Kept):
            kept.append(event)

    session.submit(request, listen).wait()
    return kept


def film(session, project, made: Kept) -> ProcessRecording:
    recipe = Recipe.from_json(made.asset.recipe)
    making = ProcessRecording(made.asset.recipe)
    run(session, again(recipe, session.shelf, project), making.hear)
    return making


def test_every_step_becomes_a_frame_and_the_last_is_the_picture(session, project, tmp_path) -> None:
    made = run(session, Request("tiny-diffusion", settings={"steps": 6}, seed=4, indices=(0, 1)))[1]
    making = film(session, project, made)
    assert making.frames[-1] == made.media
    with Image.open(making.save(tmp_path / "making.gif")) as gif:
        assert gif.n_frames == 6
        assert gif.size == (256, 256)
        assert Recipe.from_json(gif.info["comment"].decode()) == made.recipe
    assert project.asset_count() == 2


def test_a_film_shows_the_frames_and_carries_the_recipe(session, project, tmp_path) -> None:
    import av

    made = run(session, Request("tiny-diffusion", settings={"steps": 4}))[0]
    path = film(session, project, made).save(tmp_path / "making.mp4")
    with av.open(str(path)) as container:
        assert Recipe.from_json(container.metadata["comment"]) == made.recipe
        assert len(list(container.decode(video=0))) >= 4


def test_a_filled_selection_is_made_again_from_what_the_project_holds(session, project) -> None:
    picture = Picture.empty(16, 16)
    inputs = {"picture": picture, "mask": PictureSelection.rectangle(16, 16, 3, 3, 8, 8)}
    made = run(session, Request("tiny-diffusion", "infill", {"steps": 4}, inputs=inputs))[0]
    assert film(session, project, made).frames[-1] == made.media


def test_what_was_made_in_one_go_says_so(session, project, tmp_path) -> None:
    made = run(session, Request("tiny-vae"))[0]
    with pytest.raises(EngineError, match="made in one go"):
        film(session, project, made).save(tmp_path / "making.gif")
    with pytest.raises(EngineError, match=r"not “\.avi”"):
        film(session, project, made).save(tmp_path / "making.avi")


def test_filming_stores_nothing_not_even_what_went_in(session, project) -> None:
    inputs = {"picture": Picture.empty(16, 16), "mask": PictureSelection.rectangle(16, 16, 3, 3, 8, 8)}
    made = run(session, Request("tiny-diffusion", "infill", {"steps": 2}, inputs=inputs))[0]
    making = film(session, project, made)
    assert making.finished
    following = run(session, Request("tiny-vae"))[0]
    assert following.asset.id == made.asset.id + 1


def test_a_request_that_is_not_to_be_kept_leaves_no_trace_of_its_inputs(session, project) -> None:
    first = run(session, Request("tiny-vae"))[0]
    drawn = Picture.empty(16, 16)
    kept = run(session, Request("tiny-stylegan", "reconstruct", {"steps": 20}, inputs={"picture": drawn}, keep=False))[0]
    assert kept.asset is None
    with pytest.raises(ProjectError):
        project.blob(kept.recipe.inputs["picture"])
    assert run(session, Request("tiny-vae"))[0].asset.id == first.asset.id + 1


def test_a_recipe_with_a_settings_former_name_asks_for_the_same(tmp_path) -> None:
    tiny.make_musicvae(tmp_path)
    recipe = Recipe("tiny-musicvae", "0" * 64, "generate", {"boldness": 0.7, "tempo": 90}, 3, 0, {}, "cpu", "float32", 2, "0", "2")
    assert request_of(recipe, Shelf([tmp_path]), {}).settings == {"note_temperature": 0.7, "tempo": 90}
