"""The page Layers: the picture, and beside it which layers of the network each direction and the second seed touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.jobs.remote.generators import Pictured
from ganstudio.ui.explore.columns import Scrolling, column
from ganstudio.ui.explore.directions_panel import MOST_SHOWN
from ganstudio.ui.explore.layers.mixing import MixingPart
from ganstudio.ui.explore.layers.rows import DirectionRow, Heads, MapRow
from ganstudio.ui.explore.moves import amount_of
from ganstudio.ui.explore.page import Page
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Divider, Label, Section
from ganstudio.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.steer_page import SteerPage

_WIDE, _SHARE = 640, 0.5  # of the map: px at most, part of the window


class LayersPage(Page):
    """Shows what Steer draws; its keys do what they do there."""

    id = "layers"

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(desk, journey, link, parent)
        self._steer: SteerPage | None = None
        self.stage = Stage(desk.background)
        self.heads = Heads(journey)
        self.mixing = MixingPart(journey, link)
        self.rows: dict[str, DirectionRow] = {}
        self.note = Label("", color="text3", wrap=True)
        self._lay_out()
        journey.directions_changed.connect(self._rebuild)
        journey.facts_changed.connect(self._rebuild)
        journey.changed.connect(self._show_values)
        follow(self._fit)
        self._rebuild()

    def join(self, steer: SteerPage) -> None:
        """Whose picture it is, and whose directions."""
        self._steer = steer
        steer.rendering.rendered.connect(self._rendered)
        if steer.stage.shown is not None:
            self.stage.show_picture(steer.stage.shown)

    def _lay_out(self) -> None:
        self._scroll = Scrolling(_("Layers"))
        head = QVBoxLayout()
        head.setContentsMargins(0, 12, 0, 8)
        head.setSpacing(8)
        self._hold = Label(_("Hold"), color="text2")
        self._hold.setFixedHeight(theme().px(28))
        head.addWidget(MapRow(self._hold, self.heads, top=True))
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 12)
        self._rows.setSpacing(4)
        inside = QWidget()
        inside.setLayout(self._rows)
        self.sections = {
            "directions": Section(_("Directions"), inside), "mixing": Section(_("Style mixing"), self.mixing),
        }  # fmt: skip
        whole = self._scroll.column
        whole.addLayout(head)
        whole.addWidget(Divider("edge"))
        for section in (self.sections["mixing"], self.sections["directions"]):
            whole.addWidget(section)
            whole.addWidget(Divider("edge"))
        note = QHBoxLayout()
        note.setContentsMargins(12, 12, 12, 12)
        note.addWidget(self.note)
        whole.addLayout(note)
        whole.addStretch(1)
        self._side = Ground()
        column(self._side, self._scroll)
        middle = QWidget()
        column(middle, self.bar).addWidget(self.stage, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(middle, 1)
        row.addWidget(self._side)

    # What is shown

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        if self._steer is not None:
            self.stage.show_picture(self._steer.stage.shown)

    @Slot()
    def _rebuild(self) -> None:
        directions, facts = self.journey.directions, self.journey.facts
        several = facts is not None and facts.num_ws > 1
        items = directions.items[:MOST_SHOWN] if directions is not None and facts is not None and several else ()
        for id in [id for id in self.rows if all(one.id != id for one in items)]:
            row = self.rows.pop(id)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, one in enumerate(items):
            row = self.rows.get(one.id)
            if row is None:
                row = self.rows[one.id] = DirectionRow(one, facts.num_ws if facts is not None else 1)
                row.drawn.connect(self._drawn)
            else:
                row.set_direction(one, facts.num_ws if facts is not None else 1)
            self._rows.removeWidget(row)
            self._rows.insertWidget(place, row)
        for section in self.sections.values():
            section.setVisible(several)
        self.heads.setVisible(several)
        self._hold.setVisible(several)
        said = _("Coarse layers make pose and large forms, fine ones colours and texture. Draw over the cells.")
        if facts is None:
            said = _("The model is not open yet.")
        elif not several:
            said = _("This model has one layer for everything.")
        self.note.setText(said)
        self._show_values()

    @Slot()
    def _show_values(self, *_unused: object) -> None:
        latent = self.journey.latent
        pushed = 0
        for row in self.rows.values():
            amount = amount_of(latent, row.direction)
            pushed += bool(amount)
            row.set_amount(amount)
        self.sections["directions"].set_right(_("{count} in force").format(count=pushed) if self.rows else "")

    @Slot(str, int, int)
    def _drawn(self, id: str, first: int, last: int) -> None:
        if self._steer is not None:
            self._steer.directions.set_layers(id, first, last)

    def point_at(self, id: str) -> None:
        """A direction's row, ready for the keyboard; "" for the second seed."""
        row = self.rows.get(id)
        target = self.mixing.seed if row is None else row.layers
        self._scroll.ensureWidgetVisible(target)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # What the person does

    def activated(self) -> None:
        if self._steer is not None:
            self._steer.rendering.set_wanted(True)
        self.mixing.feed.set_wanted(True)

    def left(self) -> None:
        if self._steer is not None:
            self._steer.rendering.set_wanted(False)
        self.mixing.feed.set_wanted(False)

    def run(self) -> None:
        """Set by the workspace: the picture goes to the canvas."""

    def can_run(self) -> bool | str:
        return True if self._steer is None else self._steer.can_run()

    def can_keep(self) -> bool | str:
        return False if self._steer is None else self._steer.can_keep()

    def keep(self) -> None:
        if self._steer is not None:
            self._steer.keep()

    def _fit(self) -> None:
        wide = min(round(_WIDE * theme().text_scale), max(300, round(self.width() * _SHARE)))
        self._side.setFixedWidth(wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
