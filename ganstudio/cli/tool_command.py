"""The command of a filter Tool: its flags come from its Params, the rest is the same for all."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.command import Command
from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.core.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from ganstudio.tools import Tool
    from ganstudio.tools.recipe import Recipe


def command_of(tool: Tool) -> Command:
    return Command(tool.id, tool.summary, lambda words: run_tool(tool, words))


def run_tool(tool: Tool, words: Sequence[str]) -> int:
    """One picture or a batch through one filter."""
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.tools.recipe import Recipe, Step

    parser = batch_parser(f"ganstudio {tool.id}", tool.summary.capitalize() + ".", tool.example)
    add_params(parser, tool.params, "what is done")
    add_batch_flags(parser)
    found = parser.parse(words)
    recipe = Recipe((Step(tool, take(tool.params, found)),), take(SaveOptions, found))
    return start(recipe, found)


def batch_parser(prog: str, about: str, example: str = "", takes: str = "pictures and folders") -> Parser:
    parser = Parser(prog=prog, description=about, epilog=f"example: {example}" if example else None)
    parser.add_argument("inputs", metavar="INPUT", nargs="*", type=_path, help=takes)
    parser.add_argument(
        "-i",
        "--input",
        dest="more",
        metavar="INPUT",
        action="append",
        type=_path,
        default=[],
        help="the same, as a flag",
    )
    return parser


def _path(text: str) -> Path:
    """An input; an empty word (a script's variable that is not set) would mean the current folder."""
    if not text:
        raise ArgumentTypeError("an empty word names no picture and no folder.")
    return Path(_at_home(text))


def _at_home(text: str) -> str:
    """`~/…` as the shell reads it, for the places where it does not (`--output=~/x`, other programs)."""
    return text if os.path.lexists(text) else os.path.expanduser(text)


def add_batch_flags(parser: Parser) -> None:
    """The flags that every batch has: where results go, how they are saved, where it runs."""
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.jobs.options import BatchOptions
    from ganstudio.runtime.options import RuntimeOptions

    add_params(parser, BatchOptions, "where results go")
    add_params(parser, SaveOptions, "how they are saved")
    add_params(parser, RuntimeOptions, "where it runs")
    group = parser.add_argument_group("the terminal")
    group.add_argument("--dry-run", action="store_true", help="only say what would be done, and how long it takes")
    group.add_argument("--json", action="store_true", help="progress and summary as JSON lines on stdout")


def start(recipe: Recipe, found: argparse.Namespace) -> int:
    from ganstudio.cli.batch import run_batch
    from ganstudio.jobs.options import BatchOptions
    from ganstudio.runtime.options import RuntimeOptions

    inputs = [*found.inputs, *found.more]
    if not inputs:
        raise UsageError("No picture and no folder is named.", "Try `ganstudio upscale photo.jpg`.")
    options, where = take(BatchOptions, found), take(RuntimeOptions, found)
    if hasattr(found, "output"):
        _check_output(found.output)
    options = replace(options, output=_at_home(options.output), report=_at_home(options.report))
    return run_batch(recipe, inputs, options, where, dry_run=found.dry_run, as_json=found.json)


def _check_output(output: str) -> None:
    """Raise UsageError for an output that can be nothing: an empty word, a name that is too long, a closed folder."""
    if not output:
        raise UsageError("The output -o is an empty word.", "Leave -o out to save beside the pictures.")
    try:
        os.lstat(_at_home(output))
    except (FileNotFoundError, NotADirectoryError):  # to be made, or refused with a sentence when it is
        return
    except OSError as error:
        raise UsageError(f"The output {output} cannot be used: {error.strerror}.") from error
