"""A batch in the terminal: added to the queue, worked through, told of; the same for every Tool, recipe and resume."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.ending import Ending, exit_code, failures
from ganstudio.cli.telling import Teller, estimate_text, teller
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown
from ganstudio.core.stopping import stopped_by_signals
from ganstudio.jobs.batch import Added, add
from ganstudio.jobs.engine import Engine, Result, connect
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import JournalError, Totals
from ganstudio.jobs.report import check_report, write_report
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime

if TYPE_CHECKING:
    from ganstudio.jobs.making import Heard
    from ganstudio.jobs.options import BatchOptions
    from ganstudio.jobs.records import Batch
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.recipe import Recipe

_REFUSED_TOLD = 5


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
        recipe = recipe.located(engine.library)
        added = add(engine.journal, engine.library, recipe, inputs, options, make_folders=not dry_run)
        if added.survey.refused and not added.batch.added:
            raise UsageError(" ".join(added.survey.refused[:_REFUSED_TOLD]))
        told = teller(as_json)
        told.found(added)
        if dry_run and added.batch.added:
            return _dry(engine, added, told)
        return _run(engine, added, told, options)
    finally:
        engine.close()


def engine_for(journal: Journal, where: RuntimeOptions, heard: Heard | None = None) -> Engine:
    """`heard`: what is told to of the things that are made (`jobs.making.run`)."""
    return connect(journal, Library(), Runtime(where.device, where.precision, tile=where.tile), heard=heard)


def _run(engine: Engine, added: Added, told: Teller, options: BatchOptions) -> int:
    if added.batch.added:
        code = run_batches(engine, [added.batch], told, until=options.until, report=options.report)
    else:
        code = tell_end(engine.journal, [], None, told, options.report)
    return code or (1 if added.survey.troubles else 0)


def run_batches(
    engine: Engine, batches: Sequence[Batch], told: Teller, *, until: int | None = None, report: str = ""
) -> int:
    """Work through batches that are in the journal, with progress, failures, summary and report."""
    before = sum(engine.journal.totals(batch).done for batch in batches)
    with stopped_by_signals(engine.stop), told:
        result = engine.run(batches, until=until, on_status=told.status, on_estimate=told.estimate)
    return tell_end(engine.journal, batches, result, told, report, before=before)


def tell_end(
    journal: Journal, batches: Sequence[Batch], result: Result | None, told: Teller, report: str,
    *, nothing: str = "", before: int = 0,
) -> int:  # fmt: skip
    """Failures, summary, report and exit code of a run; a `result` of None says that there was nothing to run,
    for the reason `nothing`."""
    result = result or Result("finished", Totals(), 0.0)
    try:
        for line in failures(journal, batches):
            print(line, file=sys.stderr)
        ending = Ending(journal, batches, result, before)
    except JournalError:
        if result.trouble is None:
            raise
        ending = Ending(journal, [], result, before)  # the numbers are known, what each picture came to is not
    told.summary(ending.facts(), nothing or ending.text())
    if report:
        write_report(Path(report), journal, batches, result)
    return exit_code(result)


def _dry(engine: Engine, added: Added, told: Teller) -> int:
    with stopped_by_signals(engine.stop):
        estimate = engine.dry_run(added.batch)
    done = added.batch.added - estimate.files
    already = f" {done:,} of {added.batch.added:,} are done already or left out." if done else ""
    measured = f" ({estimate.measured})" if estimate.seconds else ""
    told.summary(
        {
            "added": added.batch.added,
            "files": estimate.files,
            "seconds": estimate.seconds,
            "bytes_needed": estimate.needed,
            "bytes_free": estimate.free,
            "measured": estimate.measured,
            "problems": [shown(one) for one in estimate.problems],
        },
        "\n".join([f"To do: {estimate_text(estimate)}{measured}.{already}", *map(shown, estimate.problems)]),
    )
    estimate.check()
    return 1 if added.survey.troubles else 0
