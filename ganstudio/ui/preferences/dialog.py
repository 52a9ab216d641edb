"""Preferences: pages made from the settings' declaration, with measured facts beside choices. Changes are kept as they
are made; there is no OK."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ganstudio.core.settings import Settings
from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.desk import Desk
from ganstudio.ui.preferences.page import Page
from ganstudio.ui.preferences.pages import PAGES
from ganstudio.ui.preferences.rows import SettingRow
from ganstudio.ui.sheets.overlay import RADIUS, Overlay
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.textfield import SearchField

WIDTH, HEIGHT = 1120, 836
_SIDE = 226
_NARROW = 620  # a page below it stacks its rows


class PageButton(QAbstractButton):
    """One page in the list at the left."""

    def __init__(self, text: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = icon
        theme().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(32))
        self._tell()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()

    def _tell(self) -> None:
        """What has no room is in the tip."""
        whole = draw.fits(self.text(), theme().font(12, 500), self.width() - 46)
        self.setToolTip("" if whole else self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        now, chosen = theme().now, self.isChecked()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if chosen or self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(now.sel if chosen else now.hover)
                painter.drawRoundedRect(self.rect(), 5, 5)
            icon = icons.pixmap(self._icon, "accent_text" if chosen else "text2", 16, self.devicePixelRatioF())
            painter.drawPixmap(12, (self.height() - 16) // 2, icon)
            painter.setFont(theme().font(12, 500 if chosen else 400))
            painter.setPen(now.text if chosen else now.text2)
            inside = self.rect().adjusted(38, 0, -8, 0)
            text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inside.width())
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)


class _Side(QWidget):
    """The list's ground: the window's grey inside the panel's rounded left edge."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().now.window)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, RADIUS, -1), RADIUS, RADIUS)
            painter.fillRect(self.width() - 1, 1, 1, self.height() - 2, theme().now.edge)


class Preferences(Overlay):
    """`open_at(setting or page)` shows where something is set."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, _("Preferences"))
        self._desk = desk
        self._pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._buttons: dict[str, PageButton] = {}
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget(self.panel)
        self._title = Label("", 20, 600, "text", parent=self.panel)
        self._back = Button(_("Return all to automatic"), icon="undo", parent=self.panel)
        self._back.clicked.connect(self.reset_page)
        self._kept = Label(_("Changes are kept as you make them."), 11, color="text2", parent=self.panel)
        self._search = SearchField(_("Search"), parent=self.panel)
        self._search.setAccessibleName(_("Search"))
        self._search.changed.connect(self._filter)
        self._close = Button(_("Close"), icon="close", kind="icon", parent=self.panel)
        self._close.clicked.connect(self.close_panel)
        self._lay_out()
        self._group.buttonClicked.connect(self._clicked)
        desk.settings.changed.connect(self._settings_changed)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.panel)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._side = _Side(self.panel)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(8, 20, 8, 12)
        side.setSpacing(4)
        title = Label(_("Preferences"), 16, 600, "text", parent=self._side)
        title.setContentsMargins(12, 0, 0, 8)
        side.addWidget(title)
        side.addWidget(self._search)
        side.addSpacing(8)
        for about in PAGES:
            button = PageButton(_(about.title), about.icon, self._side)
            self._group.addButton(button)
            self._buttons[about.id] = button
            side.addWidget(button)
        side.addStretch(1)
        row.addWidget(self._side)
        column = QVBoxLayout()
        column.setContentsMargins(36, 24, 40, 24)  # rows leave 4 for the focus ring, what is around them follows
        self._title.setContentsMargins(4, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._stack, 1)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.setContentsMargins(4, 0, 8, 0)
        self._foot.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        self._foot.addStretch(1)
        self._foot.addWidget(self._kept)
        column.addLayout(self._foot)
        row.addLayout(column, 1)

    def open(self) -> None:
        if not self._pages:
            self.show_page(PAGES[0].id)
        super().open()

    def open_at(self, name: str) -> None:
        """Open at a page's id, or at the page of a setting with the focus on it."""
        page = next((one.group for one in Settings.parameters() if one.name == name), name)
        self.show_page(page if page in self._buttons else PAGES[0].id)
        if not self.isVisible():
            self.open()
        self._pages[page].focus(name)

    def show_page(self, id: str) -> None:
        about = next(one for one in PAGES if one.id == id)
        if id not in self._pages:
            page = self._pages[id] = about.make(self._desk, self._stack)
            area = QScrollArea(self._stack)
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.viewport().setAutoFillBackground(False)
            page.setAutoFillBackground(False)
            area.setWidget(page)
            self._areas[id] = area
            self._stack.addWidget(area)
        page = self._pages[id]
        self._stack.setCurrentWidget(self._areas[id])
        self._buttons[id].setChecked(True)
        self._title.setText(_(about.title))
        self._back.setVisible(page.resettable)
        page.shown()
        self._stack_rows()

    def page(self, id: str) -> Page:
        """A page that has been shown."""
        return self._pages[id]

    def row(self, name: str) -> SettingRow:
        """The row of a setting on a page that has been shown."""
        rows = [row for page in self._pages.values() for row in page.rows if isinstance(row, SettingRow)]
        return next(row for row in rows if row.name == name)

    def first(self) -> QWidget:
        checked = self._group.checkedButton()
        return checked if checked is not None else self._search

    def place(self) -> None:
        grown = theme().text_scale
        width = min(round(WIDTH * grown), self.width() - 48)
        height = min(round(HEIGHT * grown), self.height() - 48)
        rect = QRect(QPoint((self.width() - width) // 2, max((self.height() - height) // 2, 24)), self.panel.size())
        rect.setSize(self.panel.size().__class__(width, height))
        self.panel.setGeometry(rect)
        self._side.setFixedWidth(min(round(_SIDE * (1 + (grown - 1) * 0.8)), width // 3))
        size = self._close.sizeHint()
        self._close.setGeometry(width - size.width() - 16, 16, size.width(), size.height())
        self._close.raise_()
        self._stack_rows()

    def _stack_rows(self) -> None:
        narrow = self.panel.width() - self._side.width() - 80 < _NARROW * theme().text_scale
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._foot.setDirection(down if narrow else across)
        self._kept.setWordWrap(narrow)
        for page in self._pages.values():
            page.stack(narrow)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        self.show_page(next(id for id, one in self._buttons.items() if one is button))

    @Slot()
    def reset_page(self) -> None:
        """What is on the page that is shown, as it came."""
        shown = next((id for id, one in self._buttons.items() if one.isChecked()), "")
        usual = Settings()
        names = [one.name for one in Settings.parameters() if one.group == shown]
        self._desk.settings.change(**{name: getattr(usual, name) for name in names})
        self._pages[shown].reset()

    @Slot(object)
    def _settings_changed(self, names: object) -> None:
        for page in self._pages.values():
            page.refresh()

    @Slot(str)
    def _filter(self, query: str) -> None:
        """Pages on which nothing fits are dimmed away; the first that fits is shown."""
        fitting = [one.id for one in PAGES if one.fits(query)]
        for id, button in self._buttons.items():
            button.setVisible(not query.strip() or id in fitting)
        if query.strip() and fitting:
            self.show_page(fitting[0])
