"""Pictures out of generators in the terminal: from recipes to files, told as they come."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.long_work import Telling, telling
from ganstudio.cli.making import Ended, Far, make_here
from ganstudio.cli.show import count_text, size_text, time_text
from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.names import shown
from ganstudio.core.params import Choice, Params, Text, param

if TYPE_CHECKING:
    from ganstudio.core.codecs import Written
    from ganstudio.jobs.generating import Planned
    from ganstudio.jobs.series import Series
    from ganstudio.tools.recipe import Recipe
    from ganstudio.tools.tool import Context

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


def generate(series: Series, options: MakingOptions, context: Context, *, dry_run: bool, as_json: bool) -> int:
    """Make the pictures of a settled series, as a Job of the queue; the exit code: 0 all made, 1 trouble, 130 stopped
    by hand."""
    output, series = _where(series, options)
    series.check(context.library)
    if dry_run:
        return _dry_run(series.planned(output, options.exists, context.library), telling(context.progress, as_json))
    making = series.making(output, options.exists, context.library)
    _make_folder(making.folder)
    far, seen = Far(), Seen()
    told = telling(far, as_json)

    def planned(found: Planned) -> None:
        seen.planned = found
        counts = {"to_make": len(found.wanted), "left": len(found.left)}
        told.event("found", added=sum(counts.values()), **counts)

    def made(path: Path, written: Written) -> None:
        seen.take(written)
        told.event("made", path=str(shown(path)))

    heard = {"planned": planned, "made": made, "stopped": lambda job, error: None}
    ended = make_here([making], context, told, far, heard)
    facts, text = seen.summary(ended)
    told.summary(facts, text)
    return ended.code


@dataclass
class Seen:
    """What was heard of the making."""

    planned: Planned | None = None
    made: int = 0
    bytes: int = 0
    notes: dict[str, int] = field(default_factory=dict)

    def take(self, written: Written) -> None:
        self.made += 1
        self.bytes += written.bytes
        for note in written.notes:
            self.notes[note] = self.notes.get(note, 0) + 1

    def summary(self, ended: Ended) -> tuple[dict[str, Any], str]:
        """As facts and as lines."""
        left = self.planned.left if self.planned is not None else ()
        waiting = len(self.planned.wanted) - self.made if self.planned is not None else 0
        seconds = round(ended.result.seconds, 1)
        facts = {
            "made": self.made, "left": len(left), "waiting": waiting, "bytes": self.bytes, "seconds": seconds,
            "notes": {shown(note): n for note, n in self.notes.items()},
            "ending": "stopped" if ended.stopped else "trouble" if ended.trouble else "finished",
            "trouble": "" if ended.stopped else shown(ended.trouble),
        }  # fmt: skip
        lines = [_counts(self.made, self.bytes, seconds, waiting), *_left(left), *ended.left]
        lines += [f"  {count_text(n, 'picture')}: {note}" for note, n in list(self.notes.items())[:_TOLD]]
        lines += [] if ended.stopped or not ended.trouble else [ended.trouble]
        lines += ["`ganstudio queue resume` goes on, and so does the same command."] if waiting else []
        return facts, "\n".join(map(shown, lines))


def _dry_run(planned: Planned, told: Telling) -> int:
    files = [shown(one.target) for one in planned.wanted]
    facts = {"to_make": len(files), "left": len(planned.left), "files": files}
    told.event("found", added=len(files) + len(planned.left), to_make=len(files), left=len(planned.left))
    told.summary(facts, "\n".join([f"To do: {count_text(len(files), 'picture')}.", *_left(planned.left)]))
    return 0


def _where(series: Series, options: MakingOptions) -> tuple[Path, Series]:
    """The folder or file of the pictures, and the series for it."""
    from ganstudio.core.codecs import kind_of_suffix
    from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES

    if not options.output:
        raise UsageError("Nothing says where the pictures go.", "Write -o DIR.")
    path = Path(os.path.abspath(os.path.expanduser(options.output)))
    names_folder = options.output.endswith(("/", os.sep)) or path.is_dir()
    if not names_folder and kind_of_suffix(path.suffix) in PICTURE_SUFFIXES:
        if series.count > 1:
            raise UsageError(f"The output {shown(options.output)} names one picture, but there are several.",
                             "Name a folder.")  # fmt: skip
        return path, replace(series, recipe=_saved_as(series.recipe, path), file=True)
    if path.exists() and not path.is_dir():
        raise UsageError(f"The output {shown(options.output)} is a file, not a folder.")
    return path, replace(series, name=options.name)


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


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {shown(folder)} cannot be made: {error.strerror}.") from error


def _counts(made: int, size: int, seconds: float, waiting: int) -> str:
    said = f"{count_text(made, 'picture')} made"
    said += f" ({size_text(size)}) in {time_text(seconds)}" if made else ""
    return f"{said}; {waiting:,} waiting." if waiting else f"{said}."


def _left(left: Sequence[tuple[Path, str]]) -> list[str]:
    reasons: dict[str, list[Path]] = {}
    for path, reason in left:
        reasons.setdefault(reason, []).append(path)
    return [
        f"  left as it is: {paths[0].name if len(paths) == 1 else count_text(len(paths), 'picture')}: {reason}"
        for reason, paths in reasons.items()
    ]
