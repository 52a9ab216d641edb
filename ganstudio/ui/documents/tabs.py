"""The tabs of what is open: names cut in the middle, a dot for changes that are not saved, and a button for more.

They are put in another order by dragging, or from their menu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QMenu, QSizePolicy, QTabBar, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.documents.arrivals import Arrival
from ganstudio.ui.documents.open_document import OpenDocument
from ganstudio.ui.opening import show_file
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents

NAME = 200  # px of a name at most
_PAD, _GAP, _CLOSE, _DOT = 12, 4, 24, 6
_BAR = 36
_LEAST = 100  # px of the row when room is short: a part of a tab and the arrows
_TICK_MS = 50


class _Close(QAbstractButton):
    """The × of a tab; a dot in its place while the pointer is elsewhere says that there are changes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.modified = False
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFixedSize(theme().px(_CLOSE), theme().px(_CLOSE))
        self.update()

    def tell(self, title: str, modified: bool) -> None:
        self.modified = modified
        self.setAccessibleName(_("Close {name}").format(name=title))
        self.setToolTip(_("Close; it has changes that are not saved") if modified else _("Close"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, box = theme().now, QRectF(self.rect())
            if self.modified and not self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(now.text2)
                painter.drawEllipse(box.center(), _DOT / 2, _DOT / 2)
                return
            if self.underMouse():
                draw.box(painter, box.adjusted(2, 2, -2, -2), now.pressed if self.isDown() else now.hover, radius=4)
            side = theme().glyph(12)
            icons.paint(painter, "close", QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side))


class _Bar(QTabBar):
    """The row of tabs itself; its tabs are those of the Documents, in order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.fractions: list[float | None] = []
        self.arriving: list[bool] = []
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Open pictures"))
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFont(theme().font(12))
        self.setFixedHeight(theme().px(_BAR))
        self.update()

    def sizeHint(self) -> QSize:
        """No wider than the tabs; QTabBar's own has a least width."""
        return QSize(sum(self.tabSizeHint(index).width() for index in range(self.count())), theme().px(_BAR))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), theme().px(_LEAST)), theme().px(_BAR))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def tabSizeHint(self, index: int) -> QSize:
        wide = theme().metrics(12, 500).horizontalAdvance(self.tabText(index)) + 1
        most = round(NAME * theme().text_scale)
        return QSize(min(wide, most) + _PAD + _GAP + theme().px(_CLOSE) + _GAP, theme().px(_BAR))

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            pointer = self.mapFromGlobal(self.cursor().pos()) if self.underMouse() else QPoint(-1, -1)
            for index in range(self.count()):
                self._paint_tab(painter, index, pointer)

    def _paint_tab(self, painter: QPainter, index: int, pointer: QPoint) -> None:
        now, rect = theme().now, self.tabRect(index)
        chosen, loading = index == self.currentIndex(), self.arriving[index]
        if chosen or rect.contains(pointer):
            shape = QPainterPath()
            area = QRectF(rect).adjusted(0, 4, 0, 8)
            shape.addRoundedRect(area, 5, 5)
            painter.setClipRect(rect)
            painter.fillPath(shape, now.canvas if chosen else draw.mix(now.window, now.canvas, 0.5))
            painter.setClipping(False)
        name = QRect(
            rect.x() + _PAD, rect.y() + 2, rect.width() - _PAD - 2 * _GAP - theme().px(_CLOSE), rect.height() - 2
        )
        colour = now.text3 if loading else now.text if chosen else now.text2
        font = theme().font(12, 500 if chosen else 400)
        draw.text(painter, name, self.tabText(index), font, colour, mode=Qt.TextElideMode.ElideMiddle)
        fraction = self.fractions[index]
        if loading or fraction is not None:
            self._paint_progress(painter, rect, fraction)
        if chosen and self.hasFocus() and self.property("focus_ring") is not False:
            ring = QRectF(rect).adjusted(2, 5, -2, -2)
            draw.box(painter, ring, None, now.accent_text, 4, 1.5)

    def _paint_progress(self, painter: QPainter, rect: QRect, fraction: float | None) -> None:
        line = QRectF(rect.x() + _PAD, rect.bottom() - 3, rect.width() - 2 * _PAD, 2)
        painter.fillRect(line, theme().now.track)
        if fraction:
            line.setWidth(line.width() * fraction)
            painter.fillRect(line, theme().now.accent)


