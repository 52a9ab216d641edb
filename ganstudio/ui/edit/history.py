"""The History panel: every step, the newest at the bottom; choosing one goes there."""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ganstudio.core.document import State
from ganstudio.core.text import _, ngettext_
from ganstudio.ui import icons
from ganstudio.ui.edit.words import ago, step_icon
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

if TYPE_CHECKING:
    from ganstudio.ui.documents import OpenDocument

HIGH = 28
BELOW = 8
INSET = 4
_TICK_MS = 30_000
Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """The steps of one document and when each was made. `shown` is the row in force."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document: OpenDocument | None = None
        self._labels: tuple[str, ...] = ()
        self._times: list[float] = []
        self.shown = 0

    def show_document(self, document: OpenDocument | None, times: list[float]) -> None:
        """`times` belongs to the document and grows with it."""
        self.beginResetModel()
        self.document, self._times = document, times
        self._labels = () if document is None else document.doc.labels
        self.shown = 0 if document is None else document.doc.at
        self.endResetModel()

    def follow(self) -> None:
        """The document changed: one step more, or another is shown."""
        if self.document is not None:
            self.show_document(self.document, self._times)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._labels)

    def label(self, row: int) -> str:
        return _(self._labels[row]) or _("Opened")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.label(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.label(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.label(row)}, {self.age(row)}" + (", " + _("shown") if row == self.shown else "")
        return None

    def age(self, row: int) -> str:
        first = len(self._labels) - len(self._times)  # times of forgotten steps are forgotten too
        return ago(time.time() - self._times[row - first]) if row >= first else ""

    def icon(self, row: int) -> str:
        return step_icon(self._labels[row])


class _Rows(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, theme().px(HIGH))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, HistoryModel)
        painter.save()
        draw.begin(painter)
        now, row = theme(), index.row()
        area = QRectF(option.rect)  # type: ignore[attr-defined]
        future = row > model.shown
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)  # type: ignore[attr-defined]
        fill = now.now.sel if row == model.shown else now.now.hover if over else None
        if fill is not None:
            draw.box(painter, area.adjusted(INSET, 1, -INSET, -1), fill, None, 4)
        icon = QRectF(area.x() + 12, round(area.center().y() - 8), 16, 16)
        icons.paint(painter, model.icon(row), icon, "text3" if future else "text2")
        age = model.age(row)
        age_wide = now.metrics(11).horizontalAdvance(age)
        words = area.adjusted(36, 0, -(age_wide + 20), 0)
        draw.text(painter, words, model.label(row), now.font(), now.now.text3 if future else now.now.text)
        right = area.adjusted(0, 0, -12, 0)
        colour = now.now.text2 if row == model.shown else now.now.text3
        draw.text(painter, right, age, now.font(11), colour, Qt.AlignmentFlag.AlignRight)
        painter.restore()


class HistoryPanel(QListView):
    """`counted(text)`: "6 of 6 steps", for the head."""

    counted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = HistoryModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Rows(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.viewport().setAutoFillBackground(False)
        self.setViewportMargins(0, 0, 0, BELOW)
        self.setAccessibleName(_("History"))
        self.clicked.connect(self._jump)
        self.activated.connect(self._jump)
        self._times: dict[int, list[float]] = {}
        self._newest: dict[int, tuple[int, weakref.ref[State]]] = {}
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self.viewport().update)
        self._clock.start()
        follow(self._restyle)

    def _restyle(self) -> None:
        self.doItemsLayout()
        self.viewport().update()

    def show_document(self, document: OpenDocument | None) -> None:
        old = self._model.document
        if old is not None and old is not document:
            old.changed.disconnect(self._changed)
        if document is not None and old is not document:
            document.changed.connect(self._changed)
        if document is not None:
            self._note(document)
        self._model.show_document(document, self._times.get(id(document), []))
        self._tell()

    def forget(self, document: OpenDocument) -> None:
        """It was closed."""
        self._times.pop(id(document), None)
        self._newest.pop(id(document), None)

    def sizeHint(self) -> QSize:
        return QSize(200, theme().px(HIGH) * max(1, self._model.rowCount()) + BELOW)

    @property
    def history(self) -> HistoryModel:
        return self._model

    def _note(self, document: OpenDocument) -> None:
        """Remember when the newest step was made; merged edits are as new as the last of them."""
        doc, key = document.doc, id(document)
        times = self._times.setdefault(key, [])
        number = len(doc.labels)
        before, newest = self._newest.get(key, (0, None))
        seen = newest is not None and newest() is doc.state and number == before
        if doc.at == number - 1 and not seen:
            if number <= before and times and number == len(times):
                times[-1] = time.time()
            else:
                del times[max(number - 1, 0) :]
                times.append(time.time())
            self._newest[key] = number, weakref.ref(doc.state)
        del times[: max(len(times) - number, 0)]

    @Slot(object)
    def _changed(self, change: object) -> None:
        document = self._model.document
        if document is not None:
            self._note(document)
            self._model.follow()
            self._tell()

    def _tell(self) -> None:
        number = self._model.rowCount()
        self.updateGeometry()
        steps = ngettext_("{at} of {all} step", "{at} of {all} steps", number - 1)
        self.counted.emit(steps.format(at=self._model.shown, all=number - 1) if number > 1 else "")
        if number:
            self.setCurrentIndex(self._model.index(self._model.shown))
            self.scrollTo(self._model.index(self._model.shown))

    @Slot(QModelIndex)
    def _jump(self, index: QModelIndex) -> None:
        document = self._model.document
        if document is not None and index.row() != document.doc.at:
            document.jump(index.row())
