"""The end of a batch: what became of every picture, in numbers, sentences and an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ganstudio.cli.show import count_text, size_text, time_text
from ganstudio.jobs.records import State

if TYPE_CHECKING:
    from ganstudio.jobs.engine import Result
    from ganstudio.jobs.journal import Journal
    from ganstudio.jobs.records import Batch, Totals

_KINDS_TOLD = 8


def exit_code(result: Result) -> int:
    """0 all done, 1 some failed or did not fit, 3 a fault of the program, 130 stopped by hand."""
    if result.ending == "stopped":
        return 130
    if result.totals.faults:
        return 3
    return 1 if result.totals.failed or result.refused else 0


def failures_text(journal: Journal, batches: Sequence[Batch]) -> str:
    """A line for every picture that failed, with its reason."""
    lines = [f"failed: {job.source}{_page(job.page)}: {job.said}\n" for batch in batches
             for job in journal.jobs(batch, (State.FAILED,))]  # fmt: skip
    return "".join(lines)


def _page(page: int) -> str:
    return f" (page {page + 1})" if page else ""


def summary(journal: Journal, batches: Sequence[Batch], result: Result) -> dict[str, Any]:
    """The numbers of a run, and how often each reason for skipping and each note on a result occurred."""
    totals = result.totals
    skipped, notes = Counter[str](), Counter[str]()
    for batch in batches:
        for job in journal.jobs(batch, (State.DONE, State.SKIPPED)):
            if job.counted is State.SKIPPED:
                skipped[job.said] += 1
            else:
                notes.update(note for note in job.notes.split("\n") if note)
    return {
        **{name: getattr(totals, name) for name in ("added", "done", "skipped", "failed", "cancelled")},
        "waiting": totals.unfinished,
        "ending": result.ending,
        "seconds": round(result.seconds, 1),
        "megapixels": round(totals.out_megapixels, 2),
        "bytes": totals.out_bytes,
        "why_skipped": dict(skipped.most_common()),
        "notes": dict(notes.most_common()),
    }


def summary_text(said: dict[str, Any], result: Result) -> str:
    """A few lines for a person."""
    totals = result.totals
    lines = [_counts(totals) + _size_and_time(said)]
    lines += [f"  skipped, {reason}: {count:,}" for reason, count in list(said["why_skipped"].items())[:_KINDS_TOLD]]
    lines += [f"  {note}{f' ({count:,} times)' if count > 1 else ''}"
              for note, count in list(said["notes"].items())[:_KINDS_TOLD]]  # fmt: skip
    if result.refused is not None:
        lines.append(str(result.refused))
    if totals.unfinished:
        lines.append("`ganstudio queue resume` goes on, and so does the same command.")
    return "\n".join([*lines, *result.notes])


def _counts(totals: Totals) -> str:
    parts = [f"{count_text(totals.done, 'picture')} done"]
    for count, word in ((totals.skipped, "skipped"), (totals.failed, "failed"), (totals.cancelled, "cancelled")):
        parts += [f"{count:,} {word}"] if count else []
    parts += [f"{totals.unfinished:,} waiting"] if totals.unfinished else []
    return ", ".join(parts)


def _size_and_time(said: dict[str, Any]) -> str:
    if not said["done"]:
        return "."
    return f": {said['megapixels']:,.0f} megapixels, {size_text(said['bytes'])}, in {time_text(said['seconds'])}."
