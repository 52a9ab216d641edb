"""The tabs over the right column: one for each Tool there is, its icon over its name."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.tools.tool import Tool
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

HIGH = 52
_ICONS = {"resize": "fit"}  # Tools whose icon is not called like them
_ANY = "adjust"


def icon_of(tool: Tool) -> str:
    name = _ICONS.get(tool.id, tool.id)
    return name if name in icons.names() else _ANY


class Tab(QAbstractButton):
    """An icon over a word; chosen: both in accent, a bar below."""

    def __init__(self, text: str, icon: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_inset", 3)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        high = theme().px(HIGH) if self._icon else theme().px(36)
        return QSize(theme().metrics(12, 500).horizontalAdvance(self.text()) + 16, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area, chosen = theme(), QRectF(self.rect()), self.isChecked()
            if self.underMouse() and not chosen:
                draw.box(painter, area.adjusted(4, 4, -4, -4), now.now.hover)
            words = area.adjusted(4, 0, -4, 0)
            if self._icon:
                side = 16
                top = (area.height() - side - theme().px(18)) / 2 - 1
                place = QRectF(round(area.center().x() - side / 2), round(top), side, side)
                icons.paint(painter, self._icon, place, "accent_text" if chosen else "text2")
                words = words.adjusted(0, top + side + 2, 0, -top)
            font, colour = now.font(12, 500 if chosen else 400), now.now.text if chosen else now.now.text2
            wide = draw.text(painter, words, self.text(), font, colour, Qt.AlignmentFlag.AlignHCenter)
            if chosen:
                bar = QRectF(round(area.center().x() - wide / 2), area.height() - 2, round(wide), 2)
                painter.fillRect(bar, now.now.accent_text)


class Tabs(QWidget):
    """`chosen(id)` by the person; arrows move."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 0, 4, 1)
        self._row.setSpacing(0)
        self._group.buttonClicked.connect(self._clicked)
        follow(self.update)

    def add(self, id: str, text: str, icon: str = "", tip: str = "") -> Tab:
        tab = Tab(text, icon, tip, self)
        tab.setObjectName(id)
        self._group.addButton(tab)
        self._row.addWidget(tab)
        return tab

    @property
    def current(self) -> str:
        checked = self._group.checkedButton()
        return checked.objectName() if checked is not None else ""

    def set_current(self, id: str) -> None:
        for tab in self._group.buttons():
            tab.setChecked(tab.objectName() == id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        tabs = self._group.buttons()
        at = next((n for n, tab in enumerate(tabs) if tab.hasFocus()), 0)
        tab = tabs[(at + step) % len(tabs)]
        tab.setFocus(Qt.FocusReason.TabFocusReason)
        tab.click()

    @Slot(QAbstractButton)
    def _clicked(self, tab: QAbstractButton) -> None:
        self.chosen.emit(tab.objectName())

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, now.edge)


def tool_tabs(tools: list[Tool], parent: QWidget | None = None) -> Tabs:
    tabs = Tabs(_("Tools"), parent)
    for tool in tools:
        summary = _(tool.summary)
        tabs.add(tool.id, _(tool.title), icon_of(tool), summary[:1].upper() + summary[1:])
    return tabs
