"""Prepare: what is to be done for one Job, decided before anything is computed: its size, its name, whether at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.codecs import peek, plan_output
from ganstudio.core.codecs.planning import OutputPlan, kept_bytes, writer
from ganstudio.core.errors import DiskFull, NotAPicture, OutputError, UserError
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.placing import Wanted, find_place, is_left
from ganstudio.jobs.records import ALREADY, Job, NewJob, Outcome, OutputGone, State

STREAMED = 50_000_000  # pixels above which no picture is held whole

if TYPE_CHECKING:
    from ganstudio.models.library import Library


@dataclass(frozen=True)
class Task:
    """A Job that is to be run: the input's header, the result's size and name. `foreseen` are its bytes."""

    job: Job
    order: Order
    header: Header
    width: int
    height: int
    format: str
    foreseen: int
    output: Path
    overwrite: bool = False
    notes: tuple[str, ...] = ()

    @property
    def memory(self) -> int:
        """About how many bytes it takes while it runs: the decoded input, and the result where it is held
        whole."""
        pixels = min(self.header.width * self.header.height, STREAMED)
        channels, depth = self.header.channels, self.header.depth
        need = 2 * pixels * channels * depth // 8 + kept_bytes(self.format, self.width, self.height, channels, depth)
        if not writer(self.format).FORMAT.streams:
            need += self.width * self.height * (channels + 4)
        return need


def prepare(job: Job, order: Order, journal: Journal, library: Library) -> Task | Outcome:
    """What to do for a claimed Job, or how it ends without being run. The input's header is read, nothing decoded
    (but a result that stands there already, when the journal cannot vouch for it). Raises OutputGone or DiskFull:
    then all pictures have to wait."""
    try:
        return _Preparation(order, journal, library).task(job)
    except (OutputGone, DiskFull):
        raise
    except NotAPicture as error:
        return Outcome(State.SKIPPED, str(error))
    except UserError as error:
        return Outcome(State.FAILED, str(error))


def foresee(job: Job, order: Order, journal: Journal, library: Library) -> tuple[Header, OutputPlan] | None:
    """What a waiting Job's result will be, None when it will be left out; for a forecast: nothing is decoded and
    nothing changed, and results that stand are taken to be whole. Raises UserError for one that cannot be made."""
    look = _Preparation(order, journal, library)
    if look.is_made(job):
        return None
    header = peek(job.source, job.page)
    if look.is_too_large(header):
        return None
    wanted, plan = look.wanted(job, header)
    return None if is_left(wanted, journal) else (header, plan)


def check_output(order: Order) -> None:
    """Raise OutputGone when the folder for all results is not there any more."""
    root = order.destination.folder
    if root is not None and not os.path.isdir(root):
        what = f"The output folder {root} is not there any more."
        raise OutputGone(what, "Bring it back, then run the same again.")


@dataclass(frozen=True)
class _Preparation:
    order: Order
    journal: Journal
    library: Library

    def task(self, job: Job) -> Task | Outcome:
        try:
            about = os.stat(job.source)
        except OSError as error:
            return Outcome(State.FAILED, f"{job.source.name} cannot be opened: {error.strerror}.")
        if (about.st_size, about.st_mtime_ns) != (job.size, job.mtime_ns):
            return self.replaced(job, about)
        if self.is_made(job):
            return Outcome(State.SKIPPED, ALREADY)
        header = peek(job.source, job.page)
        if job.page == 0 and header.pages > 1 and header.format == "tiff":
            self.journal.add_pages(self.order.batch, job, header.pages, self.order.naming)
        if self.is_too_large(header):
            return Outcome(State.SKIPPED, f"is already larger than {self.order.options.larger_than:,} pixels")
        wanted, plan = self.wanted(job, header)
        if not self.order.dry:
            self.check_folder(job.folder)
        place = find_place(wanted, self.journal)
        if isinstance(place, Outcome):
            return place
        return Task(job, self.order, header, wanted.width, wanted.height, plan.format, plan.estimated_bytes, *place)

    def is_made(self, job: Job) -> bool:
        """Whether a result of this very Job stands as it was left."""
        if self.order.options.exists == "overwrite":
            return False
        return any(made.unchanged() for made in self.journal.made_for(job.key))

    def is_too_large(self, header: Header) -> bool:
        limit = self.order.options.larger_than
        return limit is not None and max(header.width, header.height) > limit

    def wanted(self, job: Job, header: Header) -> tuple[Wanted, OutputPlan]:
        width, height = self.order.recipe.out_size(header, self.library)
        plan = plan_output(header, Metadata(), width, height, self.order.recipe.save)
        return Wanted(job, self.order, header, width, height, plan.extension), plan

    def replaced(self, job: Job, about: os.stat_result) -> Outcome | Task:
        """The file is another than the one that was added: the Job is for the one that is there."""
        new = NewJob(job.source, about.st_size, about.st_mtime_ns, job.folder, page=job.page)
        key = new.key(self.order.batch.recipe_hash, self.order.naming)
        if not self.journal.renew(job, key, new.size, new.mtime_ns):
            return Outcome(State.SKIPPED, "was replaced by a newer file, which is in the queue itself")
        return self.task(self.journal.job(job.id))

    def check_folder(self, folder: Path) -> None:
        """The result's folder, made below the output folder; but that itself must be there, or else a drive that
        was unplugged would be written to where it is not."""
        check_output(self.order)
        root = self.order.destination.folder
        try:
            # Never its parents: the drive may go between one look and the next.
            below = [folder, *folder.parents]
            for one in reversed(below[: below.index(root)] if root is not None else [folder]):
                one.mkdir(exist_ok=True)
        except OSError as error:
            check_output(self.order)
            raise OutputError(
                _("The folder {folder} cannot be made: {why}.").format(folder=folder, why=error.strerror)
            ) from error
