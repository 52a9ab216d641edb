"""Learn from two folders of pictures: those that have it, and those that have it not. What the model made says where it
lies; other pictures are projected first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.projection import Projected
from ganstudio.core.names import shown
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents.dialog import Dialog, Question
from ganstudio.ui.explore.learn.fitting import Fitting
from ganstudio.ui.explore.learn.guessing import Guessing
from ganstudio.ui.explore.project.person import ask_person
from ganstudio.ui.widgets import Button, ElidedLabel, Label, RunButton, TextField, wording

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_MOST = 500  # pictures of a folder
_MOST_PROJECTED = 50  # of those


@dataclass(frozen=True)
class Examples:
    """What a folder has: Latents of this model, and pictures that it did not make. Of those `guessed` were projected
    (`percent` of the way in the mean), and `missed` cannot be used."""

    latents: tuple[Latent, ...] = ()
    others: tuple[Path, ...] = ()
    guessed: int = 0
    percent: float = 0.0
    missed: int = 0

    def with_guess(self, path: Path, projected: Projected) -> Examples:
        left = tuple(one for one in self.others if one != path)
        percent = (self.percent * self.guessed + projected.score.percent) / (self.guessed + 1)
        return replace(
            self, latents=(*self.latents, projected.latent), others=left, guessed=self.guessed + 1, percent=percent
        )  # fmt: skip

    def without(self, path: Path) -> Examples:
        return replace(self, others=tuple(one for one in self.others if one != path), missed=self.missed + 1)

    @property
    def words(self) -> str:
        made, others = len(self.latents) - self.guessed, len(self.others)
        said = ngettext_("{count} picture of this model", "{count} pictures of this model", made)
        parts = [said.format(count=wording.count(made))]
        if self.guessed:
            said = ngettext_("{count} projected ({share} of the way)", "{count} projected ({share} of the way)",
                             self.guessed)  # fmt: skip
            share = wording.percent(self.percent / 100)
            parts.append(said.format(count=wording.count(self.guessed), share=share))
        if others:
            said = ngettext_("{count} other", "{count} others", others)
            parts.append(said.format(count=wording.count(others)))
        if self.missed:
            said = ngettext_("{count} cannot be used", "{count} cannot be used", self.missed)
            parts.append(said.format(count=wording.count(self.missed)))
        return ", ".join(parts)


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
        self.line.setText(found.words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.take(paths[0] if paths[0].is_dir() else paths[0].parent)


class FoldersDialog(Dialog):
    """Pictures that the model made say so themselves; the others are projected when the person says so."""

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(_("Learn a direction from two folders"), parent, wide=520)
        self._desk, self._journey = desk, journey
        self.fitting = Fitting(journey, link, "folders", self)
        self.guessing = Guessing(desk, journey, link, self)
        self.question: Question | None = None
        hint = _(
            "Pictures that this model made say where they lie. Others are projected first: what the model has nearest "
            "to them takes their place."
        )
        self.body.addWidget(Label(hint, color="text2", wrap=True))
        self.like = FolderRow(_("Have it"), _("Pictures that have it"), self)
        self.unlike = FolderRow(_("Have it not"), _("Pictures that have it not"), self)
        self.project = RunButton(_("Project the others"))
        self.project.set_kind("normal")
        self.cost = Label("", 11, color="text3", wrap=True)
        self.name = TextField(_("Name of the direction, like Stormy"), _("Name"))
        self.line = Label("", 11, color="text3", wrap=True)
        for widget in (self.like, self.unlike, self.project, self.cost, self.name, self.line):
            self.body.addWidget(widget)
        self.add_button(_("Close"), self.close)
        self.learn = self.add_button(_("Learn"), self._learn, "primary")
        self.name.changed.connect(self._show)
        self.fitting.learnt.connect(self._learnt)
        self.fitting.failed.connect(self._failed)
        self.project.pressed.connect(self._ask)
        self.project.stopped.connect(self.guessing.stop)
        self.guessing.progressed.connect(self.project.run_state)
        self.guessing.found.connect(self._guessed)
        self.guessing.missed.connect(self._missed)
        self.guessing.over.connect(self._over)
        self.finished.connect(self.guessing.stop)
        self._show()

    # Projecting

    @property
    def _others(self) -> list[Path]:
        """From both sides in turn, so that there is something of each when it is stopped."""
        sides = (one.found.others[:_MOST_PROJECTED] for one in (self.like, self.unlike))
        return [path for pair in zip_longest(*sides) for path in pair if path is not None]

    @Slot()
    def _ask(self) -> None:
        self.question = ask_person(self._desk, self, self._project)

    def _project(self) -> None:
        self.question = None
        if not self.guessing.busy:
            self.guessing.begin(self._others)
            self._show()

    @Slot(object, object)
    def _guessed(self, path: Path, projected: Projected) -> None:
        for row in (self.like, self.unlike):
            if path in row.found.others:
                row.tell(row.found.with_guess(path, projected))
        self._show()

    @Slot(object)
    def _missed(self, path: Path) -> None:
        for row in (self.like, self.unlike):
            if path in row.found.others:
                row.tell(row.found.without(path))

    @Slot()
    def _over(self) -> None:
        self.project.idle()
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
        others = self._others
        self.project.setVisible(bool(others) or self.guessing.busy)
        self.cost.setVisible(self.project.isVisibleTo(self))
        said = ngettext_(
            "{count} picture, in the background: some seconds with a small model, minutes with one of 1024 px.",
            "{count} pictures, in the background: some seconds each with a small model, minutes with one of 1024 px. "
            "When it is stopped, what was found stays.",
            len(others),
        )
        self.cost.setText(said.format(count=wording.count(len(others))))
        counts = len(self.like.found.latents), len(self.unlike.found.latents)
        reason = self.fitting.why_not(*counts, self.name.text().strip())
        if self.fitting.busy:
            reason = _("Learning…")
        elif self.guessing.busy and not reason:
            reason = _("Pictures are being projected")
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
    """The Latents of a folder's pictures that this model made, and the other pictures."""
    from ganstudio.jobs.folder import Survey, walk
    from ganstudio.tools.keyframes import latent_of

    found: list[Latent] = []
    others: list[Path] = []
    for number, one in enumerate(walk([folder], Survey(), recursive=True)):
        progress.check()
        if number >= _MOST:
            break
        try:
            latent = latent_of(one.path)
        except UserError:
            others.append(one.path)
            continue
        same = latent.weights == weights if latent.weights and weights else latent.model == model
        if same:
            found.append(latent)
        else:
            others.append(one.path)
    return Examples(tuple(found), tuple(others))
