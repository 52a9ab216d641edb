"""The models as cards: the few that are shown at once, and the list of all that opens over them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.ui.panels.choices import ModelChoice
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw, wording
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.model_card import CardList, ModelCard
from ganstudio.ui.widgets.textfield import SearchField

MOST_SHOWN = 4
_TALLEST = 520


@lru_cache(maxsize=64)
def picture(path: Path) -> QImage:
    """One of our own small files; never a person's picture."""
    return QImage(str(path))


def facts(choice: ModelChoice, seconds: float | None) -> list[str]:
    """Scale, size on the disk, time for this picture."""
    scales = " ".join(f"{scale}×" for scale in choice.scales)
    took = _("not measured yet") if seconds is None else time_words(seconds)
    return [scales, wording.bytes_(choice.nbytes), took]


def time_words(seconds: float) -> str:
    """An estimate, rounded so that it promises no more than it knows: "about 4 s"."""
    if seconds < 1:
        return _("under 1 s")
    said = wording.seconds(round(seconds) if seconds < 60 else seconds)
    return said if said.startswith(_("about")) else _("about {time}").format(time=said)


def card_of(choice: ModelChoice, seconds: float | None, *, chevron: bool = False) -> ModelCard:
    image = None if choice.thumbnail is None else picture(choice.thumbnail)
    card = ModelCard(image, choice.title, choice.purpose, facts(choice, seconds), chevron=chevron)
    if choice.missing is not None:
        card.set_missing(shown(choice.missing))
    return card


class ModelPopup(QFrame):
    """All models, with a field to search where there are many. `chosen(name)`, `add_wanted()`."""

    chosen = Signal(str)
    add_wanted = Signal()

    def __init__(
        self, choices: list[ModelChoice], current: str, times: dict[str, float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Models"))
        self._choices = choices
        self.cards = CardList(_("Models"))
        for choice in choices:
            self.cards.add(choice.name, card_of(choice, times.get(choice.name)))
        if current in self.cards.cards:
            self.cards.set_current(current)
        self.cards.chosen.connect(self._chose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.search = SearchField(_("Search {count} models").format(count=len(choices)))
        self.search.changed.connect(self._filter)
        self.search.setVisible(len(choices) > MOST_SHOWN)
        column.addWidget(self.search)
        inside = QWidget()
        inside_column = QVBoxLayout(inside)
        inside_column.setContentsMargins(0, 0, 0, 0)
        inside_column.addWidget(self.cards)
        inside_column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        scroll.setMinimumHeight(min(inside.sizeHint().height(), _TALLEST))
        column.addWidget(scroll, 1)
        add = Button(_("Add a model file…"), "plus")
        add.clicked.connect(self._add)
        column.addWidget(add)

    def open_at(self, place: QPoint, width: int) -> None:
        self.setFixedWidth(max(width, theme().px(280)))
        self.adjustSize()
        screen = self.screen().availableGeometry()
        self.move(
            min(place.x(), screen.right() - self.width()),
            max(min(place.y(), screen.bottom() - self.height()), screen.top()),
        )
        self.show()

    @Slot(str)
    def _filter(self, text: str) -> None:
        word = text.strip().lower()
        for choice in self._choices:
            said = f"{choice.name} {choice.title} {choice.purpose}".lower()
            self.cards.cards[choice.name].setVisible(word in said)

    @Slot(str)
    def _chose(self, name: str) -> None:
        self.chosen.emit(name)
        self.close()

    @Slot()
    def _add(self) -> None:
        self.close()
        self.add_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            draw.box(painter, self.rect(), None, theme().now.edge, 0)
