"""Export: what film, how large, how long it takes; then one button that becomes the bar of its making."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.text import N_, _, ngettext_
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.explore.walk.editing import WalkEditor
from ganstudio.ui.opening import show_file
from ganstudio.ui.widgets import Label, RunButton, Select, Slider, wording
from ganstudio.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.remote.messages import Failure, TaskProgress
    from ganstudio.models.library import Library
    from ganstudio.tools.maker import Forecast, Made
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

FORMATS = {
    "webm": N_("WebM, VP9"), "mp4": N_("MP4"), "webp": N_("WebP, animated"), "gif": N_("GIF"),
    "png": N_("PNG frames in a folder"),
}  # fmt: skip
_QUIET = ("gif", "png")  # formats without a quality
_ASK_AFTER_MS = 800


@dataclass(frozen=True)
class Sizes:
    """What can be chosen: (side or 0, upscaler or "") and its words; and what formats cannot be written, why."""

    upscalers: tuple[tuple[str, str, int], ...]  # name, title, scale
    missing: dict[str, str]


class ExportPanel(QWidget):
    """`busy_changed` when a film begins or ends. `foot` has the button: it stays in sight when the panel scrolls."""

    busy_changed = Signal()

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, editor: WalkEditor, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link, self._editor = desk, journey, link, editor
        self.fps = 24.0
        self._sizes = Sizes((), {})
        self._making: int | None = None
        self._asking: int | None = None
        self._target: Path | None = None
        self._timer = QTimer(self, interval=_ASK_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._ask)
        self.format = Select([(id, _(words)) for id, words in FORMATS.items()], _("Format"))
        self.side = Select([("", "")], _("Size"))
        self.quality = Slider(1, 100, 85, step=1, whole=True, label=_("Quality"), default=85, inline=True)
        self.line = Label("", 11, color="text3", wrap=True)
        self.button = RunButton(_("Export walk"), desk.actions.keys_of("explore.run"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(FormRow(_("Format"), self.format))
        column.addWidget(FormRow(_("Size"), self.side))
        column.addWidget(self.quality)
        self.foot = Ground()
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.button)
        self.format.chosen.connect(self._changed)
        self.side.chosen.connect(self._changed)
        self.quality.committed.connect(self._changed)
        self.button.pressed.connect(self.ask_where)
        self.button.stopped.connect(self.stop)
        editor.changed.connect(self._changed)
        journey.facts_changed.connect(self._facts_known)
        link.maker_progress.connect(self._progressed)
        link.maker_done.connect(self._done)
        link.maker_failed.connect(self._failed)
        desk.background.run(partial(_look, desk.library), self._looked, owner=self)
        self._facts_known()

    # What is asked

    @property
    def busy(self) -> bool:
        return self._making is not None

    @property
    def target(self) -> Path | None:
        """Where the film goes that is being made."""
        return self._target if self.busy else None

    def set_fps(self, fps: float) -> None:
        self.fps = fps
        self._changed()

    def why_not(self) -> str:
        """Why no film can be made now; "" where it can."""
        if self.busy:
            return _("A film is being made")
        if self._editor.why_not:
            return self._editor.why_not
        facts = self._journey.facts
        if facts is None or facts.model != self._editor.walk.model:
            return _("The model of the walk is not open")
        return self._sizes.missing.get(self.format.current, "")

    def _params(self) -> dict[str, object]:
        side, upscaler = self._size()
        return {
            "fps": self.fps, "format": self.format.current, "quality": round(self.quality.value),
            "size": side, "upscaler": upscaler,
        }  # fmt: skip

    def _size(self) -> tuple[int | None, str | None]:
        side, _space, upscaler = self.side.current.partition(" ")
        return (int(side) if side.isdecimal() and side != "0" else None), upscaler or None

    # What is known

    def _looked(self, sizes: Sizes) -> None:
        self._sizes = sizes
        for id, reason in sizes.missing.items():
            self.format.set_possible(id, False, reason)
        if self.format.current in sizes.missing:
            self.format.set_current(next(id for id in FORMATS if id not in sizes.missing))
        self._facts_known()

    @Slot()
    def _facts_known(self) -> None:
        facts = self._journey.facts
        if facts is not None:
            own, options = facts.resolution, []
            options.append(("0", _("{side} px, the model's own").format(side=wording.count(own))))
            for name, title, scale in self._sizes.upscalers:
                words = _("{side} px, {model}").format(side=wording.count(own * scale), model=title)
                options.append((f"0 {name}", words))
            self.side.set_options(options)
        self._changed()

    @Slot()
    def _changed(self, *_unused: object) -> None:
        self.quality.setVisible(self.format.current not in _QUIET)
        reason = self.why_not()
        if self.busy:
            return
        self.button.set_possible(not reason, reason)
        if reason:
            self.line.setText(reason)
            self._timer.stop()
        else:
            self.line.setText(self._count_words())
            self._timer.start()
        self._desk.actions.refresh()

    def _count_words(self) -> str:
        count = len(self._editor.walk.times(self.fps))
        return ngettext_("{count} frame", "{count} frames", count).format(count=wording.count(count))

    @Slot()
    def _ask(self) -> None:
        """How long and how large, from the engine: a few frames are drawn for it."""
        if not self.why_not() and self._asking is None and self.isVisible():
            inputs = {"walk": self._editor.walk, "output": None}
            self._asking = self._link.make("walk", self._params(), inputs, forecast=True)

    def showEvent(self, event: object) -> None:
        self._changed()

    # Making it

    @Slot()
    def ask_where(self) -> None:
        """Where the film goes, then make it."""
        if self.why_not():
            return
        folder = Path(self._desk.settings.value.output_folder or Path.home())
        name = self._editor.walk.name or _("Walk")
        if self.format.current == "png":
            chosen = QFileDialog.getExistingDirectory(self, _("An empty folder for the frames"), str(folder))
        else:
            suffix = f".{self.format.current}"
            title, kind = _("Export walk"), f"{_(FORMATS[self.format.current])} (*{suffix})"
            chosen, _kind = QFileDialog.getSaveFileName(self, title, str(folder / f"{name}{suffix}"), kind)
            chosen = chosen if not chosen or chosen.lower().endswith(suffix) else chosen + suffix
        if chosen:
            self.export(Path(chosen))

    def export(self, target: Path) -> None:
        """The film, at a place that the person chose (a file there was agreed to be replaced)."""
        if self.why_not():
            return
        self._end_asking()
        self._target = target
        inputs = {"walk": self._editor.walk, "output": target, "exists": "overwrite"}
        self._making = self._link.make("walk", self._params(), inputs)
        self.button.run_state(0.0, None)
        self.busy_changed.emit()
        self._desk.actions.refresh()

    @Slot()
    def stop(self) -> None:
        """The frames that are drawn stay beside the film: the same again goes on from there."""
        if self._making is not None:
            self._link.end(self._making)

    def _end_asking(self) -> None:
        if self._asking is not None:
            self._link.end(self._asking)
            self._asking = None

    # From the engine

    @Slot(int, object)
    def _progressed(self, task: int, progress: TaskProgress) -> None:
        if task == self._making:
            self.button.run_state(progress.fraction, progress.left)

    @Slot(int, object)
    def _done(self, task: int, value: Forecast | Made) -> None:
        if task == self._asking:
            self._asking = None
            self._tell(value.facts)
        elif task == self._making:
            self._making = None
            self.button.idle()
            path = Path(value.facts["path"])
            words = _("{name} is ready.").format(name=path.name)
            self._desk.notices.toast(words, (_("Show file"), partial(show_file, path)), kind="ok")
            self._over()

    def _tell(self, facts: dict[str, object]) -> None:
        if not self.why_not():
            said = [self._count_words()]
            size, seconds = facts.get("bytes"), facts.get("seconds")
            if isinstance(size, int | float):
                said.append(_("about {size}").format(size=wording.bytes_(size)))
            if isinstance(seconds, int | float):
                said.append(wording.seconds(max(float(seconds), 1.0)))
            self.line.setText(", ".join(said))

    @Slot(int, object)
    def _failed(self, task: int, failure: Failure) -> None:
        if task == self._asking:
            self._asking = None
            if failure.kind == "user":
                self.line.setText(failure.sentence)
        elif task == self._making:
            self._making = None
            self.button.idle()
            if failure.kind == "stopped":
                self._desk.notices.toast(_("The film is stopped. The same again goes on from there."))
            else:
                again = None if self._target is None else partial(self.export, self._target)
                self._desk.notices.error(failure, again)
            self._over()

    def _over(self) -> None:
        self._changed()
        self.busy_changed.emit()


def _look(library: Library, progress: Progress) -> Sizes:
    """Upscalers of the Library and what formats this computer cannot write."""
    from ganstudio.core.film.writers import writer

    found = []
    for entry in library.entries():
        if entry.card.kind == "upscaler" and (entry.card.scale or 1) > 1:
            found.append((entry.name, entry.card.title, int(entry.card.scale or 1)))
    missing: dict[str, str] = {}
    for id in FORMATS:
        if id != "png":
            try:
                said = writer(id).missing("auto")
            except UserError as error:
                said = str(error)
            if said:
                missing[id] = said
    return Sizes(tuple(sorted(found, key=lambda one: (one[2], one[1]))), missing)
