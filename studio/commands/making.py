"""generate, do, recipe: making files that know how they were made."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.commands.output import print_json
from studio.engine import Cancelled, EngineError, Failed, Job, JobEvent, Kept, Preview, Request, Session
from studio.engine.process_recording import Inputs, ProcessRecording, input_of, request_of
from studio.generators import Action
from studio.media import Media, Picture, PictureSelection, Score, ScoreSelection, TextSelection, medium_of, named
from studio.media.registry import load_file, medium_of_file, with_article
from studio.media.text.files import note_in_pdf
from studio.project import Project, ProjectError, Recipe, Written

COUNT_LIMIT = 100_000


@dataclass
class _Made:
    """What came of a request, and how each item came to be."""

    items: list[Kept]
    films: dict[int, ProcessRecording]

    def hear(self, job: Job, event: JobEvent) -> None:
        if isinstance(event, Preview | Kept):
            self.films.setdefault(event.index, ProcessRecording("")).hear(job, event)
        if isinstance(event, Kept):
            self.items.append(event)


def perform(session: Session, request: Request, films: dict[int, ProcessRecording] | None = None) -> list[Kept]:
    """Run a request to its end; raises EngineError with the job's own sentence when it fails. `films` is filled item by item."""
    made = _Made([], films if films is not None else {})
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
        action = session.shelf.card(words.model).action(words.action)
        request = Request(
            words.model, words.action, dict(_pairs(words.set, "--set")), words.seed,
            tuple(range(words.first, words.first + words.number)), _inputs(words.input, action, words.select),
        )  # fmt: skip
        films: dict[int, ProcessRecording] = {}
        items = perform(session, request, films)
    written = [_write(item, words.output, words.scale) for item in items]
    if words.watch:
        for item, path in zip(items, written, strict=True):
            films[item.index].recipe = item.recipe.to_json()
            print(
                films[item.index].save(path.with_name(f"{path.stem}-making.{words.watch}")), file=sys.stderr if words.json else sys.stdout
            )
    if words.json:
        print_json([{"file": str(path), "recipe": dataclasses.asdict(item.recipe)} for path, item in zip(written, items, strict=True)])
    else:
        for path in written:
            print(path)
    return 0


def _write(item: Kept, folder: Path, scale: int) -> Path:
    medium = medium_of(item.media)
    if not medium.endings:
        raise EngineError(f"This action gives {with_article(medium.name)}, which is no file of its own.")
    if scale != 1 and medium.scaled is None:
        raise EngineError(f"--scale enlarges pictures; this action gives {with_article(medium.name)}.")
    action = "" if item.recipe.action == "generate" else f"-{item.recipe.action}"
    path = folder / f"{item.recipe.model}{action}-{item.recipe.seed}-{item.index}{medium.ending}"
    media = medium.scaled(item.media, scale) if medium.scaled is not None else item.media
    medium.save(media, path, item.recipe.to_json(), item.recipe.parameters_text())
    return path


def _pairs(given: Sequence[str], option: str) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise EngineError(f"{option} takes NAME=VALUE, not “{text[:60]}”.")
        pairs.append((name, value))
    return pairs


def _inputs(given: Sequence[str], action: Action, select: str = "") -> Inputs:
    """The files that are named, each as what its input takes; a selection as a mask file, or in the words of `select`."""
    found: dict[str, Media | int] = {}
    for name, file in _pairs(given, "--input"):
        wanted, path = action.medium_of(name), Path(file)
        taken = named(wanted.removesuffix(" selection"))
        media: Media = (taken.load(path) if taken.reads(path) else load_file(path))[0]
        if wanted == "picture selection" and isinstance(media, Picture):
            media = PictureSelection.of_picture(media)
        if not isinstance(media, named(wanted).kind):
            raise EngineError(f"“{name}” takes {with_article(wanted)}; {path.name} is {with_article(medium_of_file(path).name)}.")
        found[name] = media
    if select:
        if action.selection is None:
            raise EngineError(f"“{action.label}” works on no selection; leave --select out.")
        found[action.selection.name] = _selected(select, action.medium_of(action.selection.name), found)
    return found


def _selected(text: str, wanted: str, found: Inputs) -> Media:
    """What --select says, for a selection of the medium `wanted`."""
    kind, _, value = text.partition("=")
    if wanted == "score selection":
        return _bars(text, next((each for each in found.values() if isinstance(each, Score)), None))
    if wanted == "text selection":
        ends = value.split("-")
        if kind == "span" and len(ends) == 2 and all(_whole(each) for each in ends) and int(ends[0]) <= int(ends[1]):
            return TextSelection(int(ends[0]), int(ends[1]))
        raise EngineError(f"--select takes span=FIRST-LAST of a text, characters counted from 0, not “{text[:60]}”.")
    sized = next((each for each in found.values() if isinstance(each, Picture)), None)
    numbers = value.split(",")
    if kind == "mask":
        return PictureSelection.of_picture(load_file(Path(value))[0])
    if kind == "rect" and sized is not None and len(numbers) == 4 and all(_whole(each) for each in numbers):
        x, y, w, h = (int(each) for each in numbers)
        return PictureSelection.rectangle(sized.width, sized.height, x, y, w, h)
    raise EngineError(f"--select takes rect=x,y,w,h of a picture given with --input, or mask=FILE, not “{text[:60]}”.")


