"""Page: what every part of Explore is that fills the workspace: Steer, Walk, Project a photo. And the bar over them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.text import N_, _
from ganstudio.ui.edit.tool_tabs import Tabs
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets.button import Button

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.stage import Stage

PAGES = {"steer": N_("Steer"), "walk": N_("Walk"), "project": N_("Project a photo"), "layers": N_("Layers")}
HIGH = 36


class Page(QWidget):
    """Base class. `id` is one of PAGES; each lays out its own columns, a `bar` at the top of the middle and a `stage`
    below it. `refresh_wanted` when what it says of itself (its history, its status) is another."""

    id = ""
    stage: Stage

    refresh_wanted = Signal()

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.journey, self.link = desk, journey, link
        self.bar = PageBar(desk, self.id, self)

    def activated(self) -> None:
        """The page is now the one that is shown."""

    def left(self) -> None:
        """Another page or workspace is in front: nothing is drawn for nobody."""

    def run(self) -> None:
        """Ctrl+Enter: what the page's primary button does."""

    def can_run(self) -> bool | str:
        """True, or why not."""
        return False

    def keep(self) -> None:
        """K: a favourite, a keyframe."""

    def can_keep(self) -> bool | str:
        return False

    def history(self) -> tuple[str, str] | None:
        """The names of the steps that `undo` and `redo` would take, "" for none; None: they are the journey's."""
        return None

    def undo(self) -> None:
        self.journey.undo()

    def redo(self) -> None:
        self.journey.redo()

    @property
    def status(self) -> list[str] | None:
        """For the right of the status bar; None: what Steer says."""
        return None

    def open_paths(self, paths: list[Path]) -> bool:
        """Take files that were dropped; False when they are none of its business."""
        return False

    def busy(self) -> str:
        """A sentence about work that is running, for the question at the end."""
        return ""

    def state(self) -> dict[str, Any]:
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a state of an earlier start; what does not fit any more is left out."""

    def closing(self) -> None:
        """The window goes."""


class PageBar(QWidget):
    """The pages' names, undo and redo. `page_chosen(id)`."""

    page_chosen = Signal(str)

    def __init__(self, desk: Desk, current: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = current
        self.tabs = Tabs(_("Parts of Explore"), self)
        for id, title in PAGES.items():
            self.tabs.add(id, _(title))
        self.tabs.set_current(current)
        self.tabs.chosen.connect(self._chosen)
        self.undo = Button(_("Undo"), "undo", "icon", desk.actions.keys_of("edit.undo"), parent=self)
        again = desk.actions.keys_of("edit.redo").partition(" | ")[0]
        self.redo = Button(_("Redo"), "redo", "icon", again, parent=self)
        self.undo.clicked.connect(desk.actions.action("edit.undo").trigger)
        self.redo.clicked.connect(desk.actions.action("edit.redo").trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        follow(self._restyle)

    def add(self, widget: QWidget) -> None:
        """At the right of all."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)

    @Slot(str)
    def _chosen(self, page: str) -> None:
        self.tabs.set_current(self._current)  # this bar belongs to its page; the other page has its own
        self.page_chosen.emit(page)

    def show_history(self, undo: str, redo: str) -> None:
        """The names of the steps that can be taken back and done again; "" for none."""
        self.undo.set_possible(bool(undo), _("Nothing to take back"))
        self.redo.set_possible(bool(redo), _("Nothing to do again"))
        if undo:
            self.undo.setToolTip(_("Take back: {step}").format(step=undo))
        if redo:
            self.redo.setToolTip(_("Do again: {step}").format(step=redo))

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(HIGH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.window)
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme().now.edge)
