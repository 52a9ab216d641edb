"""The palette (Ctrl+K): one field that finds every action, model, setting and picture; keyboard only if one likes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.sheets.keycaps import paint_caps
from ganstudio.ui.sheets.overlay import Overlay
from ganstudio.ui.sheets.palette_items import Item, found
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.divider import Divider

WIDTH, _TOP = 680, 120
_ROW, _HEAD = 42, 32
_RECENT_KEPT = 12
_SELECTED = QStyle.StateFlag.State_Selected
_Index = QModelIndex | QPersistentModelIndex
_ITEM = int(Qt.ItemDataRole.UserRole)


class _Rows(QAbstractListModel):
    """Items with a heading before each group: a heading is a str."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Item | str] = []

    def show(self, items: list[Item]) -> None:
        self.beginResetModel()
        self.rows = []
        for item in items:
            if not self.rows or (isinstance(self.rows[-1], Item) and self.rows[-1].group != item.group):
                self.rows.append(item.group)
            self.rows.append(item)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = _ITEM) -> object:
        row = self.rows[index.row()]
        if role == _ITEM:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole or role == Qt.ItemDataRole.DisplayRole:
            return _(row) if isinstance(row, str) else f"{row.text} {row.keys} {row.reason}".strip()
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if isinstance(self.rows[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        heading = isinstance(index.data(_ITEM), str)
        return QSize(100, theme().px(_HEAD if heading else _ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(_ITEM)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, str):
            painter.setFont(theme().font(11, 600))
            painter.setPen(theme().now.text3)
            painter.drawText(rect.adjusted(18, 6, -18, 0), Qt.AlignmentFlag.AlignVCenter, _(row))
        elif isinstance(row, Item):
            chosen = bool(option.state & _SELECTED)  # type: ignore[attr-defined]
            _row(painter, rect, row, chosen)
        painter.restore()


def _row(painter: QPainter, rect: QRect, item: Item, chosen: bool) -> None:
    now = theme().now
    if chosen:
        draw.box(painter, rect.adjusted(8, 1, -8, -1), now.sel)
    off = bool(item.reason)
    icon = icons.pixmap(item.icon, "text3" if off else "accent_text" if chosen else "text2", 16)
    painter.drawPixmap(rect.x() + 24, rect.center().y() - 7, icon)
    right = _keys(painter, rect, item) if not off else _reason(painter, rect, item.reason)
    x = rect.x() + 62
    x = _with_hits(painter, QRect(x, rect.y(), right - x - 8, rect.height()), item, off)
    painter.setFont(theme().font(12))
    painter.setPen(now.text3 if off or not chosen else now.text2)
    room = right - x - 20
    if room > 40:
        about = painter.fontMetrics().elidedText(item.about, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(x + 12, rect.y(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, about)


def _with_hits(painter: QPainter, rect: QRect, item: Item, off: bool) -> int:
    """The name, with the letters that were meant in accent; where it ends."""
    now = theme().now
    hits = set(item.hits)
    plain, strong = theme().font(13), theme().font(13, 600)
    text = QFontMetrics(strong).elidedText(item.text, Qt.TextElideMode.ElideRight, rect.width())
    x, at = rect.x(), 0
    while at < len(text):
        hit, end = at in hits, at
        while end < len(text) and (end in hits) == hit:
            end += 1
        painter.setFont(strong if hit else plain)
        painter.setPen(now.text3 if off else now.accent_text if hit else now.text)
        width = painter.fontMetrics().horizontalAdvance(text[at:end])
        painter.drawText(QRect(x, rect.y(), width + 4, rect.height()), Qt.AlignmentFlag.AlignVCenter, text[at:end])
        x, at = x + width, end
    return x


def _keys(painter: QPainter, rect: QRect, item: Item) -> int:
    """The keys at the right; where they begin."""
    right = rect.right() - 18
    return paint_caps(painter, item.keys, right, rect.center().y()) if item.keys else right


def _reason(painter: QPainter, rect: QRect, reason: str) -> int:
    painter.setFont(theme().font(11))
    painter.setPen(theme().now.text3)
    width = painter.fontMetrics().horizontalAdvance(reason)
    box = QRect(rect.right() - 18 - width, rect.y(), width + 1, rect.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, reason)
    return box.x()


class Palette(Overlay):
    """`items()` is asked each time it opens. `recent` are the keys of what was chosen last, newest first."""

    def __init__(self, window: QWidget, items: Callable[[], list[Item]], recent: list[str]) -> None:
        super().__init__(window, _("Find anything"))
        self.recent = recent
        self._items, self._all = items, list[Item]()
        self._inside: Item | None = None  # whose options are shown
        self._field = QLineEdit(self.panel)
        self._field.setFrame(False)
        self._field.setStyleSheet("QLineEdit { border: none; background: transparent; }")
        self._field.setProperty("ring", "own")  # its place says enough
        self._field.setPlaceholderText(_("Find anything"))
        self._field.setAccessibleName(_("Find anything"))
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._rows = _Rows(self)
        self._list = QListView(self.panel)
        self._list.setModel(self._rows)
        self._list.setItemDelegate(_Painter(self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(_("Found"))
        self._list.clicked.connect(self._clicked)
        self._nothing = QLabel(_("Nothing is called that."), self.panel)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = QLabel(self.panel)
        self._count = QLabel(self.panel)
        self._lay_out()
        theme().changed.connect(self._dress)
        self._dress()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(19, 8, 19, 8)
        head.setSpacing(12)
        self._lens = QLabel(self.panel)
        head.addWidget(self._lens)
        head.addWidget(self._field, 1)
        column.addLayout(head)
        column.addWidget(Divider(parent=self.panel))
        column.addWidget(self._list, 1)
        column.addWidget(self._nothing, 1)
        column.addWidget(Divider(parent=self.panel))
        foot = QHBoxLayout()
        foot.setContentsMargins(19, 8, 19, 8)
        foot.addWidget(self._hint)
        foot.addStretch(1)
        foot.addWidget(self._count)
        column.addLayout(foot)

    @Slot()
    def _dress(self) -> None:
        self._lens.setPixmap(icons.pixmap("search", "text2", 16, self.devicePixelRatioF()))
        self._field.setFont(theme().font(18))
        self._field.setMinimumHeight(theme().px(36))
        for label in (self._hint, self._count, self._nothing):
            label.setFont(theme().font(11))
            palette = label.palette()
            palette.setColor(label.foregroundRole(), theme().now.text2)
            label.setPalette(palette)
        self._tell_keys()
        for view in (self._list, self._list.viewport(), self._field):
            palette = view.palette()
            palette.setColor(palette.ColorRole.Base, theme().now.panel)
            view.setPalette(palette)

    def _tell_keys(self) -> None:
        chosen = self.chosen
        said = [f"↑ ↓ {_('to move')}", f"Enter {_('to run')}"]
        if chosen is not None and chosen.options is not None:
            said.append(f"Tab {_('sets options')}")
        said.append(f"Esc {_('to close') if self._inside is None else _('to go back')}")
        self._hint.setText("     ".join(said))

    def first(self) -> QWidget:
        return self._field

    def place(self) -> None:
        width = min(round(WIDTH * max(theme().text_scale, 1.0)), self.width() - 48)
        top = min(_TOP, self.height() // 8)
        height = min(544, self.height() - top - 48) if theme().text_scale < 1.5 else self.height() - top - 48
        self.panel.setGeometry((self.width() - width) // 2, top, width, height)

    def open(self) -> None:
        self._show_inside(None)
        super().open()

    def _show_inside(self, item: Item | None) -> None:
        """The options of an item, or everything."""
        self._inside = item
        self._all = self._items() if item is None or item.options is None else item.options()
        self._field.setPlaceholderText(_("Find anything") if item is None else f"{item.text}…")
        self._field.blockSignals(True)
        self._field.clear()
        self._field.blockSignals(False)
        self._search("")

    @Slot(str)
    def _search(self, query: str) -> None:
        whole = self._inside is not None and not query.strip()
        items = self._all if whole else found(query, self._all, self.recent)
        self._rows.show(items)
        self._list.setVisible(bool(items))
        self._nothing.setVisible(not items)
        self._count.setText(_("{shown} of {all}").format(shown=len(items), all=len(self._all)))
        self._move(1, start=-1)
        self._list.scrollToTop()
        self._tell_keys()

    def _move(self, step: int, start: int | None = None) -> None:
        rows = self._rows.rows
        at = self._list.currentIndex().row() if start is None else start
        for _tried in rows:
            at = (at + step) % len(rows)
            if isinstance(rows[at], Item):
                self._list.setCurrentIndex(self._rows.index(at))
                self._tell_keys()
                return

    def _leaves(self, event: QKeyEvent) -> bool:
        """Whether a key goes back from the options: Esc, or taking away what is not there any more."""
        return event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Backspace and not self._field.text())

    @property
    def chosen(self) -> Item | None:
        """What Enter would run."""
        row = self._list.currentIndex().row()
        item = self._rows.rows[row] if 0 <= row < len(self._rows.rows) else None
        return item if isinstance(item, Item) else None

    @Slot()
    def _run(self) -> None:
        item = self.chosen
        if item is None or item.reason or item.call is None:
            return
        if item.stays and self._inside is not None:
            row = self._list.currentIndex().row()
            item.call()
            self._show_inside(self._inside)
            self._list.setCurrentIndex(self._rows.index(min(row, len(self._rows.rows) - 1)))
            return
        self.recent[:] = [item.key, *(key for key in self.recent if key != item.key)][:_RECENT_KEPT]
        self.close_panel()
        item.call()

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._list.setCurrentIndex(index)
        self._run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                for _time in range(abs(step)):
                    self._move(1 if step > 0 else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            chosen = self.chosen
            if event.key() == Qt.Key.Key_Tab and chosen is not None and chosen.options is not None:
                self._show_inside(chosen)
                return True
            if self._inside is not None and self._leaves(event):
                self._show_inside(None)
                return True
        return super().eventFilter(watched, event)