class DocumentTabs(QWidget):
    """The row of tabs and the + behind it. Middle click closes; Ctrl+Page up and down go round."""

    def __init__(self, desk: Desk, documents: Documents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.documents = desk, documents
        self.bar = _Bar(self)
        self.more = Button(_("Open a picture"), "plus", "icon", parent=self)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._filling = False
        self._held: OpenDocument | Arrival | None = None  # the tab under the pressed button
        self._pressed = QPoint()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.bar)
        row.addWidget(self.more)
        row.addStretch(1)
        self.more.clicked.connect(self._open)
        self.bar.currentChanged.connect(self._chosen)
        self.bar.installEventFilter(self)
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.bar.customContextMenuRequested.connect(self._menu)
        self._timer.timeout.connect(self._tick)
        documents.entries_changed.connect(self._fill)
        self._fill()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.bar and isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            if event.button() == Qt.MouseButton.MiddleButton:
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self._close(self.bar.tabAt(at))
                return True
            self._drag(event, at)
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _drag(self, event: QMouseEvent, at: QPoint) -> None:
        """A tab that is held goes where the pointer is, past the middle of its neighbour."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            index = self.bar.tabAt(at)
            self._held = self.documents.entries[index] if index >= 0 else None
            self._pressed = at
        elif kind == QEvent.Type.MouseButtonRelease:
            self._held = None
        elif kind == QEvent.Type.MouseMove and self._held in self.documents.entries:
            if abs(at.x() - self._pressed.x()) < QApplication.startDragDistance():
                return
            self._pressed = QPoint(-10_000, 0)  # from now on it follows
            assert self._held is not None
            here = self.documents.entries.index(self._held)
            over = self.bar.tabAt(QPoint(at.x(), self.bar.height() // 2))
            if over < 0:
                over = len(self.documents.entries) - 1 if at.x() > 0 else 0
            middle = self.bar.tabRect(over).center().x()
            if (over > here and at.x() > middle) or (over < here and at.x() < middle):
                self.documents.move(self._held, over)

    @Slot()
    def next(self) -> None:
        self._go(+1)

    @Slot()
    def previous(self) -> None:
        self._go(-1)

    def _go(self, by: int) -> None:
        count = self.bar.count()
        if count:
            self.bar.setCurrentIndex((self.bar.currentIndex() + by) % count)

    @Slot()
    def _fill(self) -> None:
        """Make the tabs say what the Documents are."""
        entries, bar = self.documents.entries, self.bar
        self._filling = True
        while bar.count() > len(entries):
            bar.removeTab(bar.count() - 1)
        bar.arriving = [isinstance(one, Arrival) for one in entries]
        bar.fractions = [one.fraction for one in entries]
        for index, entry in enumerate(entries):
            if index == bar.count():
                bar.addTab("")
                close = _Close(bar)
                close.clicked.connect(self._close_clicked)
                bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
            self._tell(index, entry)
        foreseen = self.documents.foreseen
        current = self.documents.current or (None if foreseen is None else foreseen.arrival)
        if current in entries:
            bar.setCurrentIndex(entries.index(current))
        self._filling = False
        bar.updateGeometry()
        bar.update()
        if any(bar.arriving) or any(one is not None for one in bar.fractions):
            self._timer.start()
        else:
            self._timer.stop()

    def _tell(self, index: int, entry: OpenDocument | Arrival) -> None:
        if self.bar.tabText(index) != entry.title:
            self.bar.setTabText(index, entry.title)
        modified = isinstance(entry, OpenDocument) and entry.modified
        where = entry.path if isinstance(entry, Arrival) else entry.project or entry.path
        said = str(where) if where is not None else entry.title
        self.bar.setTabToolTip(index, said + (f"\n{_('Has changes that are not saved')}" if modified else ""))
        name = _("{name}, has changes that are not saved") if modified else "{name}"
        self.bar.setAccessibleTabName(index, name.format(name=entry.title))
        close = self.bar.tabButton(index, QTabBar.ButtonPosition.RightSide)
        if isinstance(close, _Close):
            close.tell(entry.title, modified)

    @Slot()
    def _tick(self) -> None:
        self.bar.fractions = [one.fraction for one in self.documents.entries]
        self.bar.update()

    @Slot(int)
    def _chosen(self, index: int) -> None:
        if self._filling or not 0 <= index < len(self.documents.entries):
            return
        entry = self.documents.entries[index]
        if isinstance(entry, OpenDocument):
            self.documents.set_current(entry)

    @Slot()
    def _close_clicked(self) -> None:
        sender = self.sender()
        for index in range(self.bar.count()):
            if self.bar.tabButton(index, QTabBar.ButtonPosition.RightSide) is sender:
                self._close(index)
                return

    def _close(self, index: int) -> None:
        if 0 <= index < len(self.documents.entries):
            entry = self.documents.entries[index]
            if isinstance(entry, Arrival):
                self.documents.give_up(entry)
            else:
                self.documents.close(entry)

    @Slot()
    def _open(self) -> None:
        self.desk.actions.action("file.open").trigger()

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        index = self.bar.tabAt(at)
        if index < 0:
            return
        entry = self.documents.entries[index]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Close"), lambda: self._close(index))
        if len(self.documents.entries) > 1:
            menu.addSeparator()
            left = menu.addAction(_("Move to the left"), lambda: self.documents.move(entry, index - 1))
            right = menu.addAction(_("Move to the right"), lambda: self.documents.move(entry, index + 1))
            left.setEnabled(index > 0)
            right.setEnabled(index + 1 < len(self.documents.entries))
            menu.addSeparator()
        if isinstance(entry, OpenDocument):
            others = menu.addAction(_("Close the others"), lambda: self._close_others(entry))
            others.setEnabled(len(self.documents.entries) > 1)
            file = entry.project or entry.path
            if file is not None:
                menu.addAction(_("Show in folder"), lambda: show_file(file))
        menu.popup(self.bar.mapToGlobal(at))

    def _close_others(self, kept: OpenDocument) -> None:
        for one in list(self.documents.entries):
            if isinstance(one, Arrival):
                self.documents.give_up(one)
            elif one is not kept:
                self.documents.close(one)
