"""ExploreWorkspace: a generator's latent space. It joins the parts; each knows its own business.

Its parts are made when it is first looked at: a start of the program does not wait for them.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.progress import Progress
from ganstudio.core.text import N_, _
from ganstudio.ui.documents.dropping import accepts
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.page import Page
    from ganstudio.ui.explore.room import Room
    from ganstudio.ui.explore.slices import Slices

_PREPARE_MS = 2500


class ExploreWorkspace(Workspace):
    """`canvas_wanted(Handed)`: a picture for Edit. `paste_wanted(Pasted)`: one for a photograph in Edit."""

    id = "explore"
    title = N_("Explore")
    icon = "stylize"

    canvas_wanted = Signal(object)
    paste_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._kept_state: dict[str, Any] = {}
        self.room: Room | None = None
        self._making: Slices | None = None
        self._wanted = False  # whether anybody has looked at it
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setAcceptDrops(True)
        self._bind()
        QTimer.singleShot(_PREPARE_MS, self, self._prepare)

    def _bind(self) -> None:
        actions = self.desk.actions
        for id, call, condition in (
            ("explore.random", self._random, self._can_draw),
            ("explore.keep", self._keep, self._can_keep),
            ("explore.run", self._run, self._can_run),
            ("explore.save", self._save, self._can_save),
            ("explore.copy", self._copy, self._can_save),
            ("explore.many", self._many, self._can_draw),
            ("explore.pin", self._pin, self._can_pin),
            ("explore.compare", self._compare, self._can_compare),
            ("explore.exchange", self._exchange, self._can_compare),
            ("explore.session_open", self._open_session, None),
            ("explore.session_save", self._save_session, self._made),
            ("explore.add_model", self._add_model, None),
        ):
            actions.bind(id, call, condition)

    @Slot()
    def _prepare(self) -> None:
        """Read the modules in the background, so that the first look does not wait for them."""
        if self.room is None:
            self.desk.background.run(_imported, owner=self)

    def _begin(self) -> Slices:
        if self._making is None:
            from ganstudio.ui.explore.room import Room
            from ganstudio.ui.explore.slices import Slices

            room = Room(self)
            self._column.addWidget(room.stack)
            self._making = Slices(room.parts(), self)
            self._making.done.connect(partial(self._furnished, room))
        return self._making

    def _furnished(self, room: Room) -> None:
        self.room = room
        room.restore(self._kept_state)
        if self._wanted:
            self._come_to_front(room)

    def furnish(self) -> Room:
        """The parts, whole; who looks at Explore gets them in slices (`activated`)."""
        if self.room is None:
            self._begin().finish()
        assert self.room is not None
        return self.room

    # The actions

    def _page(self) -> Page | None:
        return None if self.room is None else self.room.page

    def _made(self) -> bool:
        return self.room is not None

    def _can_draw(self) -> bool | str:
        ready = self.room is not None and self.room.journey.facts is not None
        return ready or _("The model is not open yet.")

    def _can_save(self) -> bool | str:
        ready = self._can_draw()
        return ready if ready is not True or self.room is None else self.room.steer.can_run()

    def _can_pin(self) -> bool | str:
        steering = self.room is not None and self.room.page is self.room.steer
        return self._can_draw() if steering else _("On the page Steer")

    def _can_compare(self) -> bool | str:
        ready = self._can_pin()
        if ready is not True or self.room is None:
            return ready
        return self.room.steer.comparing.pinned is not None or _("Pin a picture as B first")

    def _can_keep(self) -> bool | str:
        page = self._page()
        return False if page is None else page.can_keep()

    def _can_run(self) -> bool | str:
        page = self._page()
        return False if page is None else page.can_run()

    def _random(self) -> None:
        self.furnish().steer.steer.random_seed()

    def _keep(self) -> None:
        page = self._page()
        if page is not None:
            page.keep()

    def _run(self) -> None:
        room, page = self.furnish(), self._page()
        if page is not None and page.id in ("steer", "layers"):
            room.handing.to_canvas()
        elif page is not None:
            page.run()

    def _save(self) -> None:
        self.furnish().handing.save()

    def _copy(self) -> None:
        self.furnish().copy_recipe()

    def _many(self) -> None:
        self.furnish().many.open()

    def _pin(self) -> None:
        self.furnish().steer.comparing.pin()

    def _compare(self) -> None:
        self.furnish().steer.comparing.cycle()

    def _exchange(self) -> None:
        self.furnish().steer.comparing.exchange()

    def _open_session(self) -> None:
        self.furnish().keeper.choose(self)

    def _save_session(self) -> None:
        self.furnish().keeper.save_as(self)

    def _add_model(self) -> None:
        self.furnish().steer.steer.model.ask_add()

    # What is asked of a workspace

    def state(self) -> dict[str, Any]:
        return self._kept_state if self.room is None else self.room.state()

    def restore(self, state: dict[str, Any]) -> None:
        self._kept_state = state
        if self.room is not None:
            self.room.restore(state)

    def open_paths(self, paths: list[Path]) -> bool:
        self.furnish().arrivals.open(paths)
        return True

    def open_latent(self, latent: Latent) -> None:
        """Go to where a layer or a picture was made; a model that is missing is named."""
        self.furnish().arrivals.take_latent(latent)

    def open_model(self, name: str) -> None:
        """A generator of the Library."""
        self.furnish().steer.steer.choose_model(name)

    def choose_model(self, name: str) -> bool:
        room = self.furnish()
        if all(one.name != name for one in room.steer.steer.model.choices):
            return False
        room.steer.steer.choose_model(name)
        return True

    def busy(self) -> str:
        return "" if self.room is None else " ".join(filter(None, (one.busy() for one in self.room.pages.values())))

    @property
    def status(self) -> list[str]:
        return [] if self.room is None else self.room.status

    def news_area(self) -> QRect:
        room = self.room
        return self.rect() if room is None or room.page is not room.steer else room.steer.news_area()

    def can_undo(self) -> bool:
        return self.room is not None and self.room.can_undo

    def can_redo(self) -> bool:
        return self.room is not None and self.room.can_redo

    def undo(self) -> None:
        if self.room is not None:
            self.room.page.undo()

    def redo(self) -> None:
        if self.room is not None:
            self.room.page.redo()

    def activated(self) -> None:
        self._wanted = True
        if self.room is None:
            self._begin().begin()
        else:
            self._come_to_front(self.room)

    def _come_to_front(self, room: Room) -> None:
        room.begin()
        room.page.activated()
        self.desk.actions.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        if self.room is not None:
            self.room.page.left()

    def closing(self) -> None:
        if self.room is not None:
            self.room.closing()

    # Keys and drops

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """← and → go through the history wherever nothing else takes them; B is seen while \\ is held."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() == Qt.Key.Key_Left:
            self.undo()
        elif plain and event.key() == Qt.Key.Key_Right:
            self.redo()
        elif event.key() == Qt.Key.Key_Backslash and self.room is not None and self.room.page is self.room.steer:
            self.room.steer.comparing.hold(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backslash and self.room is not None and not event.isAutoRepeat():
            self.room.steer.comparing.hold(False)
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.furnish().arrivals.drop(event.mimeData())


def _imported(progress: Progress) -> None:
    from ganstudio.ui.explore import room

    room.import_all()
