"""The rows of the map of layers: a name, a cell for each layer, a word; and the head over them with what is held."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.core.latent.breeding import GROUPS
from ganstudio.core.latent.directions import Direction
from ganstudio.core.text import _
from ganstudio.ui.explore.breed.panel import HELP, TITLES
from ganstudio.ui.explore.directions_panel import signed
from ganstudio.ui.explore.journey import Journey
from ganstudio.ui.explore.layers.layer_range import LayerRange, cell
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import ElidedLabel, Label

_NAME, _WORD = 128, 56


class MapRow(QWidget):
    """Cells that stand under those of the other rows."""

    def __init__(self, name: QWidget, cells: QWidget, word: QWidget | None = None, *, top: bool = False) -> None:
        super().__init__()
        self._name, self._word = name, QWidget() if word is None else word
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(cells, 1)
        row.addWidget(self._word)
        follow(self._restyle)

    def _restyle(self) -> None:
        self._name.setFixedWidth(theme().px(_NAME))
        self._word.setFixedWidth(theme().px(_WORD))


class Heads(QWidget):
    """Coarse, middle and fine over their layers, to be held; below them the layers' numbers."""

    def __init__(self, journey: Journey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self.holds = {id: Button(_(TITLES[id]), "unlock", checkable=True, parent=self) for id in GROUPS}
        for id, button in self.holds.items():
            button.setToolTip(f"{_(HELP[id])}\n{_('It holds for breeding.')}")
            button.setAccessibleName(_("Hold {layers}").format(layers=_(TITLES[id])))
            button.toggled.connect(partial(self._hold, id))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        journey.facts_changed.connect(self.show_facts)
        journey.held_changed.connect(self._show_held)
        follow(self._restyle)
        self.show_facts()
        self._show_held()

    def _count(self) -> int:
        return 1 if self._journey.facts is None else self._journey.facts.num_ws

    def _hold(self, id: str, on: bool) -> None:
        held = self._journey.held
        self._journey.set_held(held | {id} if on else held - {id})

    @Slot()
    def _show_held(self) -> None:
        for id, button in self.holds.items():
            button.setChecked(id in self._journey.held)
            button.set_icon("lock" if button.isChecked() else "unlock")

    @Slot()
    def show_facts(self) -> None:
        facts = self._journey.facts
        parts = facts is not None and len(set(facts.groups)) == len(GROUPS)
        for button in self.holds.values():
            button.setVisible(parts)
        self._place()
        self.update()

    def _place(self) -> None:
        facts = self._journey.facts
        if facts is None:
            return
        for button, (first, last) in zip(self.holds.values(), facts.groups, strict=False):
            left, right = cell(self.width(), facts.num_ws, first), cell(self.width(), facts.num_ws, last)
            button.setGeometry(round(left[0]), 0, round(right[1] - left[0]), theme().px(28))

    def _restyle(self) -> None:
        self.updateGeometry()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), theme().px(28 + 20))

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        with draw.begin(QPainter(self)) as painter:
            for layer in range(self._count()):
                left, right = cell(self.width(), self._count(), layer)
                spot = QRectF(left, now.px(30), right - left, now.px(16))
                draw.text(painter, spot, str(layer), now.font(11), now.now.text3, Qt.AlignmentFlag.AlignHCenter)


class DirectionRow(MapRow):
    """`drawn(id, first, last)`: a direction is to move these layers."""

    drawn = Signal(str, int, int)

    def __init__(self, direction: Direction, count: int) -> None:
        self.name = ElidedLabel(direction.name, color="text2")
        self.layers = LayerRange(count, _("Layers of {direction}").format(direction=direction.name))
        self.word = Label("", 11, color="text3")
        self.word.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        super().__init__(self.name, self.layers, self.word)
        self.direction = direction
        self.set_direction(direction, count)
        self.layers.committed.connect(self._drawn)

    def set_direction(self, direction: Direction, count: int) -> None:
        self.direction = direction
        self.name.set_text(direction.name)
        self.layers.set_count(count)
        self.layers.set_value(direction.first, direction.last)

    def set_amount(self, amount: float) -> None:
        """Those that are not pushed are paler."""
        self.layers.set_dim(not amount)
        self.word.setText(signed(amount) if amount else "")

    @Slot(int, int)
    def _drawn(self, first: int, last: int) -> None:
        self.drawn.emit(self.direction.id, first, last)
