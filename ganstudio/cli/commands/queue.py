"""`ganstudio queue`: all batches of this account, whoever began them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.show import count_text, table
from ganstudio.cli.streams import say
from ganstudio.core.names import shown
from ganstudio.jobs.options import BatchOptions
from ganstudio.runtime.options import RuntimeOptions

if TYPE_CHECKING:
    from ganstudio.jobs.queue import Queue
    from ganstudio.jobs.records import Batch, Totals

SUMMARY = "see, resume, retry and clear batches"
_COUNTS = ("done", "skipped", "failed", "cancelled", "waiting")


def run(words: Sequence[str]) -> int:
    from ganstudio.jobs.journal import Journal
    from ganstudio.jobs.queue import Queue

    parser = Parser(prog="ganstudio queue", description=SUMMARY.capitalize() + ".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    listed = actions.add_parser("list", help="the batches, and what failed in them")
    resumed = actions.add_parser("resume", help="go on with what waits")
    retried = actions.add_parser("retry", help="run what failed once more")
    cleared = actions.add_parser("clear", help="forget what is finished; no picture is touched")
    for one in (listed, resumed, retried, cleared):
        one.add_argument("--json", action="store_true", help="as JSON lines")
    for one in (resumed, retried):
        add_params(one, BatchOptions, "the run", only=("until", "report"))
        add_params(one, RuntimeOptions, "where it runs")
    found = parser.parse(words)

    queue = Queue(Journal.usual())
    for note in queue.journal.notes:
        print(shown(note), file=sys.stderr)
    match found.action:
        case "list":
            _list_json(queue) if found.json else _list(queue)
        case "clear":
            _clear(queue, found.json)
        case "retry":
            return _run(queue, _retried(queue, found.json), found)
        case "resume":
            return _run(queue, queue.resume(), found)
    queue.journal.close()
    return 0


def _list(queue: Queue) -> None:
    from ganstudio.cli.ending import failures
    from ganstudio.jobs.making import words_of
    from ganstudio.jobs.records import State

    batches = queue.list()
    if not batches:
        say("The queue is empty.")
        return
    rows = []
    for batch, totals in batches:
        counts = [f"{count:,}" for count in _counts(totals).values()]
        tools = " → ".join(shown(word) for word in words_of(batch))
        rows.append((str(batch.id), _begun(batch), tools, *counts, shown(_place(batch) or "beside the originals")))
    say(table(("batch", "begun", "recipe", *_COUNTS, "results"), rows))
    for job in queue.jobs(states=(State.RUNNING,)):
        if job.title:
            say(f"running: {shown(job.word)}: {job.share:.0%}")
    for line in failures(queue.journal, [None]):
        say(line)


def _list_json(queue: Queue) -> None:
    """A line for every batch, then one for every picture that failed."""
    from ganstudio.jobs.making import words_of
    from ganstudio.jobs.records import State

    for batch, totals in queue.list():
        about = {"batch": batch.id, "begun": _begun(batch), "recipe": words_of(batch), "results": shown(_place(batch))}
        _say("batch", **about, added=totals.added, **_counts(totals))
    for job in queue.jobs(states=(State.RUNNING,)):
        if job.title:
            _say("running", title=shown(job.title), output=shown(job.source), share=round(job.share, 3))
    for job in queue.jobs(states=(State.FAILED,)):
        if job.title:
            _say("failed", title=shown(job.title), output=shown(job.source), reason=shown(job.said))
        else:
            _say("failed", input=shown(job.source), page=job.page + 1, reason=shown(job.said))


def _counts(totals: Totals) -> dict[str, int]:
    counts = (totals.done, totals.skipped, totals.failed, totals.cancelled, totals.unfinished)
    return dict(zip(_COUNTS, counts, strict=True))


def _begun(batch: Batch) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(batch.created))


def _place(batch: Batch) -> str:
    return batch.options["file"] or batch.options["folder"]


def _say(event: str, **facts: Any) -> None:
    say(json.dumps({"event": event, **facts}))


def _clear(queue: Queue, as_json: bool) -> None:
    count = queue.clear()
    if as_json:
        _say("cleared", jobs=count)
    else:
        say(f"Forgot {count_text(count, 'finished job')}. No file was touched.")


def _retried(queue: Queue, as_json: bool) -> list[Batch]:
    """The batches whose failed pictures wait again; others that wait are none of `retry`'s business. Of batches
    that were begun again by the same command the last one stands for all."""
    failed = [batch for batch, totals in queue.list() if totals.failed]
    batches = [
        batch
        for at, batch in enumerate(failed)
        if not any(queue.journal.within(batch, later) for later in failed[at + 1 :])
    ]
    count = sum(queue.retry(batch) for batch in batches)
    if as_json:
        _say("retry", pictures=count)
    elif count:
        print(f"{count_text(count, 'failed picture')} to try again.", file=sys.stderr)
    return batches


def _run(queue: Queue, batches: list[Batch], found: Any) -> int:
    from ganstudio.cli.batch import engine_for, run_batches, tell_end
    from ganstudio.cli.telling import teller
    from ganstudio.jobs.report import check_report

    options, told = take(BatchOptions, found), teller(found.json)
    if options.report:
        check_report(Path(options.report))
    if not batches:
        nothing = "Nothing waits." if found.action == "resume" else "No picture has failed."
        return tell_end(queue.journal, [], None, told, options.report, nothing=nothing)
    engine = engine_for(queue.journal, take(RuntimeOptions, found), told.heard())
    try:
        return run_batches(engine, batches, told, until=options.until, report=options.report)
    finally:
        engine.close()
