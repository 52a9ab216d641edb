"""The parts of the column at the right of Project a photo: the photograph, the search, what was found, pasting back."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.latent.paste import USUAL_FEATHER
from ganstudio.core.latent.projection import Score
from ganstudio.core.text import N_, _
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.widgets import Button, ElidedLabel, Label, ProgressBar, Segmented, Select, Slider, wording

SUFFIXES = frozenset(suffix for some in PICTURE_SUFFIXES.values() for suffix in some)
# Score's own words, so that they are translated.
FAR = (
    N_("hardly to be told apart"), N_("very near"), N_("near: colours and large forms are there"),
    N_("only the gist of it"), N_("far: the model has probably learnt no such pictures"),
)  # fmt: skip


class PhotoPart(QWidget):
    """Which photograph, and its square. `chosen(str)`: a file."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.choose = Button(_("Choose a photo…"), "picture")
        self.name = ElidedLabel("", "middle", 11, color="text3")
        self.eyes = Button(_("Align a face"))
        self.reset = Button(_("Largest square"))
        self.hint = Label("", 11, color="text3", wrap=True)
        self.turn = Slider(-45, 45, 0, step=0.1, decimals=1, unit="°", label=_("Turn"), default=0, centre=0,
                           hard=(-180, 180))  # fmt: skip
        self.turn.set_tip(_("Turns the square on the photograph"))
        aligned = QWidget()
        row = QHBoxLayout(aligned)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.reset, self.eyes):
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            row.addWidget(button, 1)
        padded(self, self.choose, self.name, aligned, self.turn, self.hint)
        self.choose.clicked.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a photo"), "", f"{_('Pictures')} ({kinds})")
        if chosen:
            self.chosen.emit(chosen)

    @Slot(int)
    def say_eyes(self, wanted: int) -> None:
        """So many presses on eyes are still wanted."""
        said = {2: _("Press on the left eye, as you see it"), 1: _("Now on the right eye"), 0: ""}
        self.hint.setText(said[wanted])
        self.hint.setVisible(bool(wanted))

    def show_state(self, there: bool, busy: bool) -> None:
        for widget in (self.name, self.eyes, self.reset, self.turn):
            widget.setVisible(there)
        for widget in (self.eyes, self.reset, self.turn, self.choose):
            widget.setEnabled(not busy)
        self.hint.setVisible(bool(self.hint.text()))


class SearchPart(QWidget):
    """How it is searched."""

    def __init__(self) -> None:
        super().__init__()
        self.classes = Select([("", _("Find it out"))], _("Class"))
        self.space = Segmented([("w+", _("Near")), ("w", _("Easy to edit"))], _("What counts"))
        self.steps = Slider(50, 1000, 240, step=10, whole=True, label=_("Steps"), default=240, hard=(10, 10_000))
        self.space.setToolTip(_("Near: every layer for itself. Easy to edit: all layers alike, farther from the photo"))
        self.steps.set_tip(_("How long it searches; it can be ended at any time"))
        self._class_row = FormRow(_("Class"), self.classes)
        padded(self, self._class_row, self.space, self.steps)

    def show_model(self, classes: tuple[str, ...], several: bool) -> None:
        """`several`: it has a w for each layer."""
        self.classes.set_options([("", _("Find it out")), *((one, one.capitalize()) for one in classes)])
        self._class_row.setVisible(bool(classes))
        self.space.setVisible(several)

    @property
    def params(self) -> dict[str, object]:
        """Those of the maker."""
        word = self.classes.current
        return {
            "space": self.space.current, "steps": round(self.steps.value), "classes": [[word, 1.0]] if word else [],
        }  # fmt: skip


class FoundPart(QWidget):
    """How far it got, and what can be done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.score = Label("", 12, 500, "text", wrap=True)
        self.about = Label("", 11, color="text3", wrap=True)
        self.bar = ProgressBar()
        self.steer = Button(_("Steer from here"), "adjust", "primary", large=True)
        self.keep = Button(_("Keep"), "heart")
        padded(self, self.score, self.bar, self.about, self.steer, self.keep)

    @property
    def said(self) -> bool:
        """Whether anything was found yet."""
        return bool(self.score.text())

    def say(self, score: Score | None) -> None:
        if score is None:
            self.score.setText("")
            return
        said = _("{share} of the way: {words}")
        self.score.setText(said.format(share=wording.percent(score.percent / 100), words=_(score.words)))
        self.bar.set(score.percent / 100)
        about = _(
            "0 % is the model's mean picture, 100 % the photograph. The nearest of {count} random ones is at {at}."
        )
        self.about.setText(about.format(count=wording.count(score.looked_at), at=wording.percent(score.random / 100)))


class PastePart(QWidget):
    """How it goes back into the photograph."""

    def __init__(self) -> None:
        super().__init__()
        self.mode = Segmented(
            [("change", _("Change")), ("soft", _("All")), ("seamless", _("Seamless"))], _("What is pasted")
        )
        self.feather = Slider(0, 30, USUAL_FEATHER * 100, step=1, unit="%", label=_("Soft edge"), default=12,
                              hard=(0, 50))  # fmt: skip
        self.paste = Button(_("Paste back into the photo"), "layers")
        self.mode.setToolTip(
            _("Change: only what your edit changed. All: the whole square. Seamless: its colours join")
        )
        padded(self, self.mode, self.feather, self.paste)

    def show_edited(self, edited: bool) -> None:
        """Whether there is an edit to be pasted alone."""
        self.mode.set_possible("change", edited, _("Nothing was edited since"))
        if not edited and self.mode.current == "change":
            self.mode.set_current("soft")


def padded(widget: QWidget, *inside: QWidget, top: int = 0) -> None:
    """Widgets below each other, as in every section."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(12, top, 12, 12)
    column.setSpacing(8)
    for one in inside:
        column.addWidget(one)
