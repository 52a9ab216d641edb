"""The end of a batch: what became of every picture, in numbers, sentences and an exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ganstudio.cli.show import count_text, number_text, size_text, time_text
from ganstudio.core.names import shown
from ganstudio.jobs.making import is_making
from ganstudio.jobs.records import State

if TYPE_CHECKING:
    from ganstudio.jobs.engine import Result
    from ganstudio.jobs.journal import Journal
    from ganstudio.jobs.records import Batch, Job, Totals

_KINDS_TOLD = 8
# Reasons that name files are as many as the files: beyond so many different ones they are counted together.
_KINDS_KEPT = 200
OTHERS = "for other reasons"


def exit_code(result: Result) -> int:
    """0 all done, 1 some failed, did not fit or could not be noted in the journal, 3 a fault of the program, 130
    stopped by hand."""
    if result.ending == "stopped":
        return 130
    if result.totals.faults:
        return 3
    return 1 if result.totals.failed or result.refused or result.trouble else 0


def failures(journal: Journal, batches: Sequence[Batch | None]) -> Iterator[str]:
    """A line for every picture that failed, with its reason; None stands for all batches. A picture that is in
    several batches is told of once."""
    told: set[int] = set()
    for batch in batches:
        for job in journal.jobs(batch, (State.FAILED,)):
            if job.id not in told:
                yield failure_text(job)
            if len(batches) > 1:
                told.add(job.id)


def failure_text(job: Job) -> str:
    page = f" (page {job.page + 1})" if job.page else ""
    return f"failed: {shown(job.word)}{page}: {shown(job.said)}"


class Tally:
    """How often each sentence was met, and with which picture first; for others than the first 200 one number."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def add(self, sentence: str, name: str) -> None:
        known = sentence in self.counts or len(self.counts) < _KINDS_KEPT
        key = sentence if known else OTHERS
        self.counts[key] = self.counts.get(key, 0) + 1
        self._first.setdefault(key, name)

    def frequent(self) -> list[tuple[str, int, str]]:
        """Sentence, count and first picture; the most frequent ones."""
        ranked = sorted(self.counts.items(), key=lambda one: -one[1])[:_KINDS_TOLD]
        return [(sentence, count, self._first[sentence]) for sentence, count in ranked]


class Ending:
    """What a run came to. Of 100,000 pictures it keeps numbers, not pictures."""

    def __init__(self, journal: Journal, batches: Sequence[Batch], result: Result, before: int = 0) -> None:
        """`before` of the pictures were done already when this run began (a batch that is gone on with)."""
        self.result, self._before = result, before
        self._what = "job" if any(map(is_making, batches)) else "picture"
        self._skipped, self._notes = Tally(), Tally()
        for batch in batches:
            for job in journal.jobs(batch, (State.DONE, State.SKIPPED)):
                if job.counted is State.SKIPPED:
                    self._skipped.add(job.said, job.title or job.source.name)
                else:
                    for note in filter(None, job.notes.split("\n")):
                        self._notes.add(note, job.title or job.source.name)

    def facts(self) -> dict[str, Any]:
        """The numbers of a run, and how often each reason for skipping and each note on a result occurred.

        added = done + skipped + failed + cancelled + waiting, always.
        """
        totals = self.result.totals
        return {
            **{name: getattr(totals, name) for name in ("added", "done", "skipped", "failed", "cancelled")},
            "waiting": totals.unfinished,
            "ending": self.result.ending,
            "trouble": shown(self.result.refused or self.result.trouble or ""),
            "seconds": round(self.result.seconds, 1),
            "megapixels": round(totals.out_megapixels, 2),
            "bytes": totals.out_bytes,
            "why_skipped": {shown(one): count for one, count in self._skipped.counts.items()},
            "notes": {shown(one): count for one, count in self._notes.counts.items()},
        }

    def text(self) -> str:
        """A few lines for a person."""
        totals, result = self.result.totals, self.result
        lines = [counts_text(totals, result.seconds, self._before, self._what)]
        for reason, count, name in self._skipped.frequent():
            lines.append(f"  skipped: {name if count == 1 else f'{count:,} {self._what}s'}: {reason}")
        for note, count, name in self._notes.frequent():
            lines.append(f"  {name if count == 1 else f'{count:,} {self._what}s'}: {note}")
        lines += [str(said) for said in (result.refused, result.trouble) if said is not None]
        lines += ["The time said with --until has come."] if result.ending == "until" else []
        if totals.unfinished:
            lines.append("`ganstudio queue resume` goes on, and so does the same command.")
        return "\n".join(map(shown, [*lines, *result.notes]))


def counts_text(totals: Totals, seconds: float, before: int = 0, what: str = "picture") -> str:
    """“3 pictures done (36 megapixels, 12.1 MB) in 40 s; 1 failed, 2 skipped.”"""
    if not totals.added:
        return "There is no picture to work on."
    pixels = f"{number_text(totals.out_megapixels)} megapixels, " if totals.out_megapixels else ""
    size = f" ({pixels}{size_text(totals.out_bytes)})" if totals.done else ""
    now = max(totals.done - before, 0)
    took = f" in {time_text(seconds)}" if now else ""
    if before:
        done = f"{count_text(now, what)} done now{took}, {totals.done:,} in all{size}"
    else:
        done = f"{count_text(now, what)} done{size}{took}"
    counts = (totals.failed, "failed"), (totals.skipped, "skipped"), (totals.cancelled, "cancelled")
    rest = [f"{count:,} {word}" for count, word in (*counts, (totals.unfinished, "waiting")) if count]
    return f"{done}; {', '.join(rest)}." if rest else f"{done}."
