"""What is done to each picture: saved recipes, or steps put together here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.params import ModelOf
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import all_tools, tool_named
from ganstudio.ui.batch import saved
from ganstudio.ui.batch.step_card import STEP, Models, StepCard, icon_of, models_of
from ganstudio.ui.batch.step_dialog import StepDialog
from ganstudio.ui.icons import icon
from ganstudio.ui.widgets import Button, Select

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_OWN, _EDIT = ":own", ":edit"


class RecipePanel(QWidget):
    """`changed()`: other steps. `edit_recipe` gives what the Edit workspace would do now, None where there is none."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.edit_recipe: Callable[[], Recipe] | None = None
        self._steps: list[Step] = [_usual()]
        self._name = ""
        self._models: Models = {}
        self._dialog: StepDialog | None = None
        self.setAcceptDrops(True)
        self.choice = Select([], _("Recipe"), self)
        self.choice.chosen.connect(self._chose)
        self.open_button = Button(_("Open saved…"), kind="link")
        self.open_button.clicked.connect(self._open_menu)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.add_button = Button(_("Add a step"), "plus")
        self.add_button.set_menu(self._tools_menu())
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.choice)
        column.addLayout(self._cards)
        column.addWidget(self.add_button)
        self.cards: list[StepCard] = []
        self.list_saved()
        self._show()
        desk.background.run(partial(_known, desk.library), self._took_models, owner=self)

    @Slot(object)
    def _took_models(self, models: Models) -> None:
        self._models = models
        self._show()

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    @property
    def name(self) -> str:
        """Of the saved recipe that is shown unchanged; "" otherwise."""
        return self._name

    def set_recipe(self, recipe: Recipe, name: str = "") -> None:
        """Show other steps, as a saved recipe's where they have a name."""
        self._steps, self._name = list(recipe.steps), name
        self._show()
        self.changed.emit()

    def list_saved(self) -> None:
        own = [(_OWN, self._own_words())]
        edit = [(_EDIT, _("As in Edit"))]
        self.choice.set_options([*own, *((name, name) for name in saved.names()), *edit])
        self.choice.set_current(self._name or _OWN)

    def _own_words(self) -> str:
        return " → ".join(_(step.tool.title) for step in self._steps) or _("No step yet")

    # Steps

    def _tools_menu(self) -> QMenu:
        menu = QMenu(self)
        for tool in all_tools().values():
            menu.addAction(icon(icon_of(tool.id)), _(tool.title), partial(self.add_step, tool.id))
        return menu

    def add_step(self, tool: str) -> None:
        found = tool_named(tool)
        self._put([*self._steps, Step(found, found.params())])

    def _put(self, steps: list[Step]) -> None:
        self._steps, self._name = steps, ""
        self.list_saved()
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        focused = next((card.number for card in self.cards if card.hasFocus()), -1)
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for number, step in enumerate(self._steps):
            card = StepCard(step, number, self._models, self)
            card.clicked.connect(self._change_sender)
            card.removed.connect(self._remove_sender)
            card.shifted.connect(self._shift_sender)
            self._cards.addWidget(card)
            self.cards.append(card)
            if number == focused:
                card.setFocus()
        self.list_saved()

    def _sender_number(self) -> int:
        sender = self.sender()
        return sender.number if isinstance(sender, StepCard) else -1

    @Slot()
    def _change_sender(self) -> None:
        self.open_step(self._sender_number())

    def open_step(self, number: int) -> None:
        if not 0 <= number < len(self._steps):
            return
        dialog = StepDialog(self.desk, self._steps[number], self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setProperty("number", number)
        dialog.accepted.connect(self._changed_step)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def _changed_step(self) -> None:
        if self._dialog is None:
            return
        number = int(self._dialog.property("number"))
        steps = list(self._steps)
        if number < len(steps):
            steps[number] = self._dialog.step
            self._put(steps)
        self._dialog = None

    @Slot()
    def _remove_sender(self) -> None:
        number = self._sender_number()
        self._put([step for at, step in enumerate(self._steps) if at != number])

    @Slot(int)
    def _shift_sender(self, by: int) -> None:
        number = self._sender_number()
        self.move_step(number, number + by)

    def move_step(self, number: int, to: int) -> None:
        steps = list(self._steps)
        if 0 <= number < len(steps) and 0 <= to < len(steps) and number != to:
            steps.insert(to, steps.pop(number))
            self._put(steps)
            self.cards[to].setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(STEP):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        number = int(bytes(event.mimeData().data(STEP).data()))
        y = event.position().y()
        to = sum(card.geometry().center().y() < y for card in self.cards)
        event.acceptProposedAction()
        self.move_step(number, min(to - (to > number), len(self._steps) - 1))

    def choose_model(self, name: str) -> bool:
        """Take a model into the first step that can use one."""
        for number, step in enumerate(self._steps):
            field = next((one.name for one in step.params.parameters() if isinstance(one.kind, ModelOf)), None)
            if field is not None:
                steps = list(self._steps)
                steps[number] = replace(step, params=replace(step.params, **{field: name}))
                self._put(steps)
                return True
        return False

    # Saved ones

    @Slot(str)
    def _chose(self, id: str) -> None:
        if id == _EDIT:
            if self.edit_recipe is None:
                self.desk.notices.toast(_("Nothing is open in Edit yet."))
            else:
                self.set_recipe(self.edit_recipe())
        elif id != _OWN:
            self.load(id)
        self.list_saved()

    def load(self, name: str) -> None:
        try:
            self.set_recipe(saved.load(name), name)
        except UserError as error:
            self.desk.notices.error(error)

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in saved.names():
            menu.addAction(name, partial(self.load, name))
        menu.addSeparator()
        menu.addAction(_("Open a recipe file…"), self._open_file)
        menu.addAction(_("Save this recipe…"), self._ask_name)
        menu.popup(self.open_button.mapToGlobal(self.open_button.rect().bottomLeft()))

    def _open_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Open a recipe"), "", _("Recipes (*.json)"))
        if chosen:
            try:
                self.set_recipe(Recipe.load(Path(chosen)).for_pictures())
            except UserError as error:
                self.desk.notices.error(error)

    def _ask_name(self) -> None:
        name, said = QInputDialog.getText(self, _("Save this recipe"), _("Name"), text=self._name)
        if said and name.strip():
            self.save_as(name)

    def save_as(self, name: str) -> None:
        try:
            self._name = saved.save(name, Recipe(tuple(self._steps)))
        except UserError as error:
            self.desk.notices.error(error)
            return
        self.list_saved()
        self.desk.notices.toast(_("The recipe “{name}” is saved.").format(name=self._name))


def _known(library: Library, progress: Progress) -> Models:
    return models_of(library.entries())


def _usual() -> Step:
    tool = tool_named("upscale")
    return Step(tool, tool.params())
