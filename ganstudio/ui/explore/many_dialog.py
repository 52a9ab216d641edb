"""Generate many: the form for the pictures of many seeds, and what becomes of it: a batch that runs at once."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.series import count_of
from ganstudio.ui.documents.dialog import Dialog, row
from ganstudio.ui.documents.saving import pictures_folder
from ganstudio.ui.explore.class_row import title_of
from ganstudio.ui.explore.making_of import file_stem
from ganstudio.ui.explore.many import CHOSEN, EACH, THIS, Wish, bytes_of, classes_of, enter
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import ElidedLabel, Label
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.textfield import TextField

if TYPE_CHECKING:
    from ganstudio.jobs.remote.generators import Pictured
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.rendering import Rendering

_KEPT = "explore.many"
_USUAL = "0-99"
_MEASURE_AFTER_MS = 250
_LAST = 9  # pictures that say how long one takes


class Many(QObject):
    """Opens the form, and has its pictures made by the queue."""

    def __init__(self, desk: Desk, journey: Journey, rendering: Rendering, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._journey, self._rendering, self._window = desk, journey, rendering, window
        self.dialog: ManyDialog | None = None
        self._took: dict[str, list[float]] = {}  # model → seconds of its last whole pictures
        rendering.rendered.connect(self._rendered)

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        if told.stage == "full":
            took = self._took.setdefault(told.latent.model, [])
            took.append(told.seconds)
            del took[1:-_LAST]
            if self.dialog is not None:
                self.dialog.set_pace(self._pace)

    @property
    def _pace(self) -> float:
        """Seconds of a picture as they usually are; 0 after the first one alone, which takes its time to begin."""
        took = self._took.get(self._journey.latent.model, [])[1:]
        return median(took) if took else 0.0

    @Slot()
    def open(self) -> None:
        """The form; one at a time."""
        if self.dialog is None:
            self.dialog = ManyDialog(self._desk, self._journey, self._rendering, self._window)
            self.dialog.wanted.connect(self.start)
            self.dialog.finished.connect(self._closed)
            self.dialog.set_pace(self._pace)
            self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot()
    def _closed(self, *_unused: object) -> None:
        self.dialog = None

    @Slot(object)
    def start(self, wish: Wish) -> None:
        """Into the queue, off the GUI thread; then the engine runs it, after what runs already."""
        work = partial(enter, wish, self._desk.library)
        self._desk.background.run(work, partial(self._entered, wish), self._refused, owner=self)

    def _entered(self, wish: Wish, batch: int) -> None:
        self._desk.engine.run_batches([batch])
        said = ngettext_(
            "{count} picture is being generated in {folder}.",
            "{count} pictures are being generated in {folder}.",
            wish.count,
        ).format(count=wording.count(wish.count), folder=wish.folder.name or str(wish.folder))
        self._desk.notices.toast(said, (_("Show in Batch"), self._desk.actions.action("window.batch").trigger))

    def _refused(self, error: Exception) -> None:
        self._desk.notices.error(error, self.open, _("The pictures are not being generated."))


class ManyDialog(Dialog):
    """`wanted(Wish)` when the person has them generated. It stands beside the work and goes along with the stage."""

    wanted = Signal(object)

    def __init__(self, desk: Desk, journey: Journey, rendering: Rendering, parent: QWidget) -> None:
        super().__init__(_("Generate many"), parent, wide=480)
        self._desk, self._journey, self._rendering = desk, journey, rendering
        self._each = 0  # bytes of the picture on the stage; 0: not known
        self._seconds = 0.0  # that one takes; 0: not known
        self._measured_of: Pictured | None = None
        kept = desk.settings.remembered(_KEPT, {})
        kept = kept if isinstance(kept, dict) else {}
        self._folder = _folder_of(kept, desk, file_stem(journey.latent).rpartition("_")[0])
        self.says = Label("", color="text2", wrap=True)
        self.seeds = TextField(_USUAL, _("Seeds"))
        self.which = Select([(THIS, ""), (EACH, ""), (CHOSEN, "")], _("Classes"))
        self.named = TextField("", _("Names of classes"))
        self.place = ElidedLabel(str(self._folder), "middle", color="text2")
        self.choose = Button(_("Choose…"), "folder", parent=self)
        self.line = Label("", wrap=True)
        self._lay_out()
        self.seeds.set_text(_text(kept, "seeds") or _USUAL)
        if _text(kept, "which") in (THIS, EACH):
            self.which.set_current(_text(kept, "which"))
        self._measuring = QTimer(self, interval=_MEASURE_AFTER_MS, singleShot=True)
        self._measuring.timeout.connect(self._measure)
        for signal in (self.seeds.changed, self.named.changed, self.which.chosen):
            signal.connect(self._show)
        for signal in (journey.changed, journey.facts_changed, journey.model_changed, rendering.rendered):
            signal.connect(self._stage_changed)
        self.choose.clicked.connect(self._choose_folder)
        self._order()
        self._stage_changed()
        self.seeds.setFocus()
        self.seeds.edit.selectAll()

    def _lay_out(self) -> None:
        self.body.addWidget(self.says)
        grid = self.add_grid()
        self.seeds.setToolTip(_("Ranges, seeds and blends, with commas between: 0-99, 120, 3:0.7+5:0.3"))
        row(grid, _("Seeds"), self.seeds)
        self._class_label = row(grid, _("Classes"), self.which)
        self._named_label = row(grid, _("Which"), self.named)
        row(grid, _("Folder"), self.place, self.choose)
        self.choose.setAccessibleName(_("Choose the folder"))
        self.body.addWidget(self.line)
        self.cancel_button = self.add_button(_("Cancel"), self.close)
        self.button = self.add_button(_("Generate"), self.start, "primary", "play")

    def _order(self) -> None:
        """Tab goes from above to below."""
        order = (self.seeds.edit, self.which, self.named.edit, self.choose, self.cancel_button, self.button)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    # What is shown

    def set_pace(self, seconds: float) -> None:
        """How long one picture takes; 0 where it is not known."""
        self._seconds = seconds
        self._show()

    @Slot()
    def _stage_changed(self, *_unused: object) -> None:
        facts, latent = self._journey.facts, self._journey.latent
        classes = () if facts is None else facts.classes
        if classes:
            this = " + ".join(title_of(one.word) for one in latent.classes) or title_of(classes[0])
            self.which.set_options(
                [
                    (THIS, _("As on the stage: {name}").format(name=this)),
                    (EACH, _("Each of {count}").format(count=wording.count(len(classes)))),
                    (CHOSEN, _("Some of them")),
                ]
            )
            self.named.edit.setPlaceholderText(", ".join(classes[:2]))
        for widget in (self._class_label, self.which):
            widget.setVisible(bool(classes))
        self.says.setText(self._stage_words())
        self._measuring.start()
        self._show()

    def _stage_words(self) -> str:
        latent = self._journey.latent
        pushed = sum(bool(one.amount) for one in latent.pushes)
        said = [_("truncation {psi}").format(psi=wording.number(latent.psi, 2))]
        if pushed:
            said.append(ngettext_("{count} direction", "{count} directions", pushed).format(count=pushed))
        if latent.mix is not None:
            said.append(_("style mixing"))
        words = _("What is on the stage, with other seeds: {what}. PNG files, each with its recipe inside.")
        return words.format(what=", ".join(said))

    @Slot()
    def _measure(self) -> None:
        """What one file takes, of the picture that stands there."""
        told = self._rendering.sharp
        if told is not None and told is not self._measured_of:
            self._measured_of = told
            self._desk.background.run(partial(bytes_of, told), self._measured, self._unmeasured, owner=self)

    def _measured(self, size: int) -> None:
        self._each = size
        self._show()

    def _unmeasured(self, error: Exception) -> None:
        """Without it the line says no size; what is wrong with the disk the run itself says."""
        if not isinstance(error, UserError):
            self._desk.notices.error(error)

    @Slot()
    def _show(self, *_unused: object) -> None:
        facts = self._journey.facts
        chosen = facts is not None and bool(facts.classes) and self.which.current == CHOSEN
        for widget in (self._named_label, self.named):
            widget.setVisible(chosen)
        wish = self._wish()
        self.line.setVisible(wish is not None)
        if wish is None:
            said = self.seeds.error or self.named.error or _("The model is not open yet.")
            self.button.set_text(_("Generate"))
            self.button.set_possible(False, said)
            return
        count = wording.count(wish.count)
        words = ngettext_("Generate {count} picture", "Generate {count} pictures", wish.count)
        self.button.set_text(words.format(count=count))
        self.button.set_possible(True)
        self.line.setText(self._forecast(wish.count))

    def _forecast(self, count: int) -> str:
        """As long and as large as one picture, so many times."""
        said = [ngettext_("{count} picture", "{count} pictures", count).format(count=wording.count(count))]
        if self._seconds:
            time = wording.seconds(max(self._seconds * count, 1.0))
            said.append(time if time.startswith(_("about")) else _("about {time}").format(time=time))
        if self._each:
            said.append(wording.bytes_(self._each * count))
        return ", ".join(said)

    def _wish(self) -> Wish | None:
        """What the form says; None where it cannot be, which its fields say."""
        facts, latent = self._journey.facts, self._journey.latent
        self.seeds.set_error("")
        self.named.set_error("")
        if facts is None:
            return None
        field = self.seeds
        try:
            count = count_of(field.text())
            field = self.named
            classes = classes_of(self.which.current, field.text(), latent, facts)
        except UserError as error:
            field.set_error(str(error))
            return None
        whole = count * max(len(classes), 1)
        marked = self._desk.settings.value.ai_mark
        return Wish(latent, self.seeds.text(), classes, self._folder, whole, marked)

    # What the person does

    @Slot()
    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, _("Generate into"), str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.set_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def set_folder(self, folder: str) -> None:
        self._folder = Path(folder)
        self.place.set_text(folder)
        self._remember(folder=folder)

    def _remember(self, **said: str) -> None:
        kept = self._desk.settings.remembered(_KEPT, {})
        self._desk.settings.remember(_KEPT, {**(kept if isinstance(kept, dict) else {}), **said})

    @Slot()
    def start(self) -> None:
        """Have them generated, and close."""
        wish = self._wish()
        if wish is not None:
            self._remember(seeds=wish.seeds, which=self.which.current)
            self.wanted.emit(wish)
            self.close()


def _text(kept: dict[str, Any], name: str) -> str:
    found = kept.get(name, "")
    return found if isinstance(found, str) else ""


def _folder_of(kept: dict[str, Any], desk: Desk, model: str) -> Path:
    """Where it was generated last; else a folder of the model's among the results or the person's pictures."""
    if _text(kept, "folder"):
        return Path(_text(kept, "folder"))
    usual = desk.settings.value.output_folder
    return (Path(usual).expanduser() if usual else pictures_folder()) / model
