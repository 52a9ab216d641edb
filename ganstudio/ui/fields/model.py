"""A model: cards with what each is for; one card with a chevron where there is little room."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.names import shown
from ganstudio.core.params import ModelOf, Parameter
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.models.library import Entry, Library
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.panels.choices import Listed, ModelChoice, choices
from ganstudio.ui.panels.model_menu import ModelMenu
from ganstudio.ui.panels.models import MOST_SHOWN, ModelPopup, card_of, facts
from ganstudio.ui.widgets.empty import EmptyState
from ganstudio.ui.widgets.model_card import CardList, ModelCard

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk


class ModelField(Field):
    """`listed()`: the models are known now, or others; `add_wanted()`: another model file is to be added."""

    KIND = ModelOf
    wide = True
    listed = Signal()
    add_wanted = Signal()

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        self.library: Library | None = None
        self._desk: Desk | None = None
        self._choices: list[ModelChoice] = []
        self._times: dict[str, float] = {}
        self._compact = False
        self._popup: ModelPopup | None = None
        self.menu: ModelMenu | None = None
        self.cards = CardList(_(parameter.label), self)
        self.one: ModelCard | None = None
        self.none = EmptyState(
            "picture", _("There is no model of this kind yet."), "", [(_("Add a model…"), self.add_wanted.emit)], self
        )
        self.none.hide()
        self.setToolTip("")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.cards)
        self._column.addWidget(self.none)
        self.cards.chosen.connect(self._chosen)

    def attach(self, desk: Desk) -> None:
        self._desk = desk
        self.menu = ModelMenu(desk, self)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._application_state)
        self.refresh()

    @property
    def choice(self) -> ModelChoice | None:
        """The chosen model; None while the models are not listed."""
        return next((one for one in self._choices if one.name == self.value), None)

    @property
    def choices(self) -> list[ModelChoice]:
        return list(self._choices)

    def set_compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self._build()

    def set_times(self, times: dict[str, float]) -> None:
        """Seconds for the picture in front, by name."""
        self._times = dict(times)
        for choice in self._choices:
            card = self.cards.cards.get(choice.name)
            if card is not None:
                card.set_facts(facts(choice, times.get(choice.name)))
        chosen = self.choice
        if self.one is not None and chosen is not None:
            self.one.set_facts(facts(chosen, times.get(chosen.name)))

    @Slot()
    def refresh(self) -> None:
        """Look again at what there is, off the GUI thread."""
        if self._desk is not None:
            self._desk.background.run(partial(_entries, self._desk.library), self._take_entries, owner=self)

    @Slot()
    def open_list(self) -> None:
        """All models, over the cards."""
        popup = ModelPopup(self._choices, self.value, self._times, self)
        popup.chosen.connect(self.choose)
        popup.add_wanted.connect(self.add_wanted)
        popup.open_at(self.mapToGlobal(QPoint(-12, 0)), self.width() + 24)
        self._popup = popup

    @Slot(str)
    def choose(self, name: str) -> None:
        """As if its card had been pressed."""
        self._take(name)
        self._build()

    def _take_entries(self, entries: list[Entry]) -> None:
        kind = self.parameter.kind
        assert isinstance(kind, ModelOf)
        before = self.choice
        found = choices(entries, kind.kind, str(self.parameter.default))
        if before is not None and all(one.name != before.name for one in found):
            found.append(before)  # its file is gone: the card says so
        changed = [(one.name, one.entries, one.missing) for one in found]
        if self.library is not None and changed == [(one.name, one.entries, None) for one in self._choices]:
            return
        self.library = Listed(entries)
        self._choices = found
        self._build()
        self.listed.emit()

    def _show(self, value: Any) -> None:
        if value in self.cards.cards:
            self.cards.set_current(value)
        else:
            self._build()

    def _build(self) -> None:
        """The cards anew."""
        chosen = self.choice
        shown_ones = self._choices
        if len(shown_ones) > MOST_SHOWN:
            shown_ones = shown_ones[: MOST_SHOWN - 1]
            if chosen is not None and chosen not in shown_ones:
                shown_ones = [chosen, *shown_ones[:-1]]
        self.cards.clear()
        if self.one is not None:
            self._column.removeWidget(self.one)
            self.one.deleteLater()
            self.one = None
        if self._compact:
            self._build_one(chosen)
        else:
            for choice in shown_ones:
                card = self.cards.add(choice.name, card_of(choice, self._times.get(choice.name)))
                self._with_menu(card, choice)
            if chosen is not None:
                self.cards.set_current(chosen.name)
        if chosen is None and self._choices:
            self._add_stranger()
        self.cards.setVisible(not self._compact)
        self.none.setVisible(self.library is not None and not self._choices)

    def _build_one(self, chosen: ModelChoice | None) -> None:
        if chosen is None:
            return
        self.one = card_of(chosen, self._times.get(chosen.name), chevron=True)
        self.one.clicked.connect(self.open_list)
        self._with_menu(self.one, chosen)
        self._column.insertWidget(0, self.one)
        self.one.show()

    def _with_menu(self, card: ModelCard, choice: ModelChoice) -> None:
        card.setObjectName(choice.name)
        card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        card.customContextMenuRequested.connect(self._card_menu)

    @Slot(QPoint)
    def _card_menu(self, at: QPoint) -> None:
        card = self.sender()
        choice = next((one for one in self._choices if card is not None and one.name == card.objectName()), None)
        if choice is not None and isinstance(card, ModelCard) and self.menu is not None:
            self.menu.open(choice, card.mapToGlobal(at))

    def _add_stranger(self) -> None:
        """The value is no name of the list: a file, or a model that is not here."""
        card = ModelCard(None, shown(str(self.value)), _("Not among the models of this computer"), [])
        self.cards.add(str(self.value), card)
        self.cards.set_current(str(self.value))

    @Slot(str)
    def _chosen(self, name: str) -> None:
        self._take(name)

    @Slot(Qt.ApplicationState)
    def _application_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.refresh()


def _entries(library: Library, progress: Progress) -> list[Entry]:
    return library.entries()


FIELD = ModelField
