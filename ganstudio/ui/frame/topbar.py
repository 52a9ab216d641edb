"""The top bar: mark, menus, workspaces in the middle, search, notices, preferences.

Below 1440 px the search field is an icon; below 1320, or where the menus would meet the workspaces, they fold into
one button.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMenuBar, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.frame.menus import Menus
from ganstudio.ui.frame.search_button import SearchButton
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.segmented import Segmented

HEIGHT = 40
_SEARCH_FROM, _SEARCH_WIDTH = 1440, 222
_MENUS_FROM = 1320
_EDGE, _GAP = 12, 8
_PART = 90  # width of one workspace in the switch


class TopBar(QWidget):
    """Signals: `workspace_chosen(id)`, `search()`, `preferences()`, `notices()`."""

    workspace_chosen = Signal(str)
    search = Signal()
    preferences = Signal()
    notices = Signal()

    def __init__(self, menus: Menus, workspaces: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menus = menus
        self._mark = QLabel(self)
        self._bar = QMenuBar(self)
        self._bar.setNativeMenuBar(False)
        self._bar.setAccessibleName(_("Menus"))
        menus.fill(self._bar)
        self._one = self._icon("menu", _("Menu"))
        self._one.clicked.connect(self._open_menus)
        self.switch = Segmented([(id, _(title)) for id, title in workspaces], _("Workspace"), self)
        self.switch.setAccessibleName(_("Workspace"))
        self.switch.chosen.connect(self.workspace_chosen)
        self._parts = len(workspaces)
        self._search = SearchButton(self)
        self._search.clicked.connect(self.search)
        self._lens = self._icon("search", _("Find anything") + "  Ctrl+K")
        self._lens.clicked.connect(self.search)
        self._bell = self._icon("bell", _("News you have missed"))
        self._bell.clicked.connect(self.notices)
        self._bell.hide()
        self._gear = self._icon("gear", _("Preferences") + "  Ctrl+,")
        self._gear.clicked.connect(self.preferences)
        theme().changed.connect(self.restyle)
        self.restyle()

    def _icon(self, name: str, tip: str) -> Button:
        button = Button("", icon=name, kind="icon", parent=self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition("  ")[0])
        return button

    def show_missed(self, missed: bool) -> None:
        self._bell.setVisible(missed)
        self._arrange()

    @property
    def folded(self) -> bool:
        """Whether the menus are behind one button."""
        return self._one.isVisibleTo(self)

    @Slot()
    def restyle(self) -> None:
        self.setFixedHeight(theme().px(HEIGHT))
        ground = self._bar.palette()
        for role in (ground.ColorRole.Window, ground.ColorRole.Button, ground.ColorRole.Base):
            ground.setColor(role, theme().now.window)
        self._bar.setPalette(ground)
        self._mark.setPixmap(icons.pixmap("logo", "accent", 20, self.devicePixelRatioF()))
        self._arrange()
        self.update()

    @Slot()
    def refresh(self) -> None:
        """The menus that are there have changed."""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(400, self.height())

    def _arrange(self) -> None:
        width, height = self.width(), self.height()
        size = self._gear.sizeHint()
        right = width - _EDGE
        for button in (self._gear, *([self._bell] if not self._bell.isHidden() else [])):
            right -= size.width()
            button.setGeometry(QRect(QPoint(right, (height - size.height()) // 2), size))
            right -= 4
        wide = width >= _SEARCH_FROM and theme().text_scale < 1.5
        self._search.setVisible(wide)
        self._lens.setVisible(not wide)
        if wide:
            field = theme().px(28)
            right -= _SEARCH_WIDTH + 4
            self._search.setGeometry(right, (height - field) // 2, _SEARCH_WIDTH, field)
        else:
            right -= size.width()
            self._lens.setGeometry(QRect(QPoint(right, (height - size.height()) // 2), size))
        self._arrange_left(right)

    def _arrange_left(self, right: int) -> None:
        height = self.height()
        mark = 20
        self._mark.setGeometry(_EDGE, (height - mark) // 2, mark, mark)
        hint = self.switch.sizeHint()
        switch = QSize(max(hint.width(), self._parts * _PART), hint.height())
        left = _EDGE + mark + _GAP
        bar = self._bar.sizeHint()
        middle = (self.width() - switch.width()) // 2
        fits = left + bar.width() + 16 <= middle and self.width() >= _MENUS_FROM
        self._bar.setVisible(fits)
        self._one.setVisible(not fits)
        size = self._one.sizeHint()
        if fits:
            self._bar.setGeometry(left, (height - bar.height()) // 2, bar.width(), bar.height())
        else:
            self._one.setGeometry(QRect(QPoint(left, (height - size.height()) // 2), size))
            left += size.width()
            middle = max(min(middle, right - switch.width() - _GAP), left + _GAP)
        room = max(min(switch.width(), right - _GAP - middle), 1)
        self.switch.setGeometry(middle, (height - switch.height()) // 2, room, switch.height())

    @Slot()
    def _open_menus(self) -> None:
        self._menus.all.popup(self._one.mapToGlobal(QPoint(0, self._one.height() + 2)))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.window)
            painter.setPen(theme().now.edge)
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
