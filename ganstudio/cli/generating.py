"""Pictures out of generators in the terminal: from recipes to files, told as they come."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.long_work import Telling, telling
from ganstudio.cli.show import count_text, size_text, time_text
from ganstudio.core.errors import Cancelled, OutputError, UsageError, UserError
from ganstudio.core.names import shown
from ganstudio.core.params import Choice, Params, Text, param
from ganstudio.jobs.engine import stopped_by_signals

if TYPE_CHECKING:
    from ganstudio.core.codecs import Written
    from ganstudio.jobs.generating import Planned, Wanted
    from ganstudio.tools.recipe import Recipe
    from ganstudio.tools.tool import Context

_STOPPED = 130
_TOLD = 5


@dataclass(frozen=True)
class MakingOptions(Params):
    """Where made pictures go."""

    output: str = param(
        Text("DIR|FILE"), "", label="Output", flags=("-o",),
        help="folder for the pictures (made if need be), or the file for a single one",
    )  # fmt: skip
    name: str = param(
        Text("TEMPLATE"), "", label="Name",
        help="how they are named, without the suffix: {model}_{class}_{seed} if you say nothing",
    )  # fmt: skip
    exists: str = param(
        Choice(("skip", "rename", "overwrite")), "skip", label="When the picture exists",
        help="skip: leave what was made with the same recipe and reads back well; rename: add (2); overwrite",
    )  # fmt: skip


def generate(
    recipes: Sequence[Recipe], options: MakingOptions, context: Context, *, dry_run: bool, as_json: bool
) -> int:
    """Make the picture of each settled recipe; the exit code: 0 all made, 1 trouble, 130 stopped by hand."""
    planned = _planned(recipes, options, context, dry_run)
    told = telling(context.progress, as_json)
    told.event("found", added=len(recipes), to_make=len(planned.wanted), left=len(planned.left))
    if dry_run:
        files = [shown(one.target) for one in planned.wanted]
        facts = {"to_make": len(files), "left": len(planned.left), "files": files}
        text = [f"To do: {count_text(len(files), 'picture')}.", *_left(planned)]
        told.summary(facts, "\n".join(text))
        return 0
    return make_all(planned, context, told)


def make_all(planned: Planned, context: Context, told: Telling) -> int:
    """Make what is planned, telling how it goes; the exit code."""
    from ganstudio.core.awake import keep_awake
    from ganstudio.jobs.generating import make

    began, made, notes = time.monotonic(), [0, 0], dict[str, int]()
    progress = context.progress
    progress.set_total(len(planned.wanted))

    def on_made(one: Wanted, written: Written) -> None:
        made[0] += 1
        made[1] += written.bytes
        for note in written.notes:
            notes[note] = notes.get(note, 0) + 1
        progress.doing(one.target.name)
        progress.advance()
        told.event("made", path=str(shown(one.target)))

    ending: UserError | None = None
    with stopped_by_signals(progress), told, keep_awake("pictures are being made"):
        try:
            make(planned.wanted, context, on_made)
        except UserError as error:
            ending = error
    stopped = isinstance(ending, Cancelled)
    waiting = len(planned.wanted) - made[0]
    facts: dict[str, Any] = {
        "made": made[0], "left": len(planned.left), "waiting": waiting, "bytes": made[1],
        "seconds": round(time.monotonic() - began, 1), "notes": {shown(note): n for note, n in notes.items()},
        "ending": "stopped" if stopped else "trouble" if ending else "finished",
        "trouble": "" if ending is None or stopped else shown(ending),
    }  # fmt: skip
    lines = [_counts(made[0], made[1], facts["seconds"], waiting), *_left(planned)]
    lines += [f"  {count_text(n, 'picture')}: {note}" for note, n in list(notes.items())[:_TOLD]]
    lines += [] if ending is None or stopped else [str(ending)]
    lines += ["The same command goes on where this ended."] if waiting else []
    told.summary(facts, "\n".join(map(shown, lines)))
    return _STOPPED if stopped else 1 if ending is not None else 0


def _planned(recipes: Sequence[Recipe], options: MakingOptions, context: Context, dry_run: bool) -> Planned:
    from ganstudio.core.codecs import kind_of_suffix
    from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
    from ganstudio.jobs import generating

    if not options.output:
        raise UsageError("Nothing says where the pictures go.", "Write -o DIR.")
    path = Path(os.path.abspath(os.path.expanduser(options.output)))
    names_folder = options.output.endswith(("/", os.sep)) or path.is_dir()
    if not names_folder and kind_of_suffix(path.suffix) in PICTURE_SUFFIXES:
        if len(recipes) > 1:
            raise UsageError(f"The output {shown(options.output)} names one picture, but there are several.",
                             "Name a folder.")  # fmt: skip
        planned = generating.plan_file(_saved_as(recipes[0], path), path, options.exists, context.library)
        _make_folder(path.parent, dry_run)
        return planned
    if path.exists() and not path.is_dir():
        raise UsageError(f"The output {shown(options.output)} is a file, not a folder.")
    by_class = any(one.words.get("class") for one in recipes)
    usual = generating.USUAL_NAME_BY_CLASS if by_class else generating.USUAL_NAME
    planned = generating.plan(recipes, path, options.name or usual, options.exists, context.library)
    _make_folder(path, dry_run)
    return planned


def _saved_as(recipe: Recipe, file: Path) -> Recipe:
    """The recipe with the format that the file's suffix names."""
    from ganstudio.core.codecs.planning import formats

    found = next((one.id for one in formats() if file.suffix.lower() in one.suffixes), None)
    if found is None:
        known = ", ".join(one.extension for one in formats())
        raise UsageError(f"The output {shown(file.name)} is of a kind that is not written.", f"Known: {known}.")
    if recipe.save.format not in ("keep", found):
        raise UsageError(f"The output {shown(file.name)} and the format {recipe.save.format} do not go together.")
    return recipe.with_save(format=found)


def _make_folder(folder: Path, dry_run: bool) -> None:
    if dry_run:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {shown(folder)} cannot be made: {error.strerror}.") from error


def _counts(made: int, size: int, seconds: float, waiting: int) -> str:
    said = f"{count_text(made, 'picture')} made"
    said += f" ({size_text(size)}) in {time_text(seconds)}" if made else ""
    return f"{said}; {waiting:,} waiting." if waiting else f"{said}."


def _left(planned: Planned) -> list[str]:
    reasons: dict[str, list[Path]] = {}
    for path, reason in planned.left:
        reasons.setdefault(reason, []).append(path)
    return [
        f"  left as it is: {paths[0].name if len(paths) == 1 else count_text(len(paths), 'picture')}: {reason}"
        for reason, paths in reasons.items()
    ]
