"""The parts of the Batch workspace and where they stand: toolbar, totals, notice, table; the panels at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.batch.model import QueueModel
from ganstudio.ui.batch.notice_bar import NoticeBar
from ganstudio.ui.batch.side import Side
from ganstudio.ui.batch.table import QueueTable
from ganstudio.ui.batch.thumbs import Thumbs
from ganstudio.ui.batch.toolbar import Toolbar
from ganstudio.ui.batch.totals import Totals
from ganstudio.ui.desk import Desk
from ganstudio.ui.widgets import Divider, EmptyState

Call = Callable[[], None]


@dataclass(frozen=True)
class Parts:
    toolbar: Toolbar
    totals: Totals
    bar: NoticeBar
    table: QueueTable
    side: Side
    empty: EmptyState
    stack: QStackedLayout


def lay_out(
    place: QWidget, desk: Desk, model: QueueModel, thumbs: Thumbs, *, start: Call, add_files: Call, add_folder: Call
) -> Parts:
    """Make the parts as children of `place`, which has no layout yet."""
    empty = EmptyState(
        "layers",
        _("Drop pictures or folders here."),
        _("They wait in the list until you press Start. Your originals are never changed."),
        [(_("Add files…"), add_files, "plus"), (_("Add folder…"), add_folder, "folder")],
        place,
    )
    parts = Parts(
        Toolbar(place), Totals(place), NoticeBar(start, place), QueueTable(model, thumbs, place), Side(desk, place),
        empty, QStackedLayout(),
    )  # fmt: skip
    parts.stack.addWidget(empty)
    parts.stack.addWidget(parts.table)
    left = QVBoxLayout()
    left.setSpacing(0)
    for part in (parts.toolbar, Divider("edge"), parts.totals, parts.bar):
        left.addWidget(part)
    left.addLayout(parts.stack, 1)
    row = QHBoxLayout(place)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addLayout(left, 1)
    row.addWidget(Divider("edge", upright=True))
    row.addWidget(parts.side)
    return parts
