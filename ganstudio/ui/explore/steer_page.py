"""Steer: the controls at the left, the picture in the middle with its history, breeding and favourites at the right."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import ChannelFailed, ModelRefused, Pictured
from ganstudio.ui.edit.tool_tabs import Tabs
from ganstudio.ui.explore.compare_bar import CompareBar
from ganstudio.ui.explore.comparing import Comparing
from ganstudio.ui.explore.directions_panel import DirectionsPanel
from ganstudio.ui.explore.history_strip import HistoryStrip
from ganstudio.ui.explore.images import Thumbnails
from ganstudio.ui.explore.mixing import MixingPanel
from ganstudio.ui.explore.page import Page
from ganstudio.ui.explore.rendering import Rendering
from ganstudio.ui.explore.side import SIDE
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.explore.stage_row import StageRow
from ganstudio.ui.explore.steering import SteerPanel
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider
from ganstudio.ui.widgets.ground import Ground
from ganstudio.ui.widgets.notice import Notice
from ganstudio.ui.widgets.section import Section

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.opening import Opening

LEFT, RIGHT, NARROW = 332, 336, 300
MOST = 480
NARROW_BELOW = 1440
_LOW_BELOW = 760
_ANY = 16_777_215  # QWIDGETSIZE_MAX


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
        self.stage = Stage(desk.background)
        self.rendering = Rendering(desk, journey, link, self.stage, self)
        self.comparing = Comparing(journey, link, self.rendering, self.stage, self)
        self.bar.add(CompareBar(desk, self.comparing))
        self.steer = SteerPanel(desk, journey)
        self.directions = DirectionsPanel(desk, journey, link, opening)
        self.mixing = MixingPanel(journey)
        self.thumbnails = Thumbnails(desk, self)
        self.film = HistoryStrip(journey, link, self.thumbnails)
        self.row = StageRow(desk)
        self.panels: dict[str, QWidget] = {}
        self.sections: dict[str, Section] = {}
        self._notice: Notice | None = None
        self._told = ("", False)  # what it says
        self._narrow: bool | None = None
        self._wide = [LEFT, RIGHT]
        self._arrange()
        self._connect()
        self._say()

    # Making it

    def _arrange(self) -> None:
        self._left_scroll, self._left_inside = _scrolling(_("Steering"))
        self._fill_left()
        self._left = Ground()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._left_scroll, 1)
        column.addWidget(self._foot())
        self._right_scroll, self._right_inside = _scrolling(_("Breeding and favourites"))
        self._fill_right()
        self._tabs = Tabs(_("Panels"))
        for id, text in (("steer", _("Steer")), ("breed", _("Breed"))):
            self._tabs.add(id, text)
        self._tabs.chosen.connect(self.show_part)
        self._stack = QStackedWidget()
        self._right = Ground()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(self._stack, 1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.bar, 0), (self.stage, 1), (self.row, 0), (self.film, 0)):
            column.addWidget(widget, stretch)
        self._middle = middle
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for widget in (self._left, middle, self._right):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.splitterMoved.connect(self._dragged)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def _fill_left(self) -> None:
        column = self._left_inside
        column.addWidget(self.steer)
        column.addWidget(Divider("edge"))
        self.directions_section = Section(_("Directions"), self.directions)
        self._more = Button(_("More directions"), "plus", "icon")
        self._more.clicked.connect(self._open_more)
        self.directions_section.set_action(self._more)
        column.addWidget(self.directions_section)
        column.addWidget(Divider("edge"))
        self.mixing_section = Section(_("Style mixing"), self.mixing, folded=True)
        column.addWidget(self.mixing_section)
        column.addStretch(1)
        self._left_scroll.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _foot(self) -> QWidget:
        """Two ways to a direction of one's own."""
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
        return foot

    def _fill_right(self) -> None:
        for title, module, name in SIDE:
            panel: QWidget = getattr(importlib.import_module(module), name)(self.desk, self.journey, self.link)
            section = Section(_(title), panel)
            if hasattr(panel, "head_changed"):
                panel.head_changed.connect(section.set_right)  # type: ignore[attr-defined]
            self.panels[name], self.sections[name] = panel, section
            self._right_inside.addWidget(section)
            self._right_inside.addWidget(Divider("edge"))
        self._right_inside.addStretch(1)

    def _connect(self) -> None:
        journey = self.journey
        self.directions.counted.connect(self.directions_section.set_right)
        self.mixing.counted.connect(self.mixing_section.set_right)
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
        self.mixing.show_latent(journey.latent)
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
            self._put_away_notice()
            self.mixing_section.setVisible(facts.num_ws > 1)
        self.desk.actions.refresh()

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        if told.stage != "upscaled":
            self.directions.show_clamped(told.clamped)
            self.stage.setAccessibleDescription(self.steer.words())
        if told.stage == "full":
            self._put_away_notice()

    @Slot(object)
    def _refused(self, told: ChannelFailed) -> None:
        self._tell(told.failure.sentence, told.failure.hint, told.gone)

    @Slot(object)
    def _model_refused(self, told: ModelRefused) -> None:
        self._tell(told.failure.sentence, told.failure.hint, told.gone)

    def _tell(self, sentence: str, hint: str, gone: bool) -> None:
        """The last picture stays; a card says what is wrong, and the way out first."""
        if self._notice is not None and self._told == (sentence, gone):
            return
        self._put_away_notice()
        self._told = sentence, gone
        buttons: list[Any] = [(_("Another model…"), self.steer.model.open_list)]
        if gone:
            buttons.insert(0, (_("Find…"), self.find_wanted.emit))
        else:
            buttons.insert(0, (_("Try again"), self.try_again))
        title = _("The model's file is gone") if gone else _("This picture cannot be drawn")
        lines = [one for one in (sentence, "" if gone else hint) if one]
        if gone:
            lines.append(_("The last picture stays. Find the file, or choose another model."))
        self._notice = Notice(
            "warn" if gone else "err", title, lines, buttons, floating=True, closable=True, parent=self.stage
        )
        self._notice.closed.connect(self._put_away_notice)
        self._place_notice()
        self._notice.show()

    @property
    def notice(self) -> Notice | None:
        return self._notice

    @Slot()
    def _put_away_notice(self) -> None:
        notice, self._notice = self._notice, None
        if notice is not None:
            notice.hide()
            notice.deleteLater()

    def _place_notice(self) -> None:
        if self._notice is not None:
            wide = min(theme().px(460), self.stage.width() - 16)
            high = self._notice.heightForWidth(wide) if self._notice.hasHeightForWidth() else 0
            high = max(high, self._notice.sizeHint().height())
            x = (self.stage.width() - wide) // 2
            self._notice.setGeometry(x, max(0, self.stage.height() - high - 8), wide, high)

    @Slot()
    def try_again(self) -> None:
        """Open the model anew and draw."""
        self._put_away_notice()
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

    @Slot(int)
    def _scrolled(self, _value: int) -> None:
        self.directions.sight_changed()

    @Slot(str)
    def show_part(self, part: str) -> None:
        """In a narrow window: the controls, or breeding and favourites."""
        self._tabs.set_current(part)
        at = 1 if part == "breed" and self._stack.count() > 1 else 0
        self._stack.setCurrentIndex(at)
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
            "columns": self._wide,
            "folded": [name for name, one in self._foldable().items() if one.folded],
            "locked": self.steer.seed.locked,
            "enlarge": self.row.enlarge.isChecked(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        wide, folded = state.get("columns"), state.get("folded")
        if isinstance(wide, list) and len(wide) == 2 and all(isinstance(one, int) for one in wide):
            self._wide = [min(max(one, 240), MOST) for one in wide]
        for name, section in self._foldable().items():
            if isinstance(folded, list):
                section.set_folded(name in folded)
        self.steer.seed.set_locked(state.get("locked") is True)
        self.row.enlarge.setChecked(state.get("enlarge") is True)
        self._narrow = None
        self._fit()

    def _foldable(self) -> dict[str, Section]:
        return {"directions": self.directions_section, "mixing": self.mixing_section, **self.sections}

    def open_paths(self, paths: list[Path]) -> bool:
        return False

    # Narrow and wide

    @Slot()
    def _dragged(self, *_unused: object) -> None:
        if self._narrow is False:
            self._wide = [self._left.width(), self._right.width()]

    def _fit(self) -> None:
        grown = theme().text_scale
        narrow = self.width() < NARROW_BELOW * min(grown, 1.5)
        if narrow != self._narrow:
            self._narrow = narrow
            self._rearrange(narrow)
        self.film.set_narrow(self.height() < _LOW_BELOW)
        widths = [NARROW if narrow else one for one in self._wide]
        most = round(self.width() * 0.45)
        left, right = (min(round(one * grown), most) for one in widths)
        if narrow:
            left = 0
            right = max(right, min(round(LEFT * grown), most))
        for side, wide in ((self._left, left), (self._right, right)):
            side.setMinimumWidth(min(wide, round(280 * grown), most) if wide else 0)
            side.setMaximumWidth(max(MOST, wide) if wide else _ANY)
        middle = max(1, self.width() - left - right)
        self.splitter.setSizes([middle, right] if narrow else [left, middle, right])
        self._place_notice()

    def _rearrange(self, narrow: bool) -> None:
        """The left column becomes a part of the right one, and back."""
        self._tabs.setVisible(narrow and bool(self.panels))
        if narrow:
            self._stack.addWidget(self._left)
            self._stack.addWidget(self._right_scroll)
            self._left.show()
            self.show_part(self._tabs.current or "steer")
        else:
            self.splitter.insertWidget(0, self._left)
            self._stack.addWidget(self._right_scroll)
            self._left.show()
        self._right.setVisible(narrow or bool(self.panels))
        QTimer.singleShot(0, self, self._scrolled_later)

    @Slot()
    def _scrolled_later(self) -> None:
        self.directions.sight_changed()

    def news_area(self) -> QRect:
        return QRect(self.stage.mapTo(self, QPoint(0, 0)), self.stage.size())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _scrolling(name: str) -> tuple[QScrollArea, QVBoxLayout]:
    """A column that scrolls, and the layout inside."""
    inside = Ground()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    scroll = QScrollArea()
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    scroll.setAccessibleName(name)
    return scroll, column
