"""The page of a new training: goal, folder, base, time; what the folder says; one button."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.names import shown
from ganstudio.core.text import _
from ganstudio.models.library import Entry, Library
from ganstudio.training import plans
from ganstudio.training.goal import all_goals
from ganstudio.training.planning import plan_of
from ganstudio.ui.background import Task
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.fields import Field, field_for
from ganstudio.ui.fields.number import NumberValue
from ganstudio.ui.train.wishes import NOTHING, Answer, Wishes, answer, free_name
from ganstudio.ui.widgets import Button, ElidedLabel, Label, NumberField, Section, Segmented, Select, TextField

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.desk import Desk

_ASK_AFTER_MS = 300
_NOT_ASKED = {"name", "steps", "title", "group", "summary", "purpose", "start_from", "licences"}
_KINDS = {"upscaler": ("upscaler",), "restorer": ("restorer", "upscaler"), "stylizer": ("stylizer",)}
_WIDE = 640
USUAL_MINUTES = 60.0


class NewRun(QScrollArea):
    """`start_wanted(Answer)`: the person wants this training."""

    start_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.pictures: Path | None = None
        self.answer: Answer | None = None
        self.fields: dict[str, Field] = {}
        self._entries: list[Entry] = []
        self._named = False
        self._task: Task | None = None
        self._asking = QTimer(self, interval=_ASK_AFTER_MS, singleShot=True)
        self._asking.timeout.connect(self._ask)
        goals = all_goals()
        self.goal = Segmented([(one.id, _(one.title)) for one in goals.values()], _("What is trained"))
        self.preset = Select([("", "")], _("Preset"))
        self.start = Select([("", "")], _("Begins from"))
        self.about = Label("", color="text3", wrap=True)
        self.folder = ElidedLabel("", "middle", 12, color="text")
        self.choose = Button(_("Choose folder…"), icon="folder")
        self.name = TextField(name=_("Name"))
        self.minutes = NumberField(1, 100_000, USUAL_MINUTES, unit="min", name=_("Time"))
        self.said = Label("", color="text2", wrap=True)
        self.go = Button(_("Start training"), kind="primary", large=True)
        self._plan = QWidget()
        self._lay_out()
        self._connect()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAcceptDrops(True)
        self.setAccessibleName(_("A new training"))
        self._goal_chosen(self.goal.current)
        desk.background.run(partial(_listed, desk.library), self._models_known, owner=self)

    # Making it

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_WIDE)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Label(_("Train a model of your own"), 16, 600, color="text"))
        column.addWidget(self.goal)
        column.addWidget(self.about)
        folder = QWidget()
        row = QHBoxLayout(folder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        for label, widget in (
            (_("Pictures"), folder), (_("Preset"), self.preset), (_("Begins from"), self.start),
            (_("Time"), self.minutes), (_("Name"), self.name),
        ):  # fmt: skip
            column.addWidget(FormRow(label, widget))
        self._details = QVBoxLayout(self._plan)
        self._details.setContentsMargins(0, 0, 0, 0)
        self._details.setSpacing(8)
        self.details = Section(_("In detail"), self._plan, folded=True, light=True)
        column.addWidget(self.details)
        column.addWidget(self.said)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.go)
        column.addLayout(foot)
        column.addStretch(1)
        around = QWidget()
        sides = QHBoxLayout(around)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.addStretch(1)
        sides.addWidget(inside, 4)
        sides.addStretch(1)
        self.setWidget(around)

    def _connect(self) -> None:
        self.goal.chosen.connect(self._goal_chosen)
        self.preset.chosen.connect(self._preset_chosen)
        self.start.chosen.connect(self._changed)
        self.minutes.changed.connect(self._changed)
        self.name.edit.textEdited.connect(self._name_written)
        self.choose.clicked.connect(self._choose)
        self.go.clicked.connect(self._start)

    # What is wished

    def take_folder(self, path: Path) -> None:
        """Learn from the pictures of this folder (or zip)."""
        self.pictures = path
        self.folder.set_text(shown(path))
        if not self._named:
            self.name.set_text(free_name(path.stem))
        self._changed()

    @property
    def wishes(self) -> Wishes:
        return Wishes(
            self.goal.current, self.preset.current, self.pictures, self.name.text().strip(), self.start.current,
            float(self.minutes.value), {name: one.value for name, one in self.fields.items() if not one.is_default},
        )  # fmt: skip

    @Slot(str)
    def _goal_chosen(self, goal_id: str) -> None:
        goal = all_goals()[goal_id]
        self.about.setText(_("Trains {what}.").format(what=_(goal.summary)))
        self.preset.set_options([(name, name) for name in plans.of_goal(goal.id)])
        self.preset.set_current(goal.preset)
        self._preset_chosen(goal.preset)
        self._show_models()

    @Slot(str)
    def _preset_chosen(self, preset: str) -> None:
        """The Plan's fields anew, with the preset's values as what is usual."""
        while self._details.count():
            item = self._details.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.fields.clear()
        plan = plan_of(self.goal.current, preset)
        for parameter in plan.parameters():
            if parameter.name in _NOT_ASKED:
                continue
            usual: Any = getattr(plan, parameter.name)
            field = field_for(replace(parameter, default=usual), self.desk)
            field.changed.connect(self._changed)
            self.fields[parameter.name] = field
            named = isinstance(field, NumberValue) and field.wide  # it names itself
            self._details.addWidget(field if named else FormRow(_(parameter.label), field))
        self._changed()

    def _models_known(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._show_models()

    def _show_models(self) -> None:
        kinds = _KINDS.get(self.goal.current, (self.goal.current,))
        models = [(one.name, one.card.title) for one in self._entries if one.card.kind in kinds]
        self.start.set_options([("", _("What the preset says")), (NOTHING, _("Nothing")), *models])
        self.start.set_current("")

    @Slot()
    def _name_written(self) -> None:
        self._named = bool(self.name.text().strip())
        self._changed()

    @Slot()
    def _changed(self) -> None:
        self.go.setEnabled(False)
        self.answer = None
        if self.pictures is None:
            self.said.setText(_("Choose a folder of pictures to learn from, or drop one here."))
            return
        self._asking.start()

    @Slot()
    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("Pictures to learn from"))
        if chosen:
            self.take_folder(Path(chosen))

    # What the folder says

    @Slot()
    def _ask(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.said.setText(_("Looking at the pictures…"))
        self._task = self.desk.background.run(partial(answer, self.wishes), self._answered, owner=self)

    def _answered(self, found: Answer) -> None:
        if found.wishes != self.wishes:
            return
        self.answer = found
        sentences = list(found.proposal.said) if found.proposal is not None else [found.trouble]
        self.said.setText("\n".join(sentences))
        self.go.setEnabled(found.proposal is not None and bool(found.wishes.name))

    @Slot()
    def _start(self) -> None:
        if self.answer is not None and self.answer.proposal is not None:
            self.start_wanted.emit(self.answer)
            self._named = False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.take_folder(path)


def _dropped(event: QDropEvent) -> Path | None:
    """The one folder (or zip) that is dragged."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and (path.is_dir() or path.suffix.lower() == ".zip") else None


def _listed(library: Library, progress: Progress) -> list[Entry]:
    return library.entries()
