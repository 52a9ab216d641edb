"""Rehearsal: what a batch would take, with nothing left behind."""

from __future__ import annotations

import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from ganstudio.core.errors import UserError
from ganstudio.jobs.crew import RunJob
from ganstudio.jobs.estimate import Estimate, estimate, look
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.prepare import Task, prepare
from ganstudio.tools.tool import Context

_TICK_S = 0.05


def rehearse(order: Order, journal: Journal, context: Context, run_job: RunJob, size: int) -> Estimate:
    """The estimate that a run would give: from what is remembered of this recipe on this machine, or else from the
    results of three files, made in a temporary folder. `journal` is a copy; `order` is dry. Raises Cancelled."""
    outlook = look(order, journal, context.library, lambda: context.progress.stopped, thorough=True)
    remembered = journal.rate(order.batch.recipe_hash)
    if remembered is not None:
        return estimate(outlook, outlook.waiting, *remembered, "remembered from an earlier run")
    prepared = [prepare(job, order, journal, context.library) for job in outlook.examples]
    tasks = [one for one in prepared if isinstance(one, Task)]
    folder = Path(tempfile.mkdtemp(prefix="ganstudio-"))
    try:
        # While the first is made the model is opened and measured, too.
        first = _measured(tasks[:1], folder, context, run_job, size)
        rest = _measured(tasks[1:], folder, context, run_job, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    timed = rest if rest.done else first
    foreseen = first.foreseen + rest.foreseen
    return estimate(
        outlook,
        outlook.waiting,
        timed.seconds / timed.megapixels if timed.megapixels else 0.0,
        (first.written + rest.written) / foreseen if foreseen else 1.0,
        f"measured on {first.done + rest.done} of them",
    )


@dataclass(frozen=True)
class _Measured:
    """`seconds` for all that were tried; of those `done`: megapixels of input, bytes foreseen and written."""

    seconds: float
    done: int
    megapixels: float
    foreseen: int
    written: int


def _measured(tasks: list[Task], folder: Path, context: Context, run_job: RunJob, size: int) -> _Measured:
    def size_of(task: Task) -> int:
        target = folder / f"{task.job.id}{task.output.suffix}"
        try:
            made = run_job(replace(task, output=target, overwrite=False), context, lambda _: None).made
        except UserError:
            return 0
        return made.size if made is not None else 0

    began = time.monotonic()
    pool = ThreadPoolExecutor(size)
    try:
        futures = [pool.submit(size_of, task) for task in tasks]
        while wait(futures, _TICK_S).not_done:
            context.progress.check()
        context.progress.check()
        seconds = time.monotonic() - began
        sizes = [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    done = [task for task, size in zip(tasks, sizes, strict=True) if size]
    megapixels, foreseen = sum(task.header.megapixels for task in done), sum(task.foreseen for task in done)
    return _Measured(seconds, len(done), megapixels, foreseen, sum(sizes))
