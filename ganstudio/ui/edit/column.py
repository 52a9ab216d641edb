"""The right column: the tool part, Layers and History below each other; as tabs where the window is small."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.desk import Desk
from ganstudio.ui.edit.history import HistoryPanel
from ganstudio.ui.edit.layers import LayersPanel
from ganstudio.ui.edit.tool_page import ToolPage
from ganstudio.ui.edit.tool_tabs import Tabs
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider
from ganstudio.ui.widgets.section import Section

WIDE, NARROW = 336, 300
LEAST, MOST = 280, 480
_HISTORY_HIGH = 148


class Column(QWidget):
    """Its parts: `tools`, `layers`, `history`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Panels"))
        self.setMinimumWidth(LEAST)
        self.setMaximumWidth(MOST)
        self.tools = ToolPage(desk, self)
        self.layers = LayersPanel(desk, self)
        self.history = HistoryPanel(self)
        self.layers_section = Section(_("Layers"), self.layers, parent=self)
        self.history_section = Section(_("History"), self.history, parent=self)
        more = Button(_("What can be done with the layer"), "more", "icon")
        more.clicked.connect(self._layer_menu)
        self._more = more
        self.layers_section.set_action(more)
        self.history.counted.connect(self.history_section.set_right)
        self.layers_section.folded_changed.connect(self._share)
        self.narrow_tabs = Tabs(_("Panels"), self)
        for id, text in (("tool", _("Tool")), ("layers", _("Layers")), ("history", _("History"))):
            self.narrow_tabs.add(id, text)
        self.narrow_tabs.chosen.connect(self.show_part)
        self._stack = QStackedWidget(self)
        self._lines = [Divider("edge", parent=self), Divider("edge", parent=self)]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.narrow_tabs)
        self._column.addWidget(self._stack, 1)
        self._end = QWidget(self)
        self.narrow = True
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """Tabs instead of panels below each other, and one model card."""
        if narrow == self.narrow:
            return
        self.narrow = narrow
        parts = (self.tools, self.layers_section, self.history_section)
        self.tools.set_compact(narrow)
        self.layers_section.set_folded(False)
        for part in (*parts, *self._lines, self._end):
            self._column.removeWidget(part)
            self._stack.removeWidget(part)
        for line in self._lines:
            line.setVisible(not narrow)
        self.narrow_tabs.setVisible(narrow)
        self._stack.setVisible(narrow)
        self.history.setMaximumHeight(16777215 if narrow else theme().px(_HISTORY_HIGH))
        if narrow:
            for part in parts:
                self._stack.addWidget(part)
            self.show_part("tool")
            return
        first, second = self._lines
        for widget in (self.tools, first, self.layers_section, second, self.history_section, self._end):
            self._column.addWidget(widget)
            widget.show()
        self._share()

    @Slot()
    def _share(self, *_unused: object) -> None:
        """Layers take what is left; folded, nobody does."""
        if not self.narrow:
            folded = self.layers_section.folded
            self._column.setStretchFactor(self.layers_section, 0 if folded else 1)
            self._column.setStretchFactor(self._end, 1 if folded else 0)

    @Slot(str)
    def show_part(self, part: str) -> None:
        """ "tool", "layers" or "history"; where all are in sight it is unfolded."""
        found = {"tool": self.tools, "layers": self.layers_section, "history": self.history_section}[part]
        if self.narrow:
            self.narrow_tabs.set_current(part)
            self._stack.setCurrentWidget(found)
        elif isinstance(found, Section):
            found.set_folded(False)
            self._share()

    @Slot()
    def _layer_menu(self) -> None:
        self.layers.menu(self).popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def state(self) -> dict[str, Any]:
        folded = {"layers": self.layers_section.folded, "history": self.history_section.folded}
        return {"folded": folded, **self.tools.state()}

    def restore(self, state: dict[str, Any]) -> None:
        folded = state.get("folded")
        kept = folded if isinstance(folded, dict) else {}
        self.layers_section.set_folded(bool(kept.get("layers", False)) and not self.narrow)
        self.history_section.set_folded(bool(kept.get("history", False)) and not self.narrow)
        self._share()
        self.tools.restore(state)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            painter.fillRect(0, 0, 1, self.height(), theme().now.edge)
