"""Cells: the columns of the queue's table, what stands in them for a row, and what they are sorted by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

from ganstudio.core.names import shown
from ganstudio.core.text import N_, _
from ganstudio.jobs.changes import Row
from ganstudio.jobs.records import State
from ganstudio.ui.batch.words import LOOKS, RANK, sentence
from ganstudio.ui.widgets import wording

Sizes = tuple[int, int, int, int]  # width, height, and those of the result


class Column(IntEnum):
    PICTURE = 0
    NAME = 1
    SIZE = 2
    BECOMES = 3
    STATE = 4
    TIME = 5
    NOTE = 6


TITLES = ("", N_("Name"), N_("Size"), N_("Becomes"), N_("State"), N_("Time"), N_("Note"))


def text(row: Row, column: Column, size: Sizes | None, share: float | None) -> str:
    """`share`: how far a running one is, 0 to 1."""
    match column:
        case Column.NAME:
            word = shown(row.title or row.name)
            return word if not row.page else f"{word}  ({_('page')} {row.page + 1})"
        case Column.SIZE:
            return times(size[0], size[1]) if size else ""
        case Column.BECOMES:
            return times(size[2], size[3]) if size and size[2] else ""
        case Column.STATE:
            if row.state is State.RUNNING and share is not None:
                return wording.percent(share)
            return _(LOOKS[row.state].word)
        case Column.TIME:
            return wording.seconds(row.seconds) if row.seconds and row.state is not State.WAITING else ""
        case Column.NOTE:
            return sentence(row.reason or (row.notes.split("\n")[0] if row.state is State.DONE else ""))
    return ""


def tip(row: Row, column: Column) -> str:
    if column is Column.NOTE:
        said = text(row, column, None, None)
        return "\n".join(filter(None, [said, *map(sentence, row.notes.split("\n")[1:])]))
    if column in (Column.NAME, Column.PICTURE):
        lines = [shown(row.title)] if row.title else [shown(row.source), wording.bytes_(row.size)]
        if row.output and row.state is State.DONE:
            lines.append(f"→ {shown(row.output)}  {wording.bytes_(row.out_bytes)}")
        return "\n".join(lines)
    if column is Column.STATE and row.reason:
        return sentence(row.reason)
    return ""


def times(width: int, height: int) -> str:
    return f"{wording.count(width)} × {wording.count(height)}"


def work_order(row: Row) -> Any:
    return row.batch, row.place


def within_batch(rows: Sequence[Row], dragged: Sequence[Row], at: int) -> tuple[list[int], int | None]:
    """Rows in the order of work, some of them dragged to where `at` is: the ids of those that can be (of the batch of
    the first), and the id of the row before which they go; None: after all others of their batch."""
    batch = dragged[0].batch
    ids = [row.id for row in dragged if row.batch == batch]
    chosen = set(ids)
    if at < len(rows) and rows[max(at, 0)].batch < batch:
        at = 0
    for row in rows[max(at, 0) :]:
        if row.batch == batch and row.id not in chosen:
            return ids, row.id
        if row.batch > batch:
            break
    return ids, None


def sort_key(column: Column, sizes: dict[int, Sizes]) -> Callable[[Row], Any]:
    """Rows that are alike in it stay in the order of work."""
    match column:
        case Column.PICTURE:
            return work_order
        case Column.NAME:
            return lambda row: ((row.title or row.name).casefold(), row.page)
        case Column.STATE:
            return lambda row: RANK[row.state]
        case Column.TIME:
            return lambda row: row.seconds
        case Column.NOTE:
            return lambda row: row.reason or row.notes
        case _:
            return lambda row: _pixels(row, sizes.get(row.id))


def _pixels(row: Row, size: Sizes | None) -> tuple[float, int]:
    """By pixels where they are known, then by bytes."""
    return (size[0] * size[1] / 1e6 if size else row.megapixels), row.size
