"""The bar over the canvas: what is open, how large it is and becomes, how it is compared, undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui.documents.tabs import DocumentTabs
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import ElidedLabel
from ganstudio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents

HIGH = 36
_SEGMENT = 86  # the width of one way to compare
_SIZE_FROM = 760  # narrower bars leave the size line out
_LINE = 90  # the least room that it makes sense in
_BUTTONS = 164  # undo, redo, export, and what lies between


class CanvasBar(QWidget):
    """`mode_chosen(id)`: result, split, side."""

    mode_chosen = Signal(str)

    def __init__(self, desk: Desk, documents: Documents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.tabs = DocumentTabs(desk, documents, self)
        self.size_line = ElidedLabel("", size=11, color="text2", parent=self)
        modes = [("result", _("Result")), ("split", _("Split")), ("side", _("Side by side"))]
        self.modes = Segmented(modes, _("Way to compare"), self)
        self.undo = Button(_("Undo"), "undo", "icon", desk.actions.keys_of("edit.undo"), parent=self)
        again = desk.actions.keys_of("edit.redo").partition(" | ")[0]
        self.redo = Button(_("Redo"), "redo", "icon", again, parent=self)
        self.export = Button(_("Export…"), "export", "icon", desk.actions.keys_of("file.export"), parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 1)
        row.setSpacing(8)
        row.addWidget(self.tabs)
        row.addSpacing(8)
        row.addWidget(self.size_line, 100)
        row.addStretch(1)  # room that nobody else can use, or it would come between the tabs
        row.addWidget(self.modes, 200)
        row.addSpacing(4)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.export)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.modes.chosen.connect(self.mode_chosen)
        desk.actions.bind("file.next", self.tabs.next, self._several)
        desk.actions.bind("file.previous", self.tabs.previous, self._several)
        self.undo.clicked.connect(desk.actions.action("edit.undo").trigger)
        documents.entries_changed.connect(self.fit)
        self.export.clicked.connect(desk.actions.action("file.export").trigger)
        self.redo.clicked.connect(desk.actions.action("edit.redo").trigger)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(HIGH))
        self.modes.setMaximumWidth(max(3 * theme().px(_SEGMENT) + 8, self.modes.sizeHint().width()))
        self.update()

    def _several(self) -> bool | str:
        return self.tabs.bar.count() > 1 or (_("Only one picture is open") if self.tabs.bar.count() else False)

    def show_crop(self, now: tuple[int, int], after: tuple[int, int]) -> None:
        """What the frame of the crop tool leaves, and how one goes on."""
        said = f"{wording.size_px(*now)}  →  {wording.size_px(*after)}"
        self.size_line.set_text(f"{said}    {_('Enter crops, Esc leaves it')}")

    def show_sizes(self, now: tuple[int, int] | None, after: tuple[int, int] | None) -> None:
        """The picture's size, and the one that the Tool would give it."""
        said = "" if now is None else wording.size_px(*now)
        if now is not None and after is not None and after != now:
            said = f"{said}  →  {wording.size_px(*after)}"
        self.size_line.set_text(said)

    def show_mode(self, mode: str, possible: bool) -> None:
        self.modes.set_current(mode if possible else "result")
        for name in ("split", "side"):
            self.modes.set_possible(name, possible, _("Needs a result to compare with the original"))

    def show_history(self, undo: str, redo: str) -> None:
        """The names of the steps that can be taken back and done again; "" for none."""
        self.undo.set_possible(bool(undo), _("Nothing to take back"))
        self.redo.set_possible(bool(redo), _("Nothing to do again"))
        reason = self._desk.actions.reason("file.export")
        self.export.set_possible(not reason, reason)
        if undo:
            self.undo.setToolTip(_("Take back: {step}").format(step=undo))
        if redo:
            self.redo.setToolTip(_("Do again: {step}").format(step=redo))

    @Slot()
    def fit(self) -> None:
        """The size line goes before the ways to compare become a select."""
        room = self.width() - self.tabs.sizeHint().width() - self.modes.sizeHint().width() - theme().px(_BUTTONS)
        self.size_line.setVisible(self.width() >= theme().px(_SIZE_FROM) and room >= theme().px(_LINE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.window)
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme().now.edge)
