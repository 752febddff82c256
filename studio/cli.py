"""The command line: the same engine without a window. Errors are one line on stderr; `--json` prints one document on stdout."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from studio import __version__

DONE, FAILED = 0, 1
PARTS = ("board", "layer", "selection", "sheet", "frames")  # as `studio.documents.canvas.export.KINDS` has them; a test compares
SELECT = "rect=X,Y,W,H | mask=FILE | bars=9-12 | span=0-80"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The words of a command line; wrong ones end the program with status 2, as argparse does."""
    parser, names = _parser()
    given = list(arguments)
    if not given or (given[0] not in names and not given[0].startswith("-")):
        given = ["open", *given]
    return parser.parse_args(given)


def run(words: argparse.Namespace) -> int:
    """Carry a parsed command out; returns the exit status."""
    module, _, function = COMMANDS[words.command].partition(":")
    return guarded(lambda: getattr(importlib.import_module(module), function)(words))


def guarded(work: Callable[[], int]) -> int:
    """`work`'s status, or 1 and one line on stderr when it fails in a way that a person can act on."""
    try:
        return work()
    except KeyboardInterrupt:
        print("atelier: stopped.", file=sys.stderr)
    except Exception as error:
        if not isinstance(error, (*_said(), OSError, MemoryError)):
            raise
        print(f"atelier: {' '.join(str(error).split()) or type(error).__name__}", file=sys.stderr)
    return FAILED


def _said() -> tuple[type[BaseException], ...]:
    """Errors whose message is a sentence for a person."""
    from studio.engine.errors import USER_ERRORS
    from studio.training.errors import TrainingError

    return (*USER_ERRORS, TrainingError)


def _parser() -> tuple[argparse.ArgumentParser, set[str]]:
    parser = argparse.ArgumentParser(
        prog="atelier", description="An offline studio for pictures, music, text, sound and shapes.",
        epilog="atelier [PROJECT] opens the studio.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"atelier {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    names: set[str] = set()

    def command(name: str, help: str) -> argparse.ArgumentParser:
        names.add(name)
        return commands.add_parser(name, help=help, description=help)

    _add_open(command("open", "open the studio"))
    _add_making(command("generate", "draw with a model; the same as `do MODEL generate`"), with_action=False)
    _add_making(command("do", "any action of a model"), with_action=True)
    recipe = command("recipe", "show the recipe in a file, or make it again and compare")
    recipe.add_argument("file", type=Path)
    recipe.add_argument("--again", action="store_true", help="make it anew and compare the content")
    recipe.add_argument("--input", action="append", default=[], metavar="NAME=FILE", help="an input that the recipe needs")
    recipe.add_argument("--select", default="", metavar=SELECT, help="the selection that the recipe needs, as for `do`")
    recipe.add_argument("--project", type=Path, help="the project that holds the inputs; those beside the file when left out")
    recipe.add_argument("--device", default="auto")
    _add_json(recipe)
    models = command("models", "what is on the shelf; `models add PATH` (a folder, GGUF, safetensors, .pt), `models check`")
    models.add_argument("what", nargs="?", choices=("list", "add", "check"), default="list")
    models.add_argument("path", nargs="?", type=Path)
    _add_json(models)
    _add_teaching(command("train", "train a plan"), command("evaluate", "measure a model's card again"))
    _add_project(command("project", "look into a project file"))
    bench = command("bench", "measure against benchmarks/limits.toml; fails past a limit")
    bench.add_argument("names", nargs="*")
    _add_json(bench)
    shot = command("shot", "a workspace of the real window as a PNG, drawn offscreen")
    shot.add_argument("workspace", choices=("canvas", "pianoroll", "writing", "explorer", "lab", "shelf"))
    shot.add_argument("-o", "--output", type=Path, required=True)
    shot.add_argument("--size", default="1280x800", help="width x height")
    shot.add_argument("--theme", choices=("dark", "light"), default="dark")
    shot.add_argument("--scale", type=int, choices=(1, 2), default=1)
    shot.add_argument("--project", type=Path, help="a project to show; a sample is made when left out")
    return parser, names


def _add_open(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", nargs="?", type=Path)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _add_making(parser: argparse.ArgumentParser, *, with_action: bool) -> None:
    parser.add_argument("model")
    if with_action:
        parser.add_argument("action")
    else:
        parser.set_defaults(action="generate")
    parser.add_argument("-n", "--number", type=int, default=1, help="how many")
    parser.add_argument("--first", type=int, default=0, help="index of the first one; item 7 is the same alone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the action")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=FILE", help="an input of the action")
    parser.add_argument(
        "--select",
        default="",
        metavar=SELECT,
        help="the part of the input to work on; bars of a score, with its tracks: bars=9-12:1,3; characters of a text: span=0-80",
    )
    parser.add_argument("--watch", choices=("gif", "mp4"), default="", help="also write how each picture was made, as an animation")
    parser.add_argument("--scale", type=int, default=1, choices=range(1, 33), metavar="1–32", help="every pixel as a block of this size")
    parser.add_argument("-o", "--output", type=Path, default=Path("."), help="folder")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    _add_json(parser)


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("what", choices=("list", "export", "check"), help="its works and documents; export the works, or one document")
    parser.add_argument("-o", "--output", type=Path, default=Path("."), help="folder for export; of a document also the file")
    parser.add_argument("--document", default="", metavar="NAME", help="export this board, score or page: its number or title in `list`")
    parser.add_argument("--part", choices=PARTS, help="of a board: what goes into the file; the whole board when left out")
    parser.add_argument("--scale", type=int, default=1, choices=range(1, 33), metavar="1–32", help="of a board: every pixel as a block")
    parser.add_argument("--columns", type=int, default=0, choices=range(65), metavar="0–64", help="of a sprite sheet; 0 makes it square")
    parser.add_argument("--time", type=int, default=150, choices=range(20, 2001), metavar="20–2000", help="milliseconds a frame")
    parser.add_argument("--force", action="store_true", help="replace files that are there")
    _add_json(parser)


def _add_teaching(train: argparse.ArgumentParser, evaluate: argparse.ArgumentParser) -> None:
    train.add_argument("plan")
    train.add_argument("--data", type=Path, required=True, help="folder of the sets")
    train.add_argument("--minutes", type=float, help="training time in all; the plan's own when left out")
    train.add_argument("--device", default="auto")
    train.add_argument("--only", action="append", default=[], metavar="COLLECTION", help="train on this collection of the set alone")
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument("-o", "--output", type=Path, required=True, help="folder for the checkpoint and the finished model")
    evaluate.add_argument("model")
    evaluate.add_argument("--data", type=Path, help="folder of the sets; for a model of music any folder or zip of scores")
    _add_json(evaluate)


# Named, not imported: the window opens through here too and must not wait for the engine.
COMMANDS: dict[str, str] = {
    "generate": "studio.commands.making:make",
    "do": "studio.commands.making:make",
    "recipe": "studio.commands.making:recipe",
    "models": "studio.commands.shelves:models",
    "train": "studio.commands.teaching:train",
    "evaluate": "studio.commands.teaching:evaluate_model",
    "project": "studio.commands.projects:project",
    "bench": "studio.commands.benches:bench",
}
