"""The queue's table: rows of one height, thumbnails of what is seen, dragging in the order of work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ganstudio.core.text import _
from ganstudio.jobs.changes import Row
from ganstudio.ui.batch.cells import Column
from ganstudio.ui.batch.header import QueueHeader
from ganstudio.ui.batch.model import ROWS, QueueModel
from ganstudio.ui.batch.row_painter import HANDLE, ROW, THUMB_W, Line, RowPainter
from ganstudio.ui.batch.strips import Strips
from ganstudio.ui.batch.thumbs import Thumb, Thumbs
from ganstudio.ui.theme import follow, theme

_WIDTHS = {Column.NAME: 300, Column.SIZE: 116, Column.BECOMES: 116, Column.STATE: 176, Column.TIME: 76}
_NARROW, _NARROWER = 860, 700  # below: without Becomes, then without Time
_LOOK_MS = 60


class QueueTable(QTableView):
    """`dropped(list of paths)` from outside; `opened(Row)` by Enter or a double click; `chosen()`;
    `menu_wanted(QPoint)` in global coordinates."""

    dropped = Signal(object)
    opened = Signal(object)
    chosen = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: QueueModel, thumbs: Thumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue, self._thumbs = model, thumbs
        self.setModel(model)
        self._strips = Strips(RowPainter(model, thumbs))
        self._pointer: int | None = None  # how far down in the viewport it is
        self._drop_row: int | None = None  # before which row what is dragged would go
        self.setHorizontalHeader(QueueHeader(self))
        self._prepare()
        self._looking = QTimer(self, interval=_LOOK_MS, singleShot=True)
        self._looking.timeout.connect(self._look)
        thumbs.made.connect(self._made)
        self._fresh: dict[int, tuple[int, int, int, int]] = {}
        self._telling = QTimer(self, interval=50, singleShot=True)
        self._telling.timeout.connect(self._tell_made)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.layoutChanged):
            signal.connect(self._looking.start)
        model.dataChanged.connect(self._look_if_needed)
        self.verticalScrollBar().valueChanged.connect(self._looking.start)
        self.selectionModel().selectionChanged.connect(self.chosen)
        follow(self._restyle)

    def _prepare(self) -> None:
        self.setAccessibleName(_("Pictures of the queue"))
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)  # painted here
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragDropOverwriteMode(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.doubleClicked.connect(self._double)
        self.setSortingEnabled(True)
        header = self.horizontalHeader()
        header.setSortIndicator(Column.PICTURE, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.PICTURE, QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _restyle(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme().px(ROW))
        self.verticalHeader().setDefaultSectionSize(theme().px(ROW))
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, theme().now.panel)
        self.setPalette(palette)
        self._fit()
        self.viewport().update()

    # Rows

    def chosen_rows(self) -> list[Row]:
        """The chosen rows from top to bottom."""
        places: list[int] = []
        for part in self.selectionModel().selection().toList():
            places += range(part.top(), part.bottom() + 1)
        rows = self.queue.rows
        return [rows[at] for at in sorted(set(places)) if at < len(rows)]

    @property
    def any_chosen(self) -> bool:
        return self.selectionModel().hasSelection()

    def current_row(self) -> Row | None:
        at = self.currentIndex().row()
        return self.queue.rows[at] if 0 <= at < len(self.queue.rows) else None

    def choose(self, ids: list[int]) -> None:
        """Choose rows by their ids; those that are not shown are left out."""
        places = sorted(row.at for id in ids if (row := self.queue.by_id.get(id)) is not None and row.at >= 0)
        selection = QItemSelection()
        for at in places:
            selection.select(self.queue.index(at, 0), self.queue.index(at, len(Column) - 1))
        if places:  # first, for whoever hears of the choice
            none = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.queue.index(places[0], Column.NAME), none)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(selection, flags)

    # Looking

    def visible_rows(self) -> list[Row]:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return self.queue.rows[first : (last if last >= 0 else len(self.queue.rows) - 1) + 1]

    @Slot()
    def _look(self) -> None:
        """Have the thumbnails made of what is seen."""
        if self.isVisible():
            rows = self.visible_rows()
            without = frozenset(row.id for row in rows if not (size := self.queue.sizes.get(row.id)) or not size[2])
            asked = frozenset(id for id in without if self._thumbs.known(id) and self._thumbs.of(id) is not None)
            self._thumbs.want(rows, asked)

    @Slot()
    def look_again(self) -> None:
        self._looking.start()

    @Slot()
    def _look_if_needed(self) -> None:
        if not self._looking.isActive() and any(not self._thumbs.known(row.id) for row in self.visible_rows()):
            self._looking.start()

    @Slot(object)
    def _made(self, thumb: Thumb) -> None:
        self._fresh[thumb.id] = thumb.sizes or (0, 0, 0, 0)
        self._telling.start()

    @Slot()
    def _tell_made(self) -> None:
        fresh, self._fresh = self._fresh, {}
        self.queue.show_sizes({id: size for id, size in fresh.items() if size[0] and id in self.queue.by_id})
        self.viewport().update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            rect, high = event.rect(), self.verticalHeader().defaultSectionSize()
            shown = [Column(one) for one in range(len(Column)) if not self.isColumnHidden(one)]
            columns = [(one, self.columnViewportPosition(one), self.columnWidth(one)) for one in shown]
            first, last = self.rowAt(rect.top()), self.rowAt(rect.bottom())
            if first >= 0:
                rows = range(first, (last if last >= 0 else len(self.queue.rows) - 1) + 1)
                self._strips.paint(painter, map(self._line, rows), columns, self.viewport().width(), high)
            if self._drop_row is not None:
                top = self.rowViewportPosition(min(self._drop_row, len(self.queue.rows) - 1)) if self.queue.rows else 0
                top += high if self._drop_row >= len(self.queue.rows) else 0
                painter.fillRect(QRect(0, max(top - 1, 0), self.viewport().width(), 2), theme().now.accent)

    def _line(self, at: int) -> tuple[Row, Line, int]:
        top = self.rowViewportPosition(at)
        pointed = self._pointer is not None and top <= self._pointer < top + self.verticalHeader().defaultSectionSize()
        focused = self.hasFocus() and self.currentIndex().row() == at
        selected = self.selectionModel().isRowSelected(at)
        return self.queue.rows[at], Line(at, selected, pointed, focused), top

    def _point(self, down: int | None) -> None:
        old, self._pointer = self._pointer, down
        before, now = (-1 if one is None else self.rowAt(one) for one in (old, down))
        for at in {before, now} - {-1} if before != now else ():
            high = self.verticalHeader().defaultSectionSize()
            self.viewport().update(0, self.rowViewportPosition(at), self.viewport().width(), high)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(round(event.position().y()))
        super().mouseMoveEvent(event)

    # Places

    def _fit(self) -> None:
        """Becomes goes first where there is little room, then Time."""
        grown = theme().text_scale
        wide = self.viewport().width() / max(grown, 1.0)
        self.setColumnHidden(Column.BECOMES, wide < _NARROW)
        self.setColumnHidden(Column.TIME, wide < _NARROWER)
        self.setColumnWidth(Column.PICTURE, HANDLE + round(THUMB_W * theme().px(ROW) / ROW) + 12)
        for column, width in _WIDTHS.items():
            share = 1.0 if wide >= 1100 else 0.84
            self.setColumnWidth(column, round(width * share * grown))
        self.setColumnWidth(Column.NAME, round(min(_WIDTHS[Column.NAME], max(130.0, wide * 0.27)) * grown))

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit()
        super().resizeEvent(event)
        self._looking.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and row is not None:
            self.opened.emit(row)
            return
        if event.key() == Qt.Key.Key_Menu and row is not None:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _double(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.queue.rows[index.row()])

    @Slot(QPoint)
    def _menu(self, place: QPoint) -> None:
        if self.indexAt(place).isValid():
            self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ROWS) and event.source() is self:
            super().dragEnterEvent(event)
        elif event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(ROWS) and event.source() is self:
            super().dragMoveEvent(event)
            self._show_drop(self._row_dropped(event))
        elif event.mimeData().hasUrls():
            event.acceptProposedAction()

    def _row_dropped(self, event: QDragMoveEvent) -> int:
        """Before which row; in the lower half of one it is the next."""
        place = event.position().toPoint()
        at = self.rowAt(place.y())
        if at < 0:
            return len(self.queue.rows)
        lower = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
        return at + 1 if lower else at

    def _show_drop(self, at: int | None) -> None:
        if at != self._drop_row:
            self._drop_row = at
            self.viewport().update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop(None)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(None)
        if event.mimeData().hasFormat(ROWS) and event.source() is self:
            super().dropEvent(event)
            event.accept()
        elif event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
