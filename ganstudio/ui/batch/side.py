"""The column at the right: recipe, output, afterwards, the chosen picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.batch.output_panel import OutputPanel
from ganstudio.ui.batch.recipe_panel import RecipePanel
from ganstudio.ui.batch.selected_panel import SelectedPanel
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Divider, Section, Select

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

AFTER = ("notify", "report", "nothing")


class AfterPanel(QWidget):
    """`changed()`: something else is wished for when the queue is done."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = (_("Notify me"), _("Notify me, open the report"), _("Nothing"))
        self.select = Select(list(zip(AFTER, words, strict=True)), _("When done"))
        self.select.chosen.connect(self._chose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.addWidget(FormRow(_("When done"), self.select))

    @Slot(str)
    def _chose(self, _id: str) -> None:
        self.changed.emit()


class Side(QScrollArea):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recipe = RecipePanel(desk)
        self.output = OutputPanel(desk)
        self.after = AfterPanel()
        self.selected = SelectedPanel(desk)
        self.sections = {
            "recipe": Section(_("Recipe"), self.recipe),
            "output": Section(_("Output"), self.output),
            "after": Section(_("Afterwards"), self.after),
            "selected": Section(_("Selected"), self.selected),
        }
        self.sections["recipe"].set_action(self.recipe.open_button)
        self.selected.name_changed.connect(self.sections["selected"].set_right)
        inside = _Ground()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, section in enumerate(self.sections.values()):
            if number:
                column.addWidget(Divider("edge"))
            column.addWidget(section)
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        self.setAccessibleName(_("Recipe and output"))
        follow(self.fit)

    def fit(self) -> None:
        """336 wide; 300 in a narrow window; at most 45 % of it."""
        window = self.window().width()
        usual = 300 if window < 1440 else 336
        grown = usual * (1 + (theme().text_scale - 1) * 0.6)
        self.setFixedWidth(round(min(grown, max(280, window * 0.45))))

    def sizeHint(self) -> QSize:
        return QSize(self.width(), 400)

    def folded(self) -> list[str]:
        return [name for name, section in self.sections.items() if section.folded]

    def fold(self, names: list[str]) -> None:
        for name, section in self.sections.items():
            section.set_folded(name in names)


class _Ground(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().now.panel)
