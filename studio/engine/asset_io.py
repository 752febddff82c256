"""How media become assets and come back: bytes, thumbnails, recipes and inputs."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from studio import __version__
from studio.documents.seen import Seen
from studio.engine.device import Device
from studio.engine.errors import EngineError
from studio.generators import Action
from studio.generators.capabilities import Call
from studio.generators.events import Result
from studio.media import Latent, Media, MediaError, Picture, medium_of, named
from studio.media.registry import thumbnail, with_article
from studio.project import Asset, Project, ProjectError, Recipe
from studio.shelf import Card


@dataclass(frozen=True)
class Gathered:
    """A request's inputs as media, their sha256 for the recipe, and the assets that they came from."""

    media: Mapping[str, Media]
    hashes: Mapping[str, str]
    parents: tuple[int, ...]


def gather(inputs: Mapping[str, Media | Seen | int], action: Action, model: str, project: Project | None, keep: bool) -> Gathered:
    """Load the inputs of an action. An asset brings its latent along when the same `model` made it.

    With `keep`, what comes from no asset becomes a hidden one, so that what is made of it can be made again.
    """
    media: dict[str, Media] = {}
    hashes: dict[str, str] = {}
    parents: list[int] = []
    for name, seen in inputs.items():
        given, origin = _as_it_stands(seen, project) if isinstance(seen, Seen) else (seen, None)
        if origin is not None:
            parents.append(origin)
        if isinstance(given, int):
            asset = _asset(project, given)
            media[name] = media_of(project, asset, action.medium_of(name))
            hashes[name] = asset.sha256
            parents.append(asset.id)
            latent = latent_of(project, asset, model)
            if latent is not None:
                media[f"{name}.latent"] = latent
                hashes[f"{name}.latent"] = str(asset.latent_sha256)
        else:
            media[name] = given
            medium = medium_of(given)
            data = medium.encode(given, "", "")
            hashes[name] = hashlib.sha256(data).hexdigest()
            if medium.stored_as and keep and project is not None and not project.read_only:
                parents.append(_keep_hidden(project, medium.stored_as, data))
    return Gathered(media, hashes, tuple(dict.fromkeys(parents)))


def _as_it_stands(seen: Seen, project: Project | None) -> tuple[Media | int, int | None]:
    """The asset that is seen, where it was not changed since; else what is seen, and the asset that it came from, where that is there."""
    if project is None or seen.asset is None:
        return seen.media, None
    try:
        asset = project.asset(seen.asset)
    except ProjectError:  # what was copied from another project
        return seen.media, None
    if same_as(project, asset, seen.media):
        return asset.id, None
    return seen.media, asset.id


def latent_seen(project: Project, seen: Seen, model: str) -> Latent | None:
    """The latent that `model` made from which what is seen came, while it still looks as it did then."""
    given, _ = _as_it_stands(seen, project)
    return latent_of(project, project.asset(given), model) if isinstance(given, int) else None


def same_as(project: Project | None, asset: Asset, media: Media) -> bool:
    """Whether an asset's content is `media`, to the last pixel; one that cannot be read is not."""
    try:
        return bool(media_of(project, asset) == media)
    except (EngineError, ProjectError, MediaError):
        return False


def _asset(project: Project | None, number: int) -> Asset:
    if project is None:
        raise EngineError("There is no project open to take this input from.")
    return project.asset(number)


def _keep_hidden(project: Project, medium: str, data: bytes) -> int:
    """What was made by hand is kept as an input, so that what was made from it can be made again; the history does not show it."""
    asset = project.add_asset(medium, data, title="Input").result()
    project.delete_asset(asset.id).result()
    return asset.id


def media_of(project: Project | None, asset: Asset, wanted: str = "") -> Any:
    """The content of an asset; raises EngineError where it is not of the medium `wanted` (any, where that is empty)."""
    wanted = named(wanted).stored_as if wanted else asset.medium
    if project is None or asset.medium != wanted:
        raise EngineError(f"“{asset.title or asset.medium}” is {with_article(asset.medium)}; this needs {with_article(wanted)}.")
    return named(asset.medium).decode(project.blob(asset.sha256), asset.title or f"this {asset.medium}")[0]


def picture_of(project: Project | None, asset: Asset) -> Picture:
    """The picture of an asset; raises EngineError for another medium."""
    picture = media_of(project, asset, "picture")
    assert isinstance(picture, Picture)
    return picture


def latent_of(project: Project | None, asset: Asset, model: str) -> Latent | None:
    """The latent that `model` made the asset from, where it did."""
    if project is None or asset.latent_sha256 is None or not asset.recipe:
        return None
    try:
        made_by = Recipe.from_json(asset.recipe).model
    except ProjectError:
        return None
    return Latent.from_bytes(project.blob(asset.latent_sha256)) if made_by == model else None


def store(project: Project, result: Result, recipe: Recipe, parents: tuple[int, ...]) -> Future[Asset] | None:
    """Begin writing a result to the project; None where it cannot be written, or is nothing that is kept."""
    medium = medium_of(result.media)
    if project.read_only or not medium.endings:
        return None
    return project.add_asset(
        medium.stored_as,
        medium.encode(result.media, "", ""),
        recipe=recipe.to_json(),
        latent=result.latent.to_bytes() if result.latent else None,
        parents=parents,
        title=f"{recipe.model} {recipe.seed}·{recipe.index}" + (" · stopped" if result.partial else ""),
        thumbnail=thumbnail(result.media),
    )


def recipe_of(card: Card, call: Call, index: int, hashes: Mapping[str, str], device: Device) -> Recipe:
    """What is needed to make item `index` of a call again."""
    import torch

    return Recipe(
        model=card.name,
        weights_sha256=card.weights_sha256,
        action=call.action,
        settings=dataclasses.asdict(call.settings),
        seed=call.seed,
        index=index,
        inputs=dict(hashes),
        device=device.name,
        dtype=device.dtype,
        threads=torch.get_num_threads(),
        atelier=__version__,
        torch=str(torch.__version__),
    )
