"""Steer: the controls at the left, the picture in the middle with its history, breeding and favourites at the right."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import ChannelFailed, ModelRefused, Pictured
from ganstudio.ui.explore.columns import Columns, Scrolling, column
from ganstudio.ui.explore.compare_bar import CompareBar
from ganstudio.ui.explore.comparing import Comparing
from ganstudio.ui.explore.directions_panel import DirectionsPanel
from ganstudio.ui.explore.history_strip import HistoryStrip
from ganstudio.ui.explore.images import Thumbnails
from ganstudio.ui.explore.layers.mixing import mixing_words
from ganstudio.ui.explore.link_row import LinkRow
from ganstudio.ui.explore.page import Page
from ganstudio.ui.explore.rendering import Rendering
from ganstudio.ui.explore.side import SIDE
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.explore.stage_notice import StageNotice
from ganstudio.ui.explore.stage_row import StageRow
from ganstudio.ui.explore.steering import SteerPanel
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider
from ganstudio.ui.widgets.notice import Notice
from ganstudio.ui.widgets.section import Section

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.opening import Opening

_LOW_BELOW = 760


class SteerPage(Page):
    """`find_wanted()`: the person looks for a model's file; `dropped(QMimeData)`."""

    id = "steer"
    find_wanted = Signal()
    dropped = Signal(object)

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, opening: Opening, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, journey, link, parent)
        self._opening = opening
        self._whole = False  # whether all parts are there
        self.panels: dict[str, QWidget] = {}
        self.sections: dict[str, Section] = {}
        self.stage = Stage(desk.background)
        self.columns = Columns()
        column(self.columns.middle, self.bar).addWidget(self.stage, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.columns)
        self.columns.fit(self.width())

    # Making it

    def parts(self) -> Iterator[None]:
        """Make what is in it, a slice at a time: the page is seen growing."""
        desk, journey, link = self.desk, self.journey, self.link
        self.rendering = Rendering(desk, journey, link, self.stage, self)
        self.comparing = Comparing(journey, link, self.rendering, self.stage, self)
        self.bar.add(CompareBar(desk, self.comparing))
        yield
        self._left_scroll = Scrolling(_("Steering"))
        column(self.columns.left).addWidget(self._left_scroll, 1)
        self.steer = SteerPanel(desk, journey)
        self._left_scroll.column.addWidget(self.steer)
        self._left_scroll.column.addWidget(Divider("edge"))
        yield
        self._add_directions()
        yield
        self.mixing = LinkRow(_("Style mixing"), _("Take layers from a second seed, on the page Layers"))
        self._left_scroll.column.addStretch(1)
        self._add_foot()
        yield
        middle = self.columns.middle.layout()
        assert middle is not None
        self.row = StageRow(desk)
        middle.addWidget(self.row)
        yield
        self.thumbnails = Thumbnails(desk, self)
        self.film = HistoryStrip(journey, link, self.thumbnails)
        middle.addWidget(self.film)
        yield
        for title, module, name in SIDE:
            self._add_panel(_(title), getattr(importlib.import_module(module), name))
            yield
        self.columns.side.column.addStretch(1)
        self._notice = StageNotice(self.stage, self.try_again, self.find_wanted.emit, self.steer.model.open_list)
        self._connect()
        self._say()
        self._whole = True
        self._fit()

    def _add_directions(self) -> None:
        self.directions = DirectionsPanel(self.desk, self.journey, self.link, self._opening)
        self.directions_section = Section(_("Directions"), self.directions)
        self._more = Button(_("More directions"), "plus", "icon")
        self._more.clicked.connect(self._open_more)
        self.directions_section.set_action(self._more)
        self._left_scroll.column.addWidget(self.directions_section)
        self._left_scroll.column.addWidget(Divider("edge"))

    def _add_foot(self) -> None:
        """What always stays in sight: the second seed, and two ways to a direction of one's own."""
        foot = QWidget()
        self.learn_picks = Button(_("Learn from picks"), "thumb_up")
        self.learn_folders = Button(_("From two folders"), "folder")
        self.learn_picks.setToolTip(_("Thumbs up and down make a direction of your own"))
        self.learn_folders.setToolTip(
            _("Pictures that have something, and pictures that have it not, make a direction")
        )
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 12)
        row.setSpacing(8)
        row.addWidget(self.learn_picks, 1)
        row.addWidget(self.learn_folders, 1)
        left = self.columns.left.layout()
        assert left is not None
        self._mixing_part = QWidget()
        column(self._mixing_part, self.mixing, Divider("edge"))
        for widget in (Divider("edge"), self._mixing_part, foot):
            left.addWidget(widget)

    def _add_panel(self, title: str, kind: Any) -> None:
        panel: QWidget = kind(self.desk, self.journey, self.link)
        section = Section(title, panel)
        if hasattr(panel, "head_changed"):
            panel.head_changed.connect(section.set_right)  # type: ignore[attr-defined]
        self.panels[kind.__name__], self.sections[kind.__name__] = panel, section
        self.columns.side.column.addWidget(section)
        self.columns.side.column.addWidget(Divider("edge"))

    def _connect(self) -> None:
        journey = self.journey
        self.directions.counted.connect(self.directions_section.set_right)
        journey.changed.connect(self._say_mixing)
        self.row.enlarge_wanted.connect(self.rendering.set_upscaled)
        self.row.enlarge_wanted.connect(self.comparing.ask)
        self.comparing.changed.connect(self.desk.actions.refresh)
        self.rendering.rendered.connect(self._rendered)
        self.rendering.refused.connect(self._refused)
        self._opening.refused.connect(self._model_refused)
        self.stage.dropped.connect(self.dropped)
        self.stage.menu_wanted.connect(self._stage_menu)
        self.desk.engine.state_changed.connect(self._say)
        journey.facts_changed.connect(self._facts_changed)
        journey.model_changed.connect(self._say)
        self._left_scroll.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.columns.parts_changed.connect(self._scrolled)
        self._say_mixing()
        self.directions.feed.later()

    # What is shown

    @Slot()
    def _say(self, *_unused: object) -> None:
        """What stands on the stage while there is no picture."""
        state = self.desk.engine.state
        if state == "gone":
            said = _("The engine has stopped several times and is not started again.")
        elif state != "ready":
            said = _("Starting the engine")
        else:
            said = _("Opening the model")
        self.stage.set_words(said)

    @Slot()
    def _facts_changed(self) -> None:
        facts = self.journey.facts
        if facts is not None:
            self._notice.put_away()
            self._mixing_part.setVisible(facts.num_ws > 1)
            self._say_mixing()
        self.desk.actions.refresh()

    @Slot()
    def _say_mixing(self, *_unused: object) -> None:
        facts = self.journey.facts
        self.mixing.set_right(mixing_words(self.journey.latent.mix, 1 if facts is None else facts.num_ws))

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        if told.stage != "upscaled":
            self.directions.show_clamped(told.clamped)
            self.stage.setAccessibleDescription(self.steer.words())
        if told.stage == "full":
            self._notice.put_away()

    @Slot(object)
    def _refused(self, told: ChannelFailed) -> None:
        self._notice.tell(told.failure, told.gone)

    @Slot(object)
    def _model_refused(self, told: ModelRefused) -> None:
        self._notice.tell(told.failure, told.gone)

    @property
    def notice(self) -> Notice | None:
        return self._notice.card

    @Slot()
    def try_again(self) -> None:
        """Open the model anew and draw."""
        self._notice.put_away()
        self._opening.open()
        self.rendering.ask(again=True)

    # What the person does

    def run(self) -> None:
        """Set by the workspace: the picture goes to the canvas."""

    @Slot(object)
    def _stage_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for id in ("explore.keep", "explore.run", "explore.save", "explore.random", "explore.copy",
                   "explore.pin", "explore.compare", "explore.exchange"):  # fmt: skip
            menu.addAction(self.desk.actions.action(id))
        menu.popup(at)

    @Slot()
    def _open_more(self) -> None:
        self.directions.more.menu().popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 2)))

    @Slot()
    def _scrolled(self, *_unused: object) -> None:
        self.directions.sight_changed()

    def activated(self) -> None:
        self.rendering.set_wanted(True)
        self.directions.feed.set_wanted(True)

    def left(self) -> None:
        """Another page or workspace is in front: nothing is drawn for nobody."""
        self.rendering.set_wanted(False)
        self.directions.feed.set_wanted(False)

    def can_run(self) -> bool | str:
        if self.comparing.view == "b":
            return _("B is looked at: exchange A and B to go on from it")
        return True if self.journey.facts is not None else _("The model is not open yet.")

    def can_keep(self) -> bool | str:
        return True if self.journey.facts is not None else _("The model is not open yet.")

    def keep(self) -> None:
        """What is looked at."""
        pinned = self.comparing.pinned
        if self.comparing.view == "b" and pinned is not None:
            shown = self.stage.painted
            self.journey.keep(pinned, None if shown is None else shown.pixels)
            return
        sharp = self.rendering.sharp
        self.journey.keep(self.journey.latent, None if sharp is None else sharp.picture)

    def state(self) -> dict[str, Any]:
        return {
            "columns": self.columns.wide,
            "folded": [name for name, one in self._foldable().items() if one.folded],
            "locked": self.steer.seed.locked,
            "enlarge": self.row.enlarge.isChecked(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        folded = state.get("folded")
        self.columns.set_wide(state.get("columns"))
        for name, section in self._foldable().items():
            if isinstance(folded, list):
                section.set_folded(name in folded)
        self.steer.seed.set_locked(state.get("locked") is True)
        self.row.enlarge.setChecked(state.get("enlarge") is True)
        self._fit()

    def _foldable(self) -> dict[str, Section]:
        return {"directions": self.directions_section, **self.sections}

    # Narrow and wide

    def _fit(self) -> None:
        if self._whole:
            self.columns.fit(self.width())
            self.film.set_narrow(self.height() < _LOW_BELOW)
            self._notice.place()

    def news_area(self) -> QRect:
        return QRect(self.stage.mapTo(self, QPoint(0, 0)), self.stage.size())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
