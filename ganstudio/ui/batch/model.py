"""The table's model: rows in one list, sorted and filtered by an index list of its own (a sorting proxy would take
seconds for 100,000 rows)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.jobs.changes import Row
from ganstudio.jobs.records import State
from ganstudio.ui.batch import cells
from ganstudio.ui.batch.cells import TITLES, Column, Sizes, sort_key, work_order

ROWS = "application/x-ganstudio-rows"
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_MOVABLE = _FIXED | Qt.ItemFlag.ItemIsDragEnabled
_INSERT_MS = 250  # the view lays itself out anew for each insertion, be it of one row or of thousands


class QueueModel(QAbstractTableModel):
    """`rows` in the order shown. `moved(ids, before)`: rows were dragged, `before` an id or None for the end;
    `counted()`: the counts by state have changed."""

    moved = Signal(object, object)
    counted = Signal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.by_id: dict[int, Row] = {}
        self.counts: Counter[State] = Counter()
        self.written = 0  # bytes of all that are done
        self.makings = self.waiting_makings = 0  # rows that are no pictures: what makers make
        self.sizes: dict[int, Sizes] = {}
        self.running: dict[int, float] = {}
        self.sorted_by: Column = Column.PICTURE  # the order of work
        self.backwards = False
        self._states: frozenset[State] = frozenset()
        self._word = ""
        self._dirty = False
        self._at_work: set[int] = set()
        self._arriving: list[int] = []  # ids that are to be inserted
        self._inserting = QTimer(self, interval=_INSERT_MS, singleShot=True)
        self._inserting.timeout.connect(self.insert_arrived)

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(Column):
            if role == Qt.ItemDataRole.DisplayRole:
                return _(TITLES[section])
            if role == Qt.ItemDataRole.ToolTipRole:
                return _("Order of work") if section == Column.PICTURE else _("Sort; the order of work stays")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return cells.tip(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.text(row, column) or _(TITLES[column]) or shown(row.name)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (Column.SIZE, Column.BECOMES, Column.TIME):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return _MOVABLE if self.in_work_order else _FIXED

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sorted_by = Column(column)
        self.backwards = order == Qt.SortOrder.DescendingOrder and self.sorted_by is not Column.PICTURE
        self._arrange()

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [self.rows[at].id for at in sorted({index.row() for index in indexes})]
        mime = QMimeData()
        mime.setData(ROWS, " ".join(map(str, ids)).encode())
        return mime

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not data.hasFormat(ROWS):
            return False
        at = row if row >= 0 else parent.row() if parent.isValid() else len(self.rows)
        ids = [int(word) for word in bytes(data.data(ROWS).data()).split()]
        self.move_rows(ids, at)
        return False  # rows are not removed by the view: they come back from the journal in their new order

    # What a cell says

    def text(self, row: Row, column: Column) -> str:
        return cells.text(row, column, self.sizes.get(row.id), self.share(row))

    def share(self, row: Row) -> float | None:
        """How far a running one is, 0 to 1; of what a maker makes also where another program does. None: not known."""
        if row.state is not State.RUNNING:
            return None
        return self.running.get(row.id, row.share if row.title else None)

    # What the queue brings

    def take(self, rows: Iterable[Row], gone: Iterable[int] = ()) -> None:
        """Rows that are new or changed, and ids of those that are no more."""
        removed = [row for id in gone if (row := self.by_id.pop(id, None)) is not None]
        for row in removed:
            self._count(row, -1)
            self.sizes.pop(row.id, None)
        changed: list[int] = []
        added: list[Row] = []
        for row in rows:
            old = self.by_id.get(row.id)
            self.by_id[row.id] = row
            if old is not None:
                self._count(old, -1)
            self._count(row, 1)
            if old is None:
                added.append(row)
                continue
            if row.size != old.size or row.name != old.name:
                self.sizes.pop(row.id, None)
            row.at = old.at
            if old.at >= 0:
                self.rows[old.at] = row
                changed.append(old.at)
            self._dirty = self._dirty or (old.batch, old.place) != (row.batch, row.place) or self._is_dirtied(row, old)
        if removed:
            self._without(removed)
        elif changed:
            top, bottom = self.index(min(changed), 0), self.index(max(changed), len(Column) - 1)
            self.dataChanged.emit(top, bottom)
        self._arriving += [row.id for row in added]
        if not self._inserting.isActive():
            self.insert_arrived()
        self.counted.emit()

    @Slot()
    def insert_arrived(self) -> None:
        """Show the rows that came since the last time; those that come within a moment are shown at once."""
        if self._arriving:
            arrived, self._arriving = self._arriving, []
            self._append([row for id in arrived if (row := self.by_id.get(id)) is not None and row.at < 0])
            self._inserting.start()

    def show_running(self, running: dict[int, float]) -> None:
        """How far the pictures in work are: id → 0 to 1."""
        places = [row.at for id in {*running, *self.running} if (row := self.by_id.get(id)) is not None and row.at >= 0]
        self.running = running
        for at in places:
            self.dataChanged.emit(self.index(at, Column.STATE), self.index(at, Column.TIME))

    def running_rows(self) -> list[Row]:
        return [self.by_id[id] for id in self._at_work]

    def show_sizes(self, sizes: dict[int, Sizes]) -> None:
        self.sizes.update(sizes)
        for id in sizes:
            self.touch(id)

    def touch(self, id: int) -> None:
        """Paint a row again."""
        row = self.by_id.get(id)
        if row is not None and row.at >= 0:
            self.dataChanged.emit(self.index(row.at, 0), self.index(row.at, Column.BECOMES))

    def forget_results(self) -> None:
        """Another recipe: what waits will become something else."""
        for id, size in list(self.sizes.items()):
            row = self.by_id.get(id)
            if row is not None and row.state is not State.DONE:
                self.sizes[id] = (size[0], size[1], 0, 0)
        if self.rows:
            self.dataChanged.emit(self.index(0, Column.BECOMES), self.index(len(self.rows) - 1, Column.BECOMES))

    # Order and choice

    @property
    def in_work_order(self) -> bool:
        return self.sorted_by is Column.PICTURE and not self.filtered

    @property
    def filtered(self) -> bool:
        return bool(self._states or self._word)

    @property
    def is_dirty(self) -> bool:
        """Whether rows are not where they belong any more: `tidy` puts them there."""
        return self._dirty

    def set_filter(self, states: Iterable[State], word: str) -> None:
        states, word = frozenset(states), word.strip().casefold()
        if (states, word) != (self._states, self._word):
            self._states, self._word = states, word
            self._arrange()

    def tidy(self) -> None:
        if self._dirty:
            self._arrange()

    def move_rows(self, ids: list[int], at: int) -> None:
        """Ask for rows to be worked on before the one that is at `at` now; only within their batch."""
        if not self.in_work_order or not ids or ids[0] not in self.by_id:
            return
        ids, before = cells.within_batch(self.rows, [self.by_id[id] for id in ids if id in self.by_id], at)
        self.moved.emit(ids, before)

    # Inside

    def _is_dirtied(self, row: Row, old: Row) -> bool:
        if self._states and (row.state in self._states) != (old.at >= 0):
            return True
        return self.sorted_by in (Column.STATE, Column.TIME, Column.NOTE, Column.SIZE, Column.BECOMES)

    def _count(self, row: Row, by: int) -> None:
        self.counts[row.state] += by
        if row.title:
            self.makings += by
            self.waiting_makings += by * (row.state in (State.WAITING, State.PAUSED))
        if row.state is State.DONE:
            self.written += by * row.out_bytes
        if row.state is State.RUNNING:
            (self._at_work.add if by > 0 else self._at_work.discard)(row.id)

    def _shown(self, row: Row) -> bool:
        if self._states and row.state not in self._states:
            return False
        return not self._word or self._word in (row.title or row.name).casefold()

    def _append(self, added: list[Row]) -> None:
        chosen = [row for row in added if self._shown(row)] if self.filtered else added
        if not chosen:
            return
        chosen.sort(key=work_order)  # they come in the order in which they were changed
        first = len(self.rows)
        if self.sorted_by is not Column.PICTURE or (self.rows and work_order(chosen[0]) < work_order(self.rows[-1])):
            self._dirty = True
        self.beginInsertRows(QModelIndex(), first, first + len(chosen) - 1)
        self.rows += chosen
        for at, row in enumerate(chosen, first):
            row.at = at
        self.endInsertRows()

    def _without(self, removed: list[Row]) -> None:
        """Take rows out: in one piece where they are one, else all anew."""
        places = sorted(row.at for row in removed if row.at >= 0)
        if not places:
            return
        if places[-1] - places[0] + 1 == len(places):
            self.beginRemoveRows(QModelIndex(), places[0], places[-1])
            del self.rows[places[0] : places[-1] + 1]
            self._number()
            self.endRemoveRows()
        else:
            out = set(places)
            self.beginResetModel()
            self.rows = [row for at, row in enumerate(self.rows) if at not in out]
            self._number()
            self.endResetModel()

    def _number(self) -> None:
        for at, row in enumerate(self.rows):
            row.at = at

    def _arrange(self) -> None:
        """Filter and sort anew."""
        self._dirty = False
        self._arriving.clear()
        wanted = [row for row in self.by_id.values() if self._shown(row)] if self.filtered else [*self.by_id.values()]
        wanted.sort(key=work_order)
        if self.sorted_by is not Column.PICTURE:
            wanted.sort(key=sort_key(self.sorted_by, self.sizes), reverse=self.backwards)
        if len(wanted) == len(self.rows) and not self.filtered:
            self.layoutAboutToBeChanged.emit()
            kept = self.persistentIndexList()
            ids = [self.rows[index.row()] for index in kept]
            self.rows = wanted
            self._number()
            self.changePersistentIndexList(
                kept, [self.index(row.at, index.column()) for row, index in zip(ids, kept, strict=True)]
            )
            self.layoutChanged.emit()
            return
        self.beginResetModel()
        for row in self.rows:
            row.at = -1
        self.rows = wanted
        self._number()
        self.endResetModel()
