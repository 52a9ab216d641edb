"""The head of the left column: which generator, as a card that opens the list of all."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QVBoxLayout, QWidget

from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.text import _, ngettext_
from ganstudio.models.library import SUFFIXES, Entry, Library
from ganstudio.ui.documents.model_import import ModelImport
from ganstudio.ui.opening import show_file
from ganstudio.ui.panels.choices import ModelChoice, choices
from ganstudio.ui.panels.model_menu import details
from ganstudio.ui.panels.models import ModelPopup, picture
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.model_card import ModelCard

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey

USUAL = "paintings"


class ModelHead(QWidget):
    """`chosen(name)` by the person; `listed()` when the models are known, or others."""

    chosen = Signal(str)
    listed = Signal()

    def __init__(self, desk: Desk, journey: Journey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey = desk, journey
        self.choices: list[ModelChoice] = []
        self.popup: ModelPopup | None = None
        self.imports = ModelImport(desk, self)
        self.imports.imported.connect(self._imported)
        self.card = ModelCard(None, shown(journey.latent.model), "", [], chevron=True)
        self.card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.card.customContextMenuRequested.connect(self._menu)
        self.card.clicked.connect(self.open_list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        journey.model_changed.connect(self.show_model)
        journey.facts_changed.connect(self.show_model)
        self.refresh()

    @property
    def choice(self) -> ModelChoice | None:
        """The model that is open; None where it is not among those listed."""
        word = self._journey.latent.model
        return next((one for one in self.choices if one.name == word), None)

    @Slot()
    def refresh(self) -> None:
        """Look again at what there is, off the GUI thread."""
        self._desk.background.run(partial(_entries, self._desk.library), self._take, owner=self)

    def _take(self, entries: list[Entry]) -> None:
        self.choices = choices(entries, "generator", USUAL)
        self.show_model()
        self.listed.emit()

    @Slot()
    def show_model(self) -> None:
        """What the card says."""
        choice, facts = self.choice, self._journey.facts
        name = self._journey.latent.model
        if choice is None:
            title = facts.title if facts is not None else shown(name)
            self.card.set_model(None, title, _("Not among the models of this computer"), self._facts())
            return
        image = None if choice.thumbnail is None else picture(choice.thumbnail)
        self.card.set_model(image, choice.title, choice.purpose, self._facts())
        missing = choice.missing
        self.card.set_missing("" if missing is None else shown(missing))

    def _facts(self) -> list[str]:
        facts, choice = self._journey.facts, self.choice
        if facts is None:
            return [_("opening…")]
        found = [_("{side} px").format(side=facts.resolution)]
        if facts.classes:
            found.append(ngettext_("{count} class", "{count} classes", len(facts.classes)))
        if choice is not None and choice.bundled:
            found.append(_("bundled"))
        elif choice is not None:
            found.append(wording.bytes_(choice.nbytes))
        return [one.format(count=len(facts.classes)) for one in found]

    @Slot()
    def open_list(self) -> None:
        """All generators, over the panel."""
        self.refresh()
        popup = ModelPopup(self.choices, self._journey.latent.model, {}, self)
        popup.chosen.connect(self.chosen)
        popup.add_wanted.connect(self.ask_add)
        popup.open_at(self.mapToGlobal(QPoint(-12, self.height() + 2)), self.width() + 24)
        self.popup = popup

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        choice = self.choice
        if choice is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in details(choice):
            menu.addAction(line[:90]).setEnabled(False)
        menu.addSeparator()
        menu.addAction(_("Show file")).triggered.connect(partial(show_file, choice.entries[0].path))
        menu.addAction(_("Add a model file…")).triggered.connect(self.ask_add)
        menu.popup(self.card.mapToGlobal(at))

    @Slot()
    def ask_add(self) -> None:
        """Choose a file; it is looked at and copied into the Library."""
        dialog = QFileDialog(self.window(), _("Add a model"))
        suffixes = " ".join(f"*{one}" for one in SUFFIXES)
        dialog.setNameFilters([_("Models") + f" ({suffixes})", _("All files") + " (*)"])
        dialog.fileSelected.connect(self._file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _file_chosen(self, name: str) -> None:
        self.imports.add(Path(name))

    @Slot(object)
    def _imported(self, _paths: object) -> None:
        self._desk.background.run(partial(_entries, self._desk.library), self._take_new, owner=self)

    def _take_new(self, entries: list[Entry]) -> None:
        """The generator that has just come is opened."""
        before = {one.name for one in self.choices}
        self._take(entries)
        new = [one.name for one in self.choices if one.name not in before]
        if new:
            self.chosen.emit(new[0])


def _entries(library: Library, progress: Progress) -> list[Entry]:
    return library.entries()
