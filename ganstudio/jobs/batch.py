"""Batch: from what a person names, a recipe and options, to Jobs in the journal. No picture is opened here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.codecs import kind_of_suffix
from ganstudio.core.codecs.planning import formats
from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.names import check_template, legal
from ganstudio.core.paths import too_long
from ganstudio.jobs.folder import Found, Survey, walk
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.ledger import CHUNK
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.order import Destination
from ganstudio.jobs.records import Batch, NewJob
from ganstudio.tools.recipe import Recipe

if TYPE_CHECKING:
    from ganstudio.models.library import Library


@dataclass(frozen=True)
class Added:
    """A batch in the journal, what was met while looking for its pictures, and sentences for the person."""

    batch: Batch
    survey: Survey
    notes: tuple[str, ...] = field(default=())


def add(
    journal: Journal, library: Library, recipe: Recipe, inputs: Sequence[Path], options: BatchOptions,
    *, make_folders: bool = True, on_found: Callable[[Survey], None] | None = None,
) -> Added:  # fmt: skip
    """Find the pictures of `inputs` and add a Job for each; Jobs that are done already, and whose results are as
    they were left, count as skipped. The output folder and its structure are made unless `make_folders` is False.
    `on_found` hears now and then what was found so far; what it raises ends the adding, and nothing was added.

    Raises UsageError (a template, a recipe, an output or an input that cannot be), OutputError (the output folder).
    """
    check_template(options.name)
    recipe.for_pictures()
    destination = find_destination(options.output, inputs)
    if destination.file is not None:
        recipe = _saved_as(recipe, destination.file)
    settings = {
        "options": options.to_json(),
        "folder": str(destination.folder or ""),
        "file": str(destination.file or ""),
    }
    recipe_hash = recipe.identity(library)
    batch = journal.add_batch(recipe.to_json(keep_paths=True), recipe_hash, settings)
    survey = Survey()
    try:
        found = walk(inputs, survey, recursive=options.recursive, exclude=destination.folder)
        journal.add(
            batch,
            _jobs(_without_own(found, journal, survey, on_found), destination),
            destination.naming(options.name),
            again=options.exists == "overwrite",
        )
        _redo_what_is_gone(journal, batch)
        batch = journal.batch(batch.id)
        if batch.added and make_folders:
            _lay_out(destination, survey, options)
    except BaseException:
        journal.drop(batch)
        raise
    if not batch.added:
        journal.drop(batch)
    return Added(batch, survey, (*journal.notes, *survey.sentences()))


def find_destination(output: str, inputs: Sequence[Path]) -> Destination:
    """What the words after -o mean: a folder, or the file for one picture; "" is beside the inputs."""
    if not output:
        return Destination()
    path = Path(os.path.abspath(output))
    if too_long(path):
        raise UsageError(f"The output {output} has a name that is too long for this disk.")
    names_folder = output.endswith(("/", os.sep)) or os.path.isdir(path)
    kind = None if names_folder else kind_of_suffix(path.suffix)
    if kind is None or kind in ("raw", "video", "sidecar"):
        if os.path.exists(path) and not os.path.isdir(path):
            raise UsageError(f"The output {output} is a file, not a folder.")
        return Destination(folder=path)
    if len(inputs) != 1 or os.path.isdir(inputs[0]):
        raise UsageError(f"The output {output} names one picture, but there may be several.", "Name a folder.")
    if not any(path.suffix.lower() in one.suffixes for one in formats()):
        known = ", ".join(one.extension for one in formats())
        raise UsageError(f"The output {output} is of a kind that is not written.", f"Known: {known}.")
    return Destination(file=path)


def _saved_as(recipe: Recipe, file: Path) -> Recipe:
    """The recipe with the format that the file's suffix names."""
    format_id = next(one.id for one in formats() if file.suffix.lower() in one.suffixes)
    if recipe.save.format not in ("keep", format_id):
        raise UsageError(f"The output {file.name} and the format {recipe.save.format} do not go together.")
    return recipe.with_save(format=format_id)


def _jobs(found: Iterable[Found], destination: Destination) -> Iterator[NewJob]:
    for number, one in enumerate(found, 1):
        if destination.file is not None:
            folder = destination.file.parent
        elif destination.folder is not None:
            folder = mirrored(destination.folder, one.inside)
        else:
            folder = one.path.parent
        yield NewJob(one.path, one.size, one.mtime_ns, folder, number)


@lru_cache(maxsize=64)
def mirrored(folder: Path, inside: Path) -> Path:
    """The folder of the same structure below the output, its names legal on every system."""
    return folder.joinpath(*(legal(part) for part in inside.parts))


def _without_own(
    found: Iterator[Found], journal: Journal, survey: Survey, on_found: Callable[[Survey], None] | None
) -> Iterator[Found]:
    """Leave out results of ours whose input lies below the same folder: they are no new pictures."""
    while chunk := list(islice(found, CHUNK)):
        if on_found is not None:
            on_found(survey)
        sources = journal.sources([one.path for one in chunk])
        if not sources:
            yield from chunk
            continue
        for one in chunk:
            source = sources.get(one.path)
            if source is not None and source.is_relative_to(one.root) and source != one.path:
                survey.own += 1
                survey.pictures -= 1
            else:
                yield one


def _redo_what_is_gone(journal: Journal, batch: Batch) -> None:
    """Jobs done before, whose results were removed or changed since, wait again. Nothing is decoded for it."""
    gone = (job for job, made in journal.done_before(batch) if made is None or not made.unchanged())
    while chunk := list(islice(gone, CHUNK)):
        journal.redo(batch, chunk)


def _lay_out(destination: Destination, survey: Survey, options: BatchOptions) -> None:
    """Make the output folder and, with sub-folders, those that hold no picture, so that the tree is kept."""
    if destination.folder is None:
        return
    try:
        destination.folder.mkdir(parents=True, exist_ok=True)
        for inside in survey.bare if options.recursive else ():
            mirrored(destination.folder, inside).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The output folder {error.filename} cannot be made: {error.strerror}.") from error
