"""generate, do, recipe: making files that know how they were made."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.commands.output import print_json
from studio.engine import Cancelled, EngineError, Failed, Job, JobEvent, Kept, Request, Session
from studio.generators import settings_of
from studio.media import Latent, Picture
from studio.media.picture import load, save
from studio.project import Recipe

COUNT_LIMIT = 100_000


@dataclass
class _Made:
    """What came of a request."""

    items: list[Kept]

    def hear(self, job: Job, event: JobEvent) -> None:
        del job
        if isinstance(event, Kept):
            self.items.append(event)


def perform(session: Session, request: Request) -> list[Kept]:
    """Run a request to its end; raises EngineError with the job's own sentence when it fails."""
    made = _Made([])
    ending = session.submit(request, made.hear).wait()
    if isinstance(ending, Failed):
        raise EngineError(ending.sentence)
    if isinstance(ending, Cancelled):
        raise EngineError("The work was stopped.")
    return sorted(made.items, key=lambda item: item.index)


def make(words: argparse.Namespace) -> int:
    """`generate` and `do`."""
    if not 1 <= words.number <= COUNT_LIMIT:
        raise EngineError(f"-n takes a whole number from 1 to {COUNT_LIMIT:,}.")
    with Session(device=words.device) as session:
        request = Request(
            words.model, words.action, dict(_pairs(words.set, "--set")), words.seed,
            tuple(range(words.first, words.first + words.number)), _inputs(words.input),
        )  # fmt: skip
        items = perform(session, request)
    written = [_write(item, words.output, words.scale) for item in items]
    if words.json:
        print_json([{"file": str(path), "recipe": dataclasses.asdict(item.recipe)} for path, item in zip(written, items, strict=True)])
    else:
        for path in written:
            print(path)
    return 0


def _write(item: Kept, folder: Path, scale: int) -> Path:
    if not isinstance(item.media, Picture):
        raise EngineError("This action gives no picture to write.")
    action = "" if item.recipe.action == "generate" else f"-{item.recipe.action}"
    path = folder / f"{item.recipe.model}{action}-{item.recipe.seed}-{item.index}.png"
    save(item.media.scaled(scale), path, item.recipe.to_json(), item.recipe.parameters_text())
    return path


def _pairs(given: Sequence[str], option: str) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise EngineError(f"{option} takes NAME=VALUE, not “{text[:60]}”.")
        pairs.append((name, value))
    return pairs


def _inputs(given: Sequence[str]) -> dict[str, Picture | Latent | int]:
    return {name: load(Path(file))[0] for name, file in _pairs(given, "--input")}


def recipe(words: argparse.Namespace) -> int:
    """`recipe FILE [--again]`."""
    picture, note = load(words.file)
    if not note:
        raise EngineError(f"{words.file.name} carries no recipe: it was not made by Atelier, or another program removed it.")
    found = Recipe.from_json(note)
    if words.again:
        return _again(words, picture, found)
    if words.json:
        print_json(dataclasses.asdict(found))
    else:
        print(_readable(found))
    return 0


def _readable(found: Recipe) -> str:
    lines = [f"{found.model} · {found.action} · seed {found.seed}, item {found.index}"]
    lines += [f"  {name} = {value}" for name, value in found.settings.items()]
    lines += [f"  input {name}: {sha[:16]}…" for name, sha in found.inputs.items()]
    lines.append(f"  made on {found.device} in {found.dtype} with {found.threads} threads, Atelier {found.atelier}, torch {found.torch}")
    return "\n".join(lines)


def _again(words: argparse.Namespace, picture: Picture, found: Recipe) -> int:
    with Session(device=words.device) as session:
        items = perform(session, request_of(found, session, _inputs(words.input)))
    anew = items[0]
    assert isinstance(anew.media, Picture)
    factor = max(1, picture.width // anew.media.width)
    same = anew.media.scaled(factor) == picture
    differs = found.differences(anew.recipe)
    if words.json:
        print_json({"file": str(words.file), "same": same, "differs": differs})
    elif same:
        print(f"{words.file.name}: made again, the same picture.")
    else:
        why = (
            f"These differ from the recipe: {', '.join(differs)}."
            if differs
            else "Nothing in the recipe differs; it was edited afterwards."
        )
        print(f"{words.file.name}: made again, another picture. {why}")
    return 0 if same else 1


def request_of(found: Recipe, session: Session, inputs: Mapping[str, Picture | Latent | int]) -> Request:
    """The request that a recipe describes, checked against the models that are here."""
    action = session.shelf.card(found.model).action(found.action)
    known = {setting.name for setting in settings_of(action.settings)}
    settings = {name: value for name, value in found.settings.items() if name in known}
    return Request(found.model, found.action, settings, found.seed, (found.index,), inputs)
