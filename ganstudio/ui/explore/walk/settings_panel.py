"""How the walk goes, and the way that is chosen: the upper part of the column at the right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.latent.easing import NAMED, Easing
from ganstudio.core.latent.walk import MOST_SECONDS
from ganstudio.core.text import N_, _
from ganstudio.ui.batch.form_row import FormRow
from ganstudio.ui.explore.walk.easing_editor import EasingEditor
from ganstudio.ui.explore.walk.editing import LEAST_SECONDS, WalkEditor
from ganstudio.ui.widgets import Label, NumberField, Select, ToggleSwitch, wording

RATES = (12, 15, 24, 25, 30, 50, 60)
PATHS = {
    "smooth": N_("Smooth through w"), "straight": N_("Straight through w"), "spherical": N_("Around the mean"),
}  # fmt: skip
EASINGS = {
    "linear": N_("Even"), "ease": N_("Ease in and out"), "ease-in": N_("Ease in"), "ease-out": N_("Ease out"),
    "hold": N_("Hold, then jump"),
}  # fmt: skip
_OWN = "own"


class WalkSettings(QWidget):
    """`fps_changed(float)`."""

    fps_changed = Signal(float)

    def __init__(self, editor: WalkEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.length = NumberField(LEAST_SECONDS, MOST_SECONDS, 10, "s", 1, step=0.5, name=_("Length"))
        self.fps = Select([(str(one), str(one)) for one in RATES], _("Frames a second"))
        self.path = Select([(id, _(words)) for id, words in PATHS.items()], _("Path"))
        self.loop = ToggleSwitch(True, _("Exact loop"))
        self.even = ToggleSwitch(False, _("Even speed to the eye"))
        self.still = ToggleSwitch(True, _("Hold noise still"))
        self.loop.setToolTip(_("From the last picture it goes on to the first, which does not come twice"))
        self.even.setToolTip(_("The pictures change evenly, as a network sees them; their time is shared out by that"))
        self.still.setToolTip(_("The fine grain stays the same all along"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(6)
        for label, widget in ((_("Length"), self.length), (_("Rate"), self.fps), (_("Path"), self.path)):
            column.addWidget(FormRow(label, widget))
        for widget in (self.loop, self.even, self.still):
            row = QHBoxLayout()
            row.addWidget(Label(widget.accessibleName()), 1)
            row.addWidget(widget)
            column.addLayout(row)
        self.fps.setToolTip(_("Frames a second"))
        self.fps.set_current("24")
        self.length.changed.connect(self._length)
        self.fps.chosen.connect(self._fps)
        self.path.chosen.connect(self._path)
        self.loop.clicked.connect(self._loop)
        self.even.clicked.connect(self._even)
        self.still.clicked.connect(self._still)
        editor.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        walk = self._editor.walk
        self.length.set_value(round(walk.seconds, 2))
        self.length.setEnabled(walk.segments > 0)
        self.path.set_current(walk.path)
        for switch, on in ((self.loop, walk.loop), (self.even, walk.pace == "eye"), (self.still, walk.still)):
            switch.setChecked(on)

    @Slot(float)
    def _length(self, seconds: float) -> None:
        self._editor.edit(lambda walk: walk.lasting(seconds), _("Length"))

    @Slot(str)
    def _fps(self, rate: str) -> None:
        self.fps_changed.emit(float(rate))

    @Slot(str)
    def _path(self, path: str) -> None:
        self._editor.edit(lambda walk: replace(walk, path=path), _("Path"))

    @Slot(bool)
    def _loop(self, on: bool) -> None:
        self._editor.edit(lambda walk: replace(walk, loop=on), _("Exact loop"))

    @Slot(bool)
    def _even(self, on: bool) -> None:
        self._editor.edit(lambda walk: replace(walk, pace="eye" if on else "time"), _("Even speed to the eye"))

    @Slot(bool)
    def _still(self, on: bool) -> None:
        self._editor.edit(lambda walk: replace(walk, still=on), _("Hold noise still"))


class SegmentSettings(QWidget):
    """The way from the chosen keyframe. `title_changed(str)`."""

    title_changed = Signal(str)

    def __init__(self, editor: WalkEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.easing = Select([(id, _(words)) for id, words in EASINGS.items()], _("Easing"))
        self.curve = EasingEditor()
        self.seconds = NumberField(LEAST_SECONDS, MOST_SECONDS, 2, "s", 1, step=0.1, name=_("Seconds"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(FormRow(_("Seconds"), self.seconds))
        column.addWidget(FormRow(_("Easing"), self.easing))
        column.addWidget(self.curve)
        self.easing.chosen.connect(self._chosen)
        self.curve.changed.connect(self._bent)
        self.curve.settled.connect(editor.end_merge)
        self.seconds.changed.connect(self._timed)
        editor.changed.connect(self.refresh)
        editor.chosen.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say again which way it is."""
        editor, at = self._editor, self._editor.key
        walk = editor.walk
        there = 0 <= at < walk.segments
        even = walk.pace == "eye"
        for widget in (self.easing, self.curve, self.seconds):
            widget.setEnabled(there and not (even and widget is self.seconds))
        self.seconds.setToolTip(_("Even speed shares out the time") if even else "")
        if not there:
            self.title_changed.emit(_("The last picture") if at >= 0 else _("Segment"))
            return
        key = walk.keys[at]
        after = (at + 1) % len(walk.keys)
        words = _("Segment {here} to {there}").format(here=wording.count(at + 1), there=wording.count(after + 1))
        self.title_changed.emit(words)
        self.seconds.set_value(round(key.seconds, 2))
        named = next((id for id, one in NAMED.items() if one == key.easing), _OWN)
        options = [(id, _(text)) for id, text in EASINGS.items()]
        self.easing.set_options(options if named != _OWN else [*options, (_OWN, _("Own curve"))])
        self.easing.set_current(named)
        self.curve.set_easing(key.easing)

    @Slot(str)
    def _chosen(self, id: str) -> None:
        if id in NAMED:
            self._editor.change_key(self._editor.key, _("Easing"), easing=NAMED[id])

    @Slot(object)
    def _bent(self, easing: Easing) -> None:
        at = self._editor.key
        self._editor.change_key(at, _("Easing"), f"easing {at}", easing=easing)

    @Slot(float)
    def _timed(self, seconds: float) -> None:
        self._editor.change_key(self._editor.key, _("Time of a picture"), seconds=seconds)
