"""What the window does with the queue: each thing short work off the GUI thread, on one connection to the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ganstudio.core.errors import DiskFull, UserError
from ganstudio.core.params import ModelOf
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.jobs.apart import add_apart, are_many
from ganstudio.jobs.batch import Added, add
from ganstudio.jobs.changes import move, remove
from ganstudio.jobs.estimate import Estimate, estimate, look
from ganstudio.jobs.folder import Survey
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import is_making
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.order import Order
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import Batch, JournalError, State
from ganstudio.jobs.watch import joined
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe

Pace = Callable[[str, int, int], float | None]  # seconds for a model's name, width and height, where they are known


@dataclass(frozen=True)
class Plan:
    """What is to be done with what is added: the recipe, where to, how."""

    recipe: Recipe
    options: BatchOptions


@dataclass(frozen=True)
class Outlook:
    """What waits and has not begun: how many, how long (None: not measured yet), how much space on which disk."""

    files: int
    seconds: float | None
    estimate: Estimate | None
    problems: tuple[str, ...] = ()
    refusal: str = ""


class QueueService:
    """Any thread but the GUI's: a journal may be busy. Opened at first use; raises JournalError."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._journal: Journal | None = None

    @property
    def journal(self) -> Journal:
        with self._lock:
            if self._journal is None:
                journal = Journal.usual()
                if journal.path is None or (journal.notes and "not remembered" in journal.notes[0]):
                    said = journal.notes[0] if journal.notes else ""
                    journal.close()
                    raise JournalError(said, _("Without it no batch can be started."))
                self._journal = journal
            return self._journal

    @property
    def queue(self) -> Queue:
        return Queue(self.journal)

    def close(self) -> None:
        with self._lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None

    def add(self, plan: Plan, paths: Sequence[Path], progress: Progress, found: Callable[[int], None]) -> Added:
        """Find pictures and add them, very many in a process of their own; `found` hears how many there are so far."""

        def heard(survey: Survey) -> None:
            progress.check()
            found(survey.pictures)

        recipe, journal = plan.recipe.located(self._library), self.journal
        if are_many(paths, plan.options.recursive):
            return add_apart(recipe, paths, plan.options, found, progress.check)
        return add(journal, self._library, recipe, list(paths), plan.options, on_found=heard)

    def redo_plan(self, batch: Batch, inputs: Sequence[Path], plan: Plan, progress: Progress) -> Added | None:
        """A batch that nothing was done of yet, with another recipe or output: added anew in its place. None when it
        is as it should be already, or has begun."""
        recipe = plan.recipe.located(self._library)
        if self._as_wanted(batch, recipe, plan.options):
            return None
        totals = self.journal.totals(batch)
        if totals.added != totals.waiting + totals.paused:
            return None
        added = add(
            self.journal, self._library, recipe, list(inputs), plan.options, on_found=lambda _survey: progress.check()
        )
        if added.batch.id != batch.id:
            self.journal.drop(batch)
        return added

    def _as_wanted(self, batch: Batch, recipe: Recipe, options: BatchOptions) -> bool:
        return batch.recipe == recipe.to_json(keep_paths=True) and batch.options.get("options") == options.to_json()

    def change(self, what: str, ids: Sequence[int]) -> int:
        """`remove`, `again`, or `cancel` single Jobs; how many."""
        match what:
            case "remove":
                return remove(self.journal, list(ids))
            case "again":
                return self.queue.retry_jobs(ids)
            case _:
                raise ValueError(what)

    def move(self, ids: list[int], before: int | None) -> None:
        move(self.journal, ids, before)

    def retry_failed(self) -> int:
        return self.queue.retry()

    def clear_done(self) -> int:
        return self.queue.clear((State.DONE, State.SKIPPED, State.CANCELLED))

    def pause(self, batches: Sequence[Batch]) -> int:
        return sum(self.queue.pause(batch) for batch in batches)

    def ready(self) -> list[int]:
        """What is paused waits again; the ids of the batches that an engine has to run."""
        return [batch.id for batch in self.queue.resume()]

    def outlook(self, progress: Progress, pace: Pace | None = None) -> Outlook:
        """What a run of all that waits would take, from some of the headers and what is remembered, or the engine has
        measured (`pace`). Nothing is computed."""
        journal = self.journal
        files, estimates, problems, unknown = 0, [], [], False
        for batch in journal.batches():
            progress.check()
            totals = journal.totals(batch)
            if not totals.waiting and not totals.paused:
                continue
            if is_making(batch):
                continue  # how long it takes only its maker knows
            files += totals.waiting + totals.paused
            try:
                order = Order.of(batch, self._library)
            except UserError as error:
                problems.append(str(error))
                continue
            seen = look(order, journal, self._library, lambda: progress.stopped)
            rate = journal.rate(batch.recipe_hash) or _measured(order.recipe, pace)
            unknown = unknown or rate is None
            estimates.append(estimate(seen, seen.waiting, *(rate or (0.0, 1.0)), ""))
            problems += seen.problems
        if not estimates:
            return Outlook(files, None, None, tuple(problems))
        whole = joined(estimates)
        refusal = ""
        try:
            whole.check()
        except DiskFull as error:
            refusal = str(error)
        return Outlook(files, None if unknown else whole.seconds, whole, tuple(problems), refusal)


def first_lines(added: Added, most: int = 3) -> list[str]:
    """What the person should know of what was met while adding."""
    return list(added.notes[:most])


def _measured(recipe: Recipe, pace: Pace | None) -> tuple[float, float] | None:
    """As `Journal.rate`, for a recipe of one step with one model that was measured."""
    if pace is None or len(recipe.steps) != 1:
        return None
    step = recipe.steps[0]
    named = [getattr(step.params, one.name) for one in step.params.parameters() if isinstance(one.kind, ModelOf)]
    seconds = pace(named[0], 1000, 1000) if len(named) == 1 else None
    return None if seconds is None else (seconds, 1.0)
