"""`ganstudio queue`: all batches of this account, whoever began them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.show import count_text, table
from ganstudio.jobs.options import BatchOptions
from ganstudio.runtime.options import RuntimeOptions

if TYPE_CHECKING:
    from ganstudio.jobs.queue import Queue

SUMMARY = "see, resume, retry and clear batches"


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
    found = parser.parse_args(list(words))

    queue = Queue(Journal.usual())
    match found.action:
        case "list":
            _list(queue)
        case "clear":
            print(f"Forgot {count_text(queue.clear(), 'finished job')}. No picture was touched.")
        case "retry" | "resume":
            if found.action == "retry":
                print(f"{count_text(queue.retry(), 'failed picture')} to try again.")
            return _resume(queue, take(BatchOptions, found), take(RuntimeOptions, found), found.json)
    queue.journal.close()
    return 0


def _list(queue: Queue) -> None:
    from ganstudio.jobs.records import State

    rows = []
    for batch, totals in queue.list():
        began = time.strftime("%Y-%m-%d %H:%M", time.localtime(batch.created))
        tools = " → ".join(step["tool"] for step in batch.recipe["steps"])
        counts = (totals.done, totals.skipped, totals.failed, totals.cancelled, totals.unfinished)
        place = batch.options["file"] or batch.options["folder"] or "beside the originals"
        rows.append((str(batch.id), began, tools, *(f"{count:,}" for count in counts), place))
    if not rows:
        print("The queue is empty.")
        return
    print(table(("batch", "begun", "recipe", "done", "skipped", "failed", "cancelled", "waiting", "results"), rows))
    for job in queue.jobs(states=(State.FAILED,)):
        print(f"failed: {job.source}: {job.said}")


def _resume(queue: Queue, options: BatchOptions, where: RuntimeOptions, as_json: bool) -> int:
    from ganstudio.cli.batch import engine_for, run_batches
    from ganstudio.cli.telling import teller
    from ganstudio.jobs.report import check_report

    if options.report:
        check_report(Path(options.report))

    batches = queue.resume()
    if not batches:
        print("Nothing waits.")
        queue.journal.close()
        return 0
    engine = engine_for(queue.journal, where)
    try:
        return run_batches(engine, batches, teller(as_json), until=options.until, report=options.report)
    finally:
        engine.close()
