"""Queue: what waits, runs and is done, over all batches; what a person can do with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import FINISHED, Batch, Job, State, Totals

# States a person may change a Job from: what runs is stopped through its engine.
_RETRIED = (State.FAILED, State.CANCELLED, State.SKIPPED)


class Queue:
    """The journal as a person sees it. In every batch done + failed + skipped + cancelled + unfinished = added."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def list(self) -> list[tuple[Batch, Totals]]:
        """The batches, the oldest first, with their counts. An interrupted batch that was begun again by the same
        command is one with the later one."""
        self.journal.orphans()
        batches = self.journal.batches()
        listed = []
        for at, batch in enumerate(batches):
            totals = self.journal.totals(batch)
            if not (totals.unfinished and any(self.journal.within(batch, later) for later in batches[at + 1 :])):
                listed.append((batch, totals))
        return listed

    def totals(self, batch: Batch) -> Totals:
        return self.journal.totals(batch)

    def jobs(self, batch: Batch | None = None, states: Sequence[State] = ()) -> Iterator[Job]:
        """The Jobs of a batch (or all), those in `states` only; few in memory at a time."""
        return self.journal.jobs(batch, states)

    def unfinished(self) -> list[Batch]:
        """Batches with Jobs that wait or are paused: what `resume` goes on with."""
        return [batch for batch, totals in self.list() if totals.unfinished]

    def resume(self, batch: Batch | None = None) -> list[Batch]:
        """Paused Jobs wait again; the batches that an engine has to run then."""
        for one in [batch] if batch is not None else self.journal.batches():
            self.journal.change_batch(one, State.WAITING, (State.PAUSED,))
        return [one for one in self.unfinished() if batch is None or one.id == batch.id]

    def pause(self, batch: Batch) -> int:
        """Waiting Jobs are left alone until `resume`; how many."""
        return self.journal.change_batch(batch, State.PAUSED, (State.WAITING,))

    def cancel(self, batch: Batch) -> int:
        """Jobs that have not begun never will; how many."""
        return self.journal.change_batch(batch, State.CANCELLED, (State.WAITING, State.PAUSED))

    def retry(self, batch: Batch | None = None, states: Sequence[State] = (State.FAILED,)) -> int:
        """Jobs that failed (or were skipped, cancelled) wait again; how many."""
        wanted = [state for state in states if state in _RETRIED]
        batches = [batch] if batch is not None else self.journal.batches()
        return sum(self.journal.change_batch(one, State.WAITING, wanted) for one in batches)

    def retry_jobs(self, jobs: Sequence[int]) -> int:
        """Run single Jobs again, also such as are done (their results are not replaced if they are whole)."""
        return self.journal.change(jobs, State.WAITING, FINISHED)

    def clear(self, states: Sequence[State] = FINISHED) -> int:
        """Forget finished Jobs, and batches left without any. No file is touched, and what was made stays known."""
        return self.journal.clear(states)
