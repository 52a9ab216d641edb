"""A batch in the terminal: added to the queue, worked through, told of; the same for every Tool, recipe and resume."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.ending import exit_code, failures_text, summary, summary_text
from ganstudio.cli.telling import Teller, estimate_text, teller
from ganstudio.core.errors import UsageError
from ganstudio.jobs.batch import Added, add
from ganstudio.jobs.engine import Engine, connect, stopped_by_signals
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.report import check_report, write_report
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime

if TYPE_CHECKING:
    from ganstudio.jobs.options import BatchOptions
    from ganstudio.jobs.records import Batch
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.recipe import Recipe


def run_batch(
    recipe: Recipe, inputs: Sequence[Path], options: BatchOptions, where: RuntimeOptions,
    *, dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Add a batch and work through it (or only say what it would take); the exit code."""
    if options.report:
        check_report(Path(options.report))
    journal = Journal.usual()
    engine = engine_for(journal.copy() if dry_run else journal, where)
    try:
        added = add(engine.journal, engine.library, recipe, inputs, options, make_folders=not dry_run)
        told = teller(as_json)
        told.found(added)
        if not added.batch.added:
            return _nothing(added, told)
        if dry_run:
            return _dry(engine, added.batch, told)
        code = run_batches(engine, [added.batch], told, until=options.until, report=options.report)
        return code or (1 if added.survey.troubles else 0)
    finally:
        engine.close()


def engine_for(journal: Journal, where: RuntimeOptions) -> Engine:
    return connect(journal, Library(), Runtime(where.device, where.precision, tile=where.tile))


def run_batches(
    engine: Engine, batches: Sequence[Batch], told: Teller, *, until: int | None = None, report: str = ""
) -> int:
    """Work through batches that are in the journal, with progress, failures, summary and report."""
    with stopped_by_signals(engine), told:
        result = engine.run(batches, until=until, on_status=told.status, on_estimate=told.estimate)
    journal = engine.journal
    sys.stderr.write(failures_text(journal, batches))
    said = summary(journal, batches, result)
    told.summary(said, summary_text(said, result))
    if report:
        write_report(Path(report), journal, batches, result)
    return exit_code(result)


def _nothing(added: Added, told: Teller) -> int:
    if added.survey.refused:
        raise UsageError(added.survey.refused[0])
    told.summary({"added": 0, "done": 0, "failed": 0, "skipped": 0}, "There is no picture to work on.")
    return 1 if added.survey.troubles else 0


def _dry(engine: Engine, batch: Batch, told: Teller) -> int:
    estimate = engine.dry_run(batch)
    told.summary(
        {
            "files": estimate.files,
            "seconds": estimate.seconds,
            "bytes_needed": estimate.needed,
            "bytes_free": estimate.free,
            "measured": estimate.measured,
            "problems": list(estimate.problems),
        },
        "\n".join([f"{estimate_text(estimate)} ({estimate.measured}).", *estimate.problems]),
    )
    estimate.check()
    return 0
