"""More directions: found, by chance, from a shared file and into one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from ganstudio.core.latent import direction_files
from ganstudio.core.latent.directions import Direction, DirectionSet
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.explore.moves import fitted

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

FILTERS = "*.json *.safetensors"


class MoreDirections(QObject):
    """Behind the plus at the head of the directions."""

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link, self._window = desk, journey, link, parent

    def menu(self) -> QMenu:
        """Behind the plus at the head."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        ready = self._journey.directions is not None
        for title, call in (
            (_("Find more"), self.find_more),
            (_("A direction by chance"), self.add_random),
            (_("Open from a file…"), self.ask_open),
            (_("Save all to a file…"), self.ask_save),
        ):
            action = menu.addAction(title)
            action.triggered.connect(call)
            action.setEnabled(ready)
        return menu

    @Slot()
    def find_more(self) -> None:
        """Twice as many of the principal ones as there are."""
        directions = self._journey.directions
        known = 0 if directions is None else sum(one.origin == "pca" for one in directions.items)
        self._link.find_directions(self._journey.latent.model, "pca", max(12, 2 * known))
        self._desk.notices.toast(_("Looking for more directions"))

    @Slot()
    def add_random(self) -> None:
        """As long as the others, in a direction that nobody chose."""
        directions, facts = self._journey.directions, self._journey.facts
        if directions is None or facts is None:
            return
        lengths = [float(np.linalg.norm(one.array.astype(np.float64))) for one in directions.items] or [1.0]
        number = sum(one.origin == "own" for one in directions.items) + 1
        vector = np.random.default_rng().standard_normal(facts.w_dim)
        vector *= float(np.median(lengths)) / max(float(np.linalg.norm(vector)), 1e-9)
        name = _("By chance {number}").format(number=number)
        self._journey.set_directions(directions.adding(Direction.of(directions.free_id("chance"), name, vector, "own")))

    @Slot()
    def ask_open(self) -> None:
        dialog = QFileDialog(self._window.window(), _("Open directions"))
        dialog.setNameFilters([_("Directions") + f" ({FILTERS})", _("All files") + " (*)"])
        dialog.fileSelected.connect(self._opened)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _opened(self, name: str) -> None:
        self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Add the directions of a shared file."""
        self._desk.background.run(partial(_read, path), partial(self._add_all, path), owner=self)

    def _add_all(self, path: Path, found: DirectionSet) -> None:
        known, facts = self._journey.directions, self._journey.facts
        if known is None or facts is None:
            return
        if any(one.array.size != facts.w_dim for one in found.items):
            said = _("The directions of {name} belong to another model.")
            self._desk.notices.toast(said.format(name=path.name))
            return
        for one in found.items:
            same = any(one.vector == other.vector for other in known.items)
            if not same:
                fresh = known.free_id(one.id) if any(one.id == other.id for other in known.items) else one.id
                known = known.adding(replace(one, id=fresh))
        self._journey.set_directions(fitted(known, facts.num_ws))

    def ask_save(self, id: str | bool = "", *_unused: object) -> None:
        """One direction, or all of them, to a file to share."""
        dialog = QFileDialog(self._window.window(), _("Save directions"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["JSON (*.json)", "safetensors (*.safetensors)"])
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(partial(self._save_to, id if isinstance(id, str) else ""))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_to(self, id: str, name: str) -> None:
        directions = self._journey.directions
        if directions is not None:
            chosen = replace(directions, items=(directions.find(id),)) if id else directions
            work = partial(_written, chosen, Path(name))
            said = _("Saved as {name}.").format(name=Path(name).name)
            self._desk.background.run(work, partial(self._was_saved, said), owner=self)

    def _was_saved(self, said: str, _nothing: None) -> None:
        self._desk.notices.toast(said)


def _read(path: Path, progress: Progress) -> DirectionSet:
    return direction_files.read(path)


def _written(directions: DirectionSet, path: Path, progress: Progress) -> None:
    direction_files.write(directions, path)
