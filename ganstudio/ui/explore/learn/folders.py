"""Learn from two folders of pictures that the model made: those that have it, and those that have it not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction
from ganstudio.core.names import shown
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.explore.learn.fitting import Fitting
from ganstudio.ui.widgets import Button, ElidedLabel, Label, TextField, wording

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_MOST = 500  # pictures of a folder


@dataclass(frozen=True)
class Examples:
    """What a folder has: Latents of this model, and how many pictures are none of its."""

    latents: tuple[Latent, ...] = ()
    others: int = 0


class FolderRow(QWidget):
    """One side: its title, the folder, what was found. A folder can be dropped on it."""

    def __init__(self, title: str, ask: str, owner: FoldersDialog) -> None:
        super().__init__()
        self._title, self._ask, self._owner = title, ask, owner
        self.folder: Path | None = None
        self.found = Examples()
        self.path = ElidedLabel("", "middle", 12, color="text")
        self.button = Button(_("Choose folder…"), "folder")
        self.button.setAccessibleName(f"{title}: {self.button.text()}")
        self.line = Label("", 11, color="text3", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.path, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Label(title, 12, 500, "text"))
        column.addLayout(row)
        column.addWidget(self.line)
        self.button.clicked.connect(self._choose)
        self.setAcceptDrops(True)

    @Slot()
    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self._ask)
        if chosen:
            self.take(Path(chosen))

    def take(self, folder: Path) -> None:
        self.folder, self.found = folder, Examples()
        self.path.set_text(shown(folder))
        self.line.setText(_("Looking at the pictures…"))
        self._owner.look(self)

    def tell(self, found: Examples) -> None:
        self.found = found
        count = len(found.latents)
        said = ngettext_("{count} picture of this model", "{count} pictures of this model", count)
        parts = [said.format(count=wording.count(count))]
        if found.others:
            left = ngettext_("{count} other is left out", "{count} others are left out", found.others)
            parts.append(left.format(count=wording.count(found.others)))
        self.line.setText(", ".join(parts))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take(paths[0] if paths[0].is_dir() else paths[0].parent)


class FoldersDialog(Dialog):
    """Pictures say themselves how they were made; a photograph is projected first."""

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(_("Learn a direction from two folders"), parent, wide=520)
        self._desk, self._journey = desk, journey
        self.fitting = Fitting(journey, link, "folders", self)
        hint = _("The pictures are those that this model made and that were saved here. Project photographs first.")
        self.body.addWidget(Label(hint, color="text2", wrap=True))
        self.like = FolderRow(_("Have it"), _("Pictures that have it"), self)
        self.unlike = FolderRow(_("Have it not"), _("Pictures that have it not"), self)
        self.name = TextField(_("Name of the direction, like Stormy"), _("Name"))
        self.line = Label("", 11, color="text3", wrap=True)
        for widget in (self.like, self.unlike, self.name, self.line):
            self.body.addWidget(widget)
        self.add_button(_("Close"), self.close)
        self.learn = self.add_button(_("Learn"), self._learn, "primary")
        self.name.changed.connect(self._show)
        self.fitting.learnt.connect(self._learnt)
        self.fitting.failed.connect(self._failed)
        self._show()

    def look(self, row: FolderRow) -> None:
        """Read how the pictures of a row's folder were made."""
        assert row.folder is not None
        facts, latent = self._journey.facts, self._journey.latent
        weights = "" if facts is None else facts.weights
        work = partial(examples_of, row.folder, latent.model, weights)
        self._desk.background.run(work, partial(self._looked, row, row.folder), owner=self)
        self._show()

    def _looked(self, row: FolderRow, folder: Path, found: Examples) -> None:
        if row.folder == folder:
            row.tell(found)
            self._show()

    def _learn(self) -> None:
        self.fitting.learn(self.like.found.latents, self.unlike.found.latents, self.name.text().strip())
        self._show()

    @Slot()
    def _show(self, *_unused: object) -> None:
        counts = len(self.like.found.latents), len(self.unlike.found.latents)
        reason = self.fitting.why_not(*counts, self.name.text().strip())
        if self.fitting.busy:
            reason = _("Learning…")
        self.line.setText(reason)
        self.learn.set_possible(not reason, reason)

    @Slot(object)
    def _learnt(self, direction: Direction) -> None:
        self._desk.notices.toast(_("{name} is among the directions.").format(name=direction.name), kind="ok")
        self.close()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._desk.notices.error(error)  # type: ignore[arg-type]
        self._show()


def examples_of(folder: Path, model: str, weights: str, progress: Progress) -> Examples:
    """The Latents of a folder's pictures that this model made."""
    from ganstudio.jobs.folder import Survey, walk
    from ganstudio.tools.keyframes import latent_of

    found, others = [], 0
    for number, one in enumerate(walk([folder], Survey(), recursive=True)):
        progress.check()
        if number >= _MOST:
            break
        try:
            latent = latent_of(one.path)
        except UserError:
            others += 1
            continue
        same = latent.weights == weights if latent.weights and weights else latent.model == model
        if same:
            found.append(latent)
        else:
            others += 1
    return Examples(tuple(found), others)
