"""Room: the parts of Explore, joined; made when Explore is first looked at."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QWidget

from ganstudio.core.errors import OutputError
from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import Pictured
from ganstudio.ui.explore.arrivals import Arrivals
from ganstudio.ui.explore.handing import Handing
from ganstudio.ui.explore.journey import Journey
from ganstudio.ui.explore.keeping import Keeper
from ganstudio.ui.explore.link import ExploreLink
from ganstudio.ui.explore.making_of import recipe_of
from ganstudio.ui.explore.many_dialog import Many
from ganstudio.ui.explore.opening import Opening
from ganstudio.ui.explore.page import PAGES, Page
from ganstudio.ui.explore.side import SIDE
from ganstudio.ui.explore.steer_page import SteerPage
from ganstudio.ui.widgets import wording

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent
    from ganstudio.core.latent.session import Favourite
    from ganstudio.ui.explore.workspace import ExploreWorkspace

# id → module and class; made when it is first shown
_PAGES = {
    "walk": ("ganstudio.ui.explore.walk.page", "WalkPage"),
    "project": ("ganstudio.ui.explore.project.page", "ProjectPage"),
    "layers": ("ganstudio.ui.explore.layers.page", "LayersPage"),
}


class Room(QWidget):
    """The parts of Explore, once it is looked at."""

    def __init__(self, workspace: ExploreWorkspace) -> None:
        super().__init__(workspace)
        self.hide()
        self.desk = workspace.desk
        self._workspace = workspace
        self._begun = False
        self._kept: dict[str, Any] = {}
        self._possible: tuple[object, ...] = ()
        self._said: list[str] = []
        self.pages: dict[str, Page] = {}
        self.stack = QStackedWidget(workspace)
        self._refreshing = QTimer(self, interval=30, singleShot=True)
        self._refreshing.timeout.connect(self._refresh)

    def parts(self) -> Iterator[None]:
        """Make what is in it, a slice at a time."""
        desk = self.desk
        self.journey = Journey(parent=self)
        self.link = ExploreLink(desk.engine, self)
        self.opening = Opening(desk, self.journey, self.link, self)
        self.keeper = Keeper(desk, self.journey, self.link, parent=self)
        self.arrivals = Arrivals(desk, self)
        yield
        self.steer = SteerPage(desk, self.journey, self.link, self.opening, self.stack)
        self._add("steer", self.steer)
        yield
        yield from self.steer.parts()
        yield
        self.handing = Handing(desk, self.journey, self.link, self.steer.rendering, self.steer)
        self.many = Many(desk, self.journey, self.steer.rendering, self._workspace)
        self._connect()

    def _add(self, id: str, page: Page) -> None:
        self.pages[id] = page
        self.stack.addWidget(page)
        page.bar.page_chosen.connect(self.show_page)
        page.refresh_wanted.connect(self.refresh_soon)

    def _connect(self) -> None:
        journey, arrivals = self.journey, self.arrivals
        self.keeper.restored.connect(self._restored)
        self.steer.dropped.connect(arrivals.drop)
        self.steer.find_wanted.connect(self.find_model)
        self.steer.rendering.rendered.connect(self._rendered)
        self.steer.mixing.clicked.connect(partial(self.show_layers, ""))
        self.steer.directions.layers_wanted.connect(self.show_layers)
        self.steer.learn_picks.clicked.connect(self.learn_from_picks)
        self.steer.learn_folders.clicked.connect(self.learn_from_folders)
        self.handing.for_canvas.connect(self._workspace.canvas_wanted)
        arrivals.latent_given.connect(self._latent_given)
        arrivals.model_given.connect(self.steer.steer.model.imports.offer)
        arrivals.session_given.connect(self.keeper.open)
        arrivals.directions_given.connect(self.steer.directions.more.open_file)
        arrivals.photo_given.connect(self._photo_given)
        arrivals.model_missing.connect(self._model_missing)
        journey.stepped.connect(self.refresh_soon)
        journey.facts_changed.connect(self.refresh_soon)
        favourites = self.steer.panels.get("FavouritesPanel")
        if favourites is not None:
            favourites.export_wanted.connect(self.handing.export_all)  # type: ignore[attr-defined]
            favourites.walk_wanted.connect(self._to_walk)  # type: ignore[attr-defined]

    # Pages

    @property
    def page(self) -> Page:
        now = self.stack.currentWidget()
        assert isinstance(now, Page)
        return now

    @Slot(str)
    def show_page(self, id: str) -> None:
        """Bring a part of Explore to the front; it is made when it is first looked at."""
        if id not in self.pages:
            module, name = _PAGES[id]
            made: Page = getattr(importlib.import_module(module), name)(self.desk, self.journey, self.link, self.stack)
            self._add(id, made)
            if id == "layers":
                made.join(self.steer)  # type: ignore[attr-defined]
            if id == "project":
                made.paste_wanted.connect(self._workspace.paste_wanted)  # type: ignore[attr-defined]
            kept = self._kept.get(id)
            made.restore(kept if isinstance(kept, dict) else {})
        if self.page is not self.pages[id]:
            self.page.left()
            self.stack.setCurrentWidget(self.pages[id])
            self.page.stage.setFocus(Qt.FocusReason.MouseFocusReason)  # the tab that was pressed is gone; no ring
            self.page.activated()
            self.refresh_soon()

    @Slot(str)
    def show_layers(self, id: str, *_unused: object) -> None:
        """Which layers a direction moves; "": the second seed."""
        self.show_page("layers")
        self.pages["layers"].point_at(id)  # type: ignore[attr-defined]

    @Slot(object)
    def _to_walk(self, favourite: Favourite) -> None:
        """A favourite becomes a keyframe."""
        self.show_page("walk")
        self.pages["walk"].add_favourite(favourite)  # type: ignore[attr-defined]

    def begin(self) -> None:
        """The Session of the last time comes first, then the model is opened."""
        if self.keeper.ready and not self._begun:
            self._restored()

    @Slot()
    def _restored(self) -> None:
        if not self._begun:
            self._begun = True
            self.opening.open()
            self.steer.rendering.ask()

    # What comes from outside

    @Slot(object)
    def _latent_given(self, latent: Latent) -> None:
        self.show_page("steer")
        self.journey.go(latent, _("Opened"))

    @Slot(object)
    def _photo_given(self, path: Path) -> None:
        """A picture that no model made can be projected."""
        self.show_page("project")
        if not self.page.open_paths([path]):
            said = _("{name} does not say how it was made.").format(name=path.name)
            self.desk.notices.toast(said)

    @Slot(str)
    def _model_missing(self, sentence: str) -> None:
        self.desk.notices.toast(sentence, (_("Find…"), self.find_model), kind="warn")

    @Slot()
    def find_model(self) -> None:
        """Choose the file of a model that is gone; it is copied into the Library."""
        self.steer.steer.model.ask_add()

    @Slot()
    def learn_from_picks(self) -> None:
        from ganstudio.ui.explore.learn.dialogs import learn_from_picks

        learn_from_picks(self.desk, self.journey, self.link, self._workspace)

    @Slot()
    def learn_from_folders(self) -> None:
        from ganstudio.ui.explore.learn.dialogs import learn_from_folders

        learn_from_folders(self.desk, self.journey, self.link, self._workspace)

    def copy_recipe(self) -> None:
        """The recipe as text: pasted or dropped here it leads back."""
        facts = self.journey.facts
        recipe = recipe_of(self.journey.latent, "" if facts is None else facts.weights)
        QGuiApplication.clipboard().setText(recipe.text())
        self.desk.notices.toast(_("The recipe of this picture is copied."))

    # What is said

    @property
    def status(self) -> list[str]:
        own = self.page.status
        return self._said if own is None else own

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        high, wide = told.picture.shape[:2]
        side = wording.size_px(wide, high) if wide != high else _("{side} px").format(side=wording.count(wide))
        took = f"{round(told.seconds * 1000)} ms" if told.seconds < 1 else wording.seconds(told.seconds)
        said = _("{side} in {time}").format(side=side, time=took)
        if told.stage == "full":
            self._said = [said]
        elif told.stage == "upscaled":
            self._said = [*self._said[:1], _("upscaled {what}").format(what=said)]
        else:
            return
        self._workspace.status_changed.emit()

    @Slot()
    def refresh_soon(self) -> None:
        if not self._refreshing.isActive():
            self._refreshing.start()

    @Slot()
    def _refresh(self) -> None:
        journey = self.journey
        steps, at = journey.steps, journey.at
        undo = (steps[at].words or _("Opened")) if at > 0 else ""
        redo = (steps[at + 1].words or _("Opened")) if at + 1 < len(steps) else ""
        for page in self.pages.values():
            page.bar.show_history(*(page.history() or (undo, redo)))
        possible = self.can_undo, self.can_redo, journey.facts is not None, self.page.id
        if possible != self._possible:  # every condition is asked again: not with each move of a slider
            self._possible = possible
            self.desk.actions.refresh()
        self._workspace.status_changed.emit()

    @property
    def can_undo(self) -> bool:
        own = self.page.history()
        return self.journey.can_undo if own is None else bool(own[0])

    @property
    def can_redo(self) -> bool:
        own = self.page.history()
        return self.journey.can_redo if own is None else bool(own[1])

    # As it was left

    def state(self) -> dict[str, Any]:
        kept = {id: page.state() for id, page in self.pages.items()}
        return {**self._kept, **kept, "page": next(id for id, one in self.pages.items() if one is self.page)}

    def restore(self, state: dict[str, Any]) -> None:
        self._kept = {id: state[id] for id in PAGES if isinstance(state.get(id), dict)}
        self.steer.restore(self._kept.get("steer", {}))

    def closing(self) -> None:
        self._refreshing.stop()
        for page in self.pages.values():
            page.closing()
        try:
            self.keeper.flush()
        except OutputError as error:
            self.desk.notices.error(error)


def import_all() -> None:
    """Read the modules of all pages and panels; in any thread."""
    for module in (*(module for module, _name in _PAGES.values()), *(module for _title, module, _name in SIDE)):
        importlib.import_module(module)
