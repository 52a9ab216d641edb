"""The bar of the brush: paint or erase, size, feather, flow, what a pen's pressure does; invert, clear, show the mask.
Of lasso and rectangle: paint or erase, and what concerns the mask."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.canvas.brush import PEN, BrushSettings
from ganstudio.ui.desk import Desk
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.slider import Slider

HIGH = 36
_WAY, _TRACK, _GAP = 140, 72, 12
_SIZES = (1.0, 2000.0)
_HARD = (1.0, 10_000.0)


class BrushBar(QWidget):
    """Shows and changes the brush's settings. `way_chosen(id)`: "tool.brush" or "tool.eraser"; `show_pressed(bool)`:
    whether the mask is laid over the picture in colour."""

    way_chosen = Signal(str)
    show_pressed = Signal(bool)

    def __init__(self, desk: Desk, settings: BrushSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._settings = settings
        self.head = Label(_("Mask"), 12, 600, "text", parent=self)
        self.way = Segmented([("tool.brush", _("Paint")), ("tool.eraser", _("Erase"))], _("Paint or erase"), self)
        self.diameter = Slider(
            *_SIZES, settings.size, step=1, unit="px", log=True, label=_("Size"), inline=True, hard=_HARD, parent=self
        )
        self.feather = _share(_("Feather"), settings.feather, 0.0, self)
        self.flow = _share(_("Flow"), settings.strength, 0.01, self)
        words = {"size": _("Size"), "flow": _("Flow"), "both": _("Both"), "nothing": _("Nothing")}
        self.pen = Select([(one, words[one]) for one in PEN], _("Pen pressure"), self)
        self.pen.setToolTip(_("What pressing a pen harder changes"))
        self._pen_label = Label(_("Pen pressure"), parent=self)
        self._area = self._pen_seen = False
        self.invert = Button(_("Invert"), parent=self)
        self.clear = Button(_("Clear"), parent=self)
        self.show_mask = Button(_("Show mask"), "eye", kind="quiet", checkable=True, parent=self)
        for part in (self._pen_label, self.pen):
            part.hide()
        self._arrange()
        self.way.chosen.connect(self.way_chosen)
        self.diameter.changed.connect(settings.set_size)
        self.feather.changed.connect(settings.set_feather)
        self.flow.changed.connect(settings.set_strength)
        self.pen.chosen.connect(settings.set_pen)
        settings.changed.connect(self._show)
        self.invert.clicked.connect(desk.actions.action("layer.mask_invert").trigger)
        self.clear.clicked.connect(desk.actions.action("layer.mask_clear").trigger)
        self.show_mask.toggled.connect(self.show_pressed)
        desk.actions.refreshed.connect(self._refresh)
        follow(self._restyle)

    def _arrange(self) -> None:
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(16, 0, 16, 1)
        self._lines.setSpacing(0)
        self._rows: list[QHBoxLayout] = []
        self._shape: list[int] = []

    def _wishes(self) -> list[tuple[QWidget, int]]:
        """The parts and how wide each wants to be at least."""
        now = theme()
        parts: list[tuple[QWidget, int]] = [(self.head, self.head.sizeHint().width()), (self.way, now.px(_WAY))]
        for slider in (self.diameter, self.feather, self.flow):
            label = now.metrics().horizontalAdvance(slider.label)
            parts.append((slider, label + slider.field.sizeHint().width() + _TRACK))
        if self._pen_seen:
            parts += [(one, one.sizeHint().width()) for one in (self._pen_label, self.pen)]
        if self._area:
            parts = parts[:2]
        return parts + [(button, button.sizeHint().width()) for button in (self.invert, self.clear, self.show_mask)]

    def _flow(self) -> None:
        """As many lines as are needed for every part to be whole."""
        parts, room = self._wishes(), self.width() - 32
        shape, used = [0], 0
        for _part, wide in parts:
            if used and used + wide > room:
                shape.append(0)
                used = 0
            shape[-1] += 1
            used += wide + _GAP
        if shape != self._shape:
            self._shape = shape
            self._lay([part for part, _wide in parts])
        self.setFixedHeight(theme().px(HIGH) * len(shape))

    def _lay(self, parts: list[QWidget]) -> None:
        for row in self._rows:
            while row.count():
                row.takeAt(0)
            self._lines.removeItem(row)
        self._rows = []
        for number in self._shape:
            row = QHBoxLayout()
            row.setSpacing(_GAP)
            here, parts = parts[:number], parts[number:]
            for part in here:
                row.addWidget(part, 1 if isinstance(part, Slider) else 0)
            if not any(isinstance(part, Slider) for part in here):
                row.addStretch(1)
            self._lines.addLayout(row)
            self._rows.append(row)

    def _restyle(self) -> None:
        self.way.setFixedWidth(theme().px(_WAY))
        self._flow()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._flow()

    def set_way(self, way: str, area: bool = False) -> None:
        """`area`: the tool in hand is no brush, size and edge mean nothing to it."""
        self.way.set_current(way)
        self._show_parts(area, self._pen_seen)

    @Slot()
    def show_pen(self) -> None:
        """A pen was used: what its pressure does can be chosen from now on."""
        self._show_parts(self._area, True)

    def _show_parts(self, area: bool, pen: bool) -> None:
        if (area, pen) == (self._area, self._pen_seen):
            return
        self._area, self._pen_seen = area, pen
        for slider in (self.diameter, self.feather, self.flow):
            slider.setVisible(not area)
        for part in (self._pen_label, self.pen):
            part.setVisible(pen and not area)
        self._shape = []
        self._flow()

    def state(self) -> dict[str, Any]:
        now = self._settings
        return {"size": now.size, "feather": now.feather, "flow": now.strength, "pen": now.pen}

    def restore(self, state: dict[str, Any]) -> None:
        """What is no number is left out; the settings keep to their ranges."""
        settings = self._settings
        puts = (("size", settings.set_size), ("feather", settings.set_feather), ("flow", settings.set_strength))
        for name, put in puts:
            value = state.get(name)
            if isinstance(value, (int, float)) and value == value:
                put(float(value))
        if state.get("pen") in PEN:
            settings.set_pen(state["pen"])

    @Slot()
    def _show(self) -> None:
        self.diameter.set_value(self._settings.size)
        self.feather.set_value(self._settings.feather)
        self.flow.set_value(self._settings.strength)
        self.pen.set_current(self._settings.pen)

    @Slot()
    def _refresh(self) -> None:
        for button, name in ((self.invert, "layer.mask_invert"), (self.clear, "layer.mask_clear")):
            reason = self._desk.actions.reason(name)
            button.set_possible(not reason, reason)

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), now.panel)
            painter.fillRect(0, self.height() - 1, self.width(), 1, now.edge)


def _share(label: str, value: float, low: float, parent: QWidget) -> Slider:
    """A slider of 0 … 1 that shows per cent."""
    return Slider(low, 1.0, value, step=0.01, unit="%", shown=100, label=label, inline=True, parent=parent)
