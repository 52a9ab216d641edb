"""Report: what became of every picture of a batch, as a file; written row by row, however many there are."""

from __future__ import annotations

import csv
import html
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.names import shown
from ganstudio.core.paths import too_long
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch, Job, State

if TYPE_CHECKING:
    from ganstudio.jobs.engine import Result

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


def write_report(path: Path, journal: Journal, batches: Sequence[Batch], result: Result) -> None:
    """Write a report; its suffix says how: .json, .csv or .html. Raises UsageError, or OutputError for the disk."""
    check_report(path)
    rows = (row(job) for batch in batches for job in journal.jobs(batch))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            _WRITERS[path.suffix.lower()](file, _counts(result), rows)
    except OSError as error:
        raise OutputError(f"The report {path} cannot be written: {error.strerror}.") from error


def _counts(result: Result) -> dict[str, str | int | float]:
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
        "input": shown(job.source),
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


def _json(file: TextIO, counts: dict, rows: Iterator[dict]) -> None:
    head = json.dumps(counts, indent=1)
    file.write(head.removesuffix("\n}") + ',\n "pictures": [')
    for number, one in enumerate(rows):
        file.write(("," if number else "") + "\n  " + json.dumps(one, ensure_ascii=False))
    file.write("\n ]\n}\n")


def _csv(file: TextIO, counts: dict, rows: Iterator[dict]) -> None:
    file.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)


def _html(file: TextIO, counts: dict, rows: Iterator[dict]) -> None:
    said = ", ".join(f"{counts[name]:,} {name}" for name in ("added", "done", "skipped", "failed"))
    file.write(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>GANStudio report</title><style>'
        "body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}td,th{border-bottom:1px solid #ccc;"
        "padding:.3em .6em;text-align:left}.failed td{background:#fdd}</style>"
        f"<h1>{said}</h1><table><tr>{''.join(f'<th>{column}</th>' for column in COLUMNS)}</tr>\n"
    )
    for one in rows:
        cells = "".join(f"<td>{html.escape(str(one[column]))}</td>" for column in COLUMNS)
        file.write(f'<tr class="{one["state"]}">{cells}</tr>\n')
    file.write("</table></html>\n")


_WRITERS: dict[str, Callable[[TextIO, dict, Iterator[dict]], None]] = {".json": _json, ".csv": _csv, ".html": _html}
