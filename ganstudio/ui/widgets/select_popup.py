"""The list of a select: rows of 28 with a tick at the chosen one; with many options a search field above it."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import theme
from ganstudio.ui.theme.style_menus import rounded

from . import draw
from .textfield import SearchField

_ROWS, _PAD = 12, 4
_Index = QModelIndex | QPersistentModelIndex


class _Row(QStyledItemDelegate):
    """One option: its words, a tick when it is the chosen one, the sel fill under pointer or arrows."""

    def __init__(self, chosen: str, parent: QObject) -> None:
        super().__init__(parent)
        self._chosen = chosen

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        words = str(index.data())
        return QSize(theme().metrics().horizontalAdvance(words) + theme().glyph() + 32, theme().px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        now, painter = theme().now, draw.begin(painter)
        area = QRectF(option.rect)  # type: ignore[attr-defined]
        on = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        marked = bool(option.state & QStyle.StateFlag.State_Selected) and on  # type: ignore[attr-defined]
        if marked:
            draw.box(painter, area, now.accent if now.contrast else now.sel, None, 4)
        shade = now.text3 if not on else now.on_accent if marked and now.contrast else now.text
        side = theme().glyph()
        chosen = index.data(Qt.ItemDataRole.UserRole) == self._chosen
        room = area.adjusted(8, 0, -side - 12, 0)
        draw.text(painter, room, str(index.data()), theme().font(12, 500 if chosen else 400), shade)
        if chosen:
            place = QRectF(area.right() - side - 6, round(area.center().y() - side / 2), side, side)
            icons.paint(painter, "check", place, "accent_text")


class SelectPopup(QWidget):
    """`picked(row)` is a row of the combo box's model."""

    picked = Signal(int)

    def __init__(self, select: QComboBox, with_search: bool) -> None:
        super().__init__(select, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(select.model())
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView(self)
        self.list.setModel(self._found)
        self.list.setItemDelegate(_Row(str(select.currentData()), self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(select.accessibleName())
        self.list.viewport().setAutoFillBackground(False)
        self.list.setProperty("ring", "own")
        column = QVBoxLayout(self)
        column.setContentsMargins(_PAD, _PAD, _PAD, _PAD)
        column.setSpacing(_PAD)
        self.search: SearchField | None = None
        if with_search:
            self.search = SearchField(_("Search"), parent=self)
            self.search.changed.connect(self._filter)
            self.search.edit.installEventFilter(self)
            column.addWidget(self.search)
        column.addWidget(self.list)
        self.list.installEventFilter(self)
        self.list.clicked.connect(self._take)
        self.list.entered.connect(self.list.setCurrentIndex)
        source = self._found.sourceModel()
        self.list.setCurrentIndex(self._found.mapFromSource(source.index(select.currentIndex(), 0)))

    def open_below(self, select: QComboBox) -> None:
        """Below the select, or above it where the screen ends."""
        rows = min(_ROWS, self._found.rowCount())
        high = rows * theme().px(28) + 2 * _PAD + (theme().px(28) + _PAD if self.search is not None else 0)
        wide = max(select.width(), min(theme().px(360), self.list.sizeHintForColumn(0) + 2 * _PAD))
        place = QRect(select.mapToGlobal(QPoint(0, select.height() + 2)), QSize(wide, high))
        room = select.screen().availableGeometry()
        if place.bottom() > room.bottom():
            place.moveBottom(max(room.top() + high, select.mapToGlobal(QPoint(0, -2)).y()))
        place.moveLeft(max(room.left(), min(place.left(), room.right() - wide)))
        self.setGeometry(place)
        self.setMask(rounded(self.rect()))
        self.show()
        (self.list if self.search is None else self.search.edit).setFocus(Qt.FocusReason.PopupFocusReason)

    def _filter(self, words: str) -> None:
        self._found.setFilterFixedString(words)
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._found.index(0, 0))

    def _take(self) -> None:
        index = self.list.currentIndex()
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        row = self._found.mapToSource(index).row()
        self.close()
        self.picked.emit(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F4):
            self.close()
        elif watched is not self.list and event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        ):
            self.list.keyPressEvent(event)
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with draw.begin(QPainter(self)) as painter:
            draw.box(painter, self.rect(), now.raised, now.frame or now.line, 6)
