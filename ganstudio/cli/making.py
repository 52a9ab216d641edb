"""What is made, in the terminal: entered in the queue, worked through here, told of while it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ganstudio.cli.long_work import Telling
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress, Snapshot
from ganstudio.core.stopping import stopped_by_signals
from ganstudio.jobs.engine import connect
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.making import Making, add
from ganstudio.jobs.records import State

if TYPE_CHECKING:
    from ganstudio.jobs.engine import Result
    from ganstudio.jobs.records import Job
    from ganstudio.jobs.watch import Status
    from ganstudio.tools.tool import Context

STOPPED = 130


class Far:
    """How far what is made now is: what a Telling looks at while an engine runs."""

    def __init__(self) -> None:
        self._now = Progress().snapshot()

    def snapshot(self) -> Snapshot:
        return self._now

    def hear(self, status: Status) -> None:
        self._now = status.making or self._now


@dataclass(frozen=True)
class Ended:
    """How it ended: the Jobs as they are now, and the numbers of those that were made here."""

    result: Result
    jobs: tuple[Job, ...]
    here: frozenset[int]

    @property
    def stopped(self) -> bool:
        """By hand, before all was made."""
        return self.result.ending == "stopped" and self.waiting

    @property
    def trouble(self) -> str:
        """Why something was not made; "" where it was, or was stopped by hand."""
        said = [str(self.result.trouble)] if self.result.trouble is not None else []
        said += [job.reason for job in self.jobs if job.state is State.FAILED]
        return " ".join(said)

    @property
    def left(self) -> list[str]:
        """What was made before, or by another program meanwhile, in sentences."""
        said = [f"{job.source}: {job.said}" for job in self.jobs if job.counted is State.SKIPPED]
        others = [job for job in self.jobs if job.counted is State.DONE and job.id not in self.here]
        return said + [f"{job.source}: another program made it" for job in others]

    @property
    def waiting(self) -> bool:
        return self.result.totals.unfinished > 0

    @property
    def code(self) -> int:
        """0 all made, 1 trouble, 3 a fault of the program, 130 stopped by hand."""
        if self.stopped:
            return STOPPED
        if self.result.totals.faults:
            return 3
        return 1 if self.trouble else 0


def make_here(
    makings: Sequence[Making], context: Context, told: Telling, far: Far, heard: Mapping[str, Any],
    *, keeps: bool = False,
) -> Ended:  # fmt: skip
    """Enter it in the journal and work through it in this process. `told` watches `far`. With `keeps` the first Ctrl-C
    ends the work with what it has. Raises JournalError, DiskFull; what a bug raises."""
    journal = Journal.usual()
    for note in journal.notes:
        told.note(note)
    ended: list[bool] = []
    here: set[int] = set()
    said: set[str] = set()

    def done(job: Job, made: object) -> None:
        here.add(job.id)
        heard.get("done", lambda job, made: None)(job, made)
        if ended:
            engine.stop()  # the next one is not begun

    def tell(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            told.note(sentence)

    whole = {"tell": tell, "enough": lambda: bool(ended), "stopped": _say(told), **heard, "done": done}
    engine = connect(journal, context.library, context.runtime, heard=whole, size=1)
    enough = (lambda: ended.append(True)) if keeps else None
    try:
        batches = [add(journal, one) for one in makings]
        with stopped_by_signals(engine.stop, enough=enough), told:
            result = engine.run(batches, on_status=far.hear)
        return Ended(result, tuple(job for batch in batches for job in journal.jobs(batch)), frozenset(here))
    finally:
        journal.close()


def _say(told: Telling) -> Callable[[Job, UserError], None]:
    """Tell what a maker keeps when it is stopped."""

    def stopped(job: Job, error: UserError) -> None:
        told.note(str(error))

    return stopped