def _bars(text: str, score: Score | None) -> ScoreSelection:
    """Bars and tracks of `score`, counted as on paper: a pickup is bar 0."""
    kind, _, value = text.partition("=")
    bars, _, tracks = value.partition(":")
    first, _, last = bars.partition("-")
    numbers = [first, last or first, *(tracks.split(",") if tracks else [])]
    lowest = score.first_number if score is not None else 1
    if kind != "bars" or not all(_whole(each) for each in numbers) or not lowest <= int(first) <= int(last or first):
        raise EngineError(f"--select takes bars=FIRST-LAST of a score, or bars=FIRST-LAST:TRACK,TRACK, counted from 1, not “{text[:60]}”.")
    chosen = tuple(int(each) - 1 for each in numbers[2:])
    if any(each < 0 for each in chosen):
        raise EngineError(f"--select counts tracks from 1, not “{text[:60]}”.")
    if score is not None:
        highest = len(score.bar_starts()) - 2 + lowest
        if int(last or first) > highest:
            raise EngineError(f"--select {text[:60]}: the score has bars {lowest} to {highest} only.")
        if any(each >= len(score.tracks) for each in chosen):
            raise EngineError(f"--select {text[:60]}: the score has {len(score.tracks)} tracks only.")
    return ScoreSelection(int(first) - lowest, int(last or first) - lowest + 1, chosen)


def _whole(text: str) -> bool:
    return text.strip().lstrip("-").isdigit() and text.isascii() and len(text) < 10


def recipe(words: argparse.Namespace) -> int:
    """`recipe FILE [--again]`."""
    media, note = (None, note_in_pdf(words.file)) if words.file.suffix.lower() == ".pdf" else load_file(words.file)
    if not note:
        raise EngineError(f"{words.file.name} carries no recipe: it was not made by Atelier, or another program removed it.")
    written = Written.from_json(note)
    alone = written.alone
    if words.again:
        if alone is None or media is None:
            raise EngineError(f"{words.file.name} cannot be made again: only a single work in its own kind of file can.")
        return _again(words, media, alone)
    if words.json:
        print_json(dataclasses.asdict(alone or written))
        return 0
    for name, made in written.layers:
        print(f"Layer “{name}”: {_readable(made) if made is not None else 'drawn by hand, or from outside'}")
    for each in written.recipes:
        print(_readable(each))
    for model, count in written.taken.items():
        print(f"{model} · {count:,} characters taken from its grey text")
    return 0


def _readable(found: Recipe) -> str:
    lines = [f"{found.model} · {found.action} · seed {found.seed}, item {found.index}"]
    lines += [f"  {name} = {value}" for name, value in found.settings.items()]
    lines += [f"  input {name}: {sha[:16]}…" for name, sha in found.inputs.items()]
    lines.append(f"  made on {found.device} in {found.dtype} with {found.threads} threads, Atelier {found.atelier}, torch {found.torch}")
    return "\n".join(lines)


def _inputs_again(words: argparse.Namespace, action: Action, found: Recipe) -> Inputs:
    """What a recipe was made from: as named by --input and --select, else by its hash in a project."""
    inputs = dict(_inputs(words.input, action, words.select))
    latents = tuple(f"{each}.latent" for each in inputs)  # they belong to works of a project, not to what is named here
    missing = {name: sha for name, sha in found.inputs.items() if name not in inputs and name not in latents}
    projects = [words.project] if words.project is not None else sorted(words.file.absolute().parent.glob("*.atelier"))
    for path in projects if missing else ():
        with Project.open(path, read_only=True) as project:
            for name, sha in tuple(missing.items()):
                with contextlib.suppress(ProjectError):
                    inputs[name] = input_of(project, name, sha, action)
                    del missing[name]
    if missing:
        chosen = action.selection.name if action.selection is not None else ""
        how = " and ".join("--select" if name == chosen else f"--input {name}=FILE" for name in missing)
        looked = "not in " + " and ".join(path.name for path in projects) if projects else "in no project beside the file"
        raise EngineError(f"What {words.file.name} was made from is {looked}. Name it with {how}, or its project with --project.")
    return inputs


def _again(words: argparse.Namespace, media: Media, found: Recipe) -> int:
    with Session(device=words.device) as session:
        output = session.shelf.card(found.model).action(found.action).output
        if not isinstance(media, named(output).kind):
            what, made = with_article(medium_of(media).name), with_article(output)
            raise EngineError(f"{words.file.name} is {what}; its recipe makes {made}, which {what} cannot be compared with.")
        inputs = _inputs_again(words, session.shelf.card(found.model).action(found.action), found)
        items = perform(session, request_of(found, session.shelf, inputs))
    anew = items[0]
    medium = medium_of(anew.media)
    same = medium.same(anew.media, media)
    differs = found.differences(anew.recipe)
    if words.json:
        print_json({"file": str(words.file), "same": same, "differs": differs})
    elif same:
        print(f"{words.file.name}: made again, the same {medium.name}.")
    else:
        why = (
            f"These differ from the recipe: {', '.join(differs)}."
            if differs
            else "Nothing in the recipe differs; it was edited afterwards."
        )
        print(f"{words.file.name}: made again, another {medium.name}. {why}")
    return 0 if same else 1
