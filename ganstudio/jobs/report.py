"""Report: what became of every picture of a batch, as a file; written row by row, however many there are."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.names import shown
from ganstudio.core.paths import too_long
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch, Job, State, Totals

COLUMNS = (
    "input", "page", "state", "reason", "output", "seconds", "megapixels", "output_megapixels", "output_bytes", "path",
    "notes",
)  # fmt: skip


def check_report(path: Path) -> None:
    """Raise UsageError when no report can be written to a file of that name: asked before the night, not after it."""
    if path.suffix.lower() not in _WRITERS:
        raise UsageError(f"The report {path} is of an unknown kind.", f"Known: {', '.join(_WRITERS)}.")
    if too_long(path):
        raise UsageError(f"The report {path} has a name that is too long for this disk.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The report {path} cannot be written: {error.strerror}.") from error
    if os.path.isdir(path) or not os.access(path.parent, os.W_OK):
        raise UsageError(f"The report {path} cannot be written: its folder does not allow it.")


def write_report(path: Path, journal: Journal, batches: Sequence[Batch], result: Ended) -> None:
    """Write a report; its suffix says how: .json, .csv or .html. Written beside and renamed, so that what is there
    is whole. Raises UsageError, or OutputError for the disk."""
    check_report(path)
    partial = path.with_name(f".{path.stem[:100]}.{os.getpid()}.part")
    try:
        with open(partial, "w", encoding="utf-8", newline="") as file:
            _WRITERS[path.suffix.lower()](file, _counts(result), _Rows(journal, batches))
        os.replace(partial, path)
    except OSError as error:
        raise OutputError(f"The report {path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


class Ended(Protocol):
    """What a report needs to know of a run: `jobs.engine.Result`, and what the window hears of one."""

    @property
    def ending(self) -> str: ...
    @property
    def totals(self) -> Totals: ...
    @property
    def seconds(self) -> float: ...


@dataclass(frozen=True)
class _Rows:
    """The Jobs as rows of a report, passed through as often as need be."""

    journal: Journal
    batches: Sequence[Batch]

    def __iter__(self) -> Iterator[dict[str, str | int | float]]:
        return (row(job) for batch in self.batches for job in self.journal.jobs(batch))


def _counts(result: Ended) -> dict[str, str | int | float]:
    totals = result.totals
    names = ("added", "done", "skipped", "failed", "cancelled", "unfinished", "faults", "out_bytes")
    return {
        **{name: getattr(totals, name) for name in names},
        "megapixels": round(totals.megapixels, 3),
        "ending": result.ending,
        "seconds": round(result.seconds, 1),
    }


def row(job: Job) -> dict[str, str | int | float]:
    """One Job for a report."""
    return {
        "input": shown(job.title or job.source),
        "page": job.page + 1,
        "state": str(job.counted),
        "reason": job.said,
        "output": shown(job.output) if job.output is not None and job.state is State.DONE else "",
        "seconds": round(job.seconds, 3) if job.counted is State.DONE else 0.0,
        "megapixels": round(job.megapixels, 3),
        "output_megapixels": round(job.out_megapixels, 3),
        "output_bytes": job.out_bytes,
        "path": job.path_used,
        "notes": job.notes,
    }


def _json(file: TextIO, counts: dict, rows: _Rows) -> None:
    head = json.dumps(counts, indent=1)
    file.write(head.removesuffix("\n}") + ',\n "pictures": [')
    for number, one in enumerate(rows):
        file.write(("," if number else "") + "\n  " + json.dumps(one, ensure_ascii=False))
    file.write("\n ]\n}\n")


def _csv(file: TextIO, counts: dict, rows: _Rows) -> None:
    file.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([_defused(one[name]) for name in COLUMNS] for one in rows)


def _defused(value: str | int | float) -> str | int | float:
    """A spreadsheet takes a text that begins like a formula for one (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _html(file: TextIO, counts: dict, rows: _Rows) -> None:
    from ganstudio.jobs.report_page import count_reasons, write_page
    from ganstudio.jobs.report_sheet import contact_sheet

    counts = counts | {"reasons": count_reasons(rows)}
    write_page(file, counts, iter(rows), COLUMNS, contact_sheet(rows.journal, rows.batches))


_WRITERS: dict[str, Callable[[TextIO, dict, _Rows], None]] = {".json": _json, ".csv": _csv, ".html": _html}
