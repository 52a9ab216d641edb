"""Work: one Task from file to file: open, apply the recipe, write, verify; what the engine's threads do."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from ganstudio.core.codecs import History, open_raster, write
from ganstudio.core.codecs.partial import Partial
from ganstudio.core.errors import OutputError
from ganstudio.core.raster import Header, Metadata, Raster
from ganstudio.jobs.folder import sidecars
from ganstudio.jobs.placing import recipe_hash_of
from ganstudio.jobs.prepare import Task
from ganstudio.jobs.records import Made, Outcome, State
from ganstudio.tools.tool import Context


class Replaced(Exception):
    """The input was replaced while it was read; nothing was made of it."""


@dataclass(frozen=True)
class WatchedRaster:
    """The result's rows on their way to the file: tells how many there are, and looks at the end whether the input
    is still the file that the Job is for."""

    source: Raster
    task: Task
    tell: Callable[[int], None]

    @property
    def header(self) -> Header:
        return self.source.header

    @property
    def meta(self) -> Metadata:
        return self.source.meta

    def rows(self, y0: int, y1: int) -> np.ndarray:
        rows = self.source.rows(y0, y1)
        self.tell(y1)
        if y1 == self.header.height and _was_replaced(self.task):
            raise Replaced
        return rows

    def close(self) -> None:
        self.source.close()


def run(task: Task, context: Context, tell_rows: Callable[[int], None]) -> Outcome:
    """Make the result of one Task. `tell_rows` hears how many rows of it are computed.

    Raises UserError (a broken picture, a full disk, Cancelled …) and Replaced; then no file was made.
    """
    began = time.monotonic()
    order, job = task.order, task.job
    with closing(open_raster(job.source, job.page)) as source:
        if order.destination.beside and recipe_hash_of(source.meta.xmp) == order.batch.recipe_hash:
            return Outcome(State.SKIPPED, "is itself a result of this recipe")
        with closing(WatchedRaster(order.recipe.apply(source, context), task, tell_rows)) as result:
            history = History(recipe=_recipe_text(task), source_type=order.recipe.source_type(context.library))
            written = write(
                result, task.output, order.recipe.save, context.progress, history=history, overwrite=task.overwrite
            )
    try:
        about = os.stat(written.path)
    except OSError as error:
        raise OutputError(f"{written.path.name} went away right after it was saved.") from error
    made = Made(
        job.key,
        written.path,
        job.source,
        job.page,
        about.st_size,
        about.st_mtime_ns,
        written.width,
        written.height,
        order.batch.recipe_hash,
    )
    copied = _copy_sidecars(task) if order.options.sidecars else []
    return Outcome(
        State.DONE,
        made=made,
        notes=(*task.notes, *written.notes, *copied),
        seconds=time.monotonic() - began,
        megapixels=task.header.megapixels,
        out_megapixels=written.width * written.height / 1e6,
        path_used=_path_used(task, context),
    )


def _path_used(task: Task, context: Context) -> str:
    """How the networks ran: backend, precision, tile."""
    entries = (one for step in task.order.recipe.steps for one in step.tool.models(step.params, context.library))
    return "; ".join(filter(None, (context.runtime.path_of(entry) for entry in entries)))


def _recipe_text(task: Task) -> str:
    """The recipe as it goes into the file, with its identity, by which the result is known again."""
    return json.dumps(task.order.recipe.to_json() | {"identity": task.order.batch.recipe_hash}, sort_keys=True)


def _was_replaced(task: Task) -> bool:
    try:
        about = os.stat(task.job.source)
    except OSError:  # removed after it was read: what was made of it is right
        return False
    return (about.st_size, about.st_mtime_ns) != (task.job.size, task.job.mtime_ns)


def _copy_sidecars(task: Task) -> list[str]:
    """Copy the input's sidecar files beside the result, under its name; sentences on those that could not be."""
    said = []
    for path, whole, ending in sidecars(task.job.source):
        target = task.output.with_name((task.output.name if whole else task.output.stem) + ending)
        if os.path.lexists(target) and not task.overwrite:
            continue
        try:
            with open(path, "rb") as source, Partial(target) as partial:
                shutil.copyfileobj(source, partial.file)
                partial.settle(os.fstat(source.fileno()).st_mtime_ns)
                partial.publish(task.overwrite)
        except OutputError as error:
            said.append(str(error))
        except OSError as error:
            said.append(f"{path.name} could not be copied: {error.strerror}.")
    return said
