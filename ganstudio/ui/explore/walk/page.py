"""The page Walk: favourites at the left, the film in the middle, how it goes at the right, the timeline below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.latent.session import Favourite
from ganstudio.core.latent.walk import SUFFIX, Walk
from ganstudio.core.text import _
from ganstudio.ui.explore.favourites import FavouritesPanel, scrolled
from ganstudio.ui.explore.fitted import Shown
from ganstudio.ui.explore.page import Page
from ganstudio.ui.explore.stage import Stage
from ganstudio.ui.explore.walk.editing import WalkEditor
from ganstudio.ui.explore.walk.export_panel import ExportPanel
from ganstudio.ui.explore.walk.player import Pixels, Player
from ganstudio.ui.explore.walk.settings_panel import RATES, SegmentSettings, WalkSettings
from ganstudio.ui.explore.walk.timeline import Timeline
from ganstudio.ui.explore.walk.transport import Transport
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Divider, Label, Section, wording
from ganstudio.ui.widgets.ground import Ground

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_LEFT, _RIGHT, _NARROW_RIGHT = 248, 306, 280
_NARROW_BELOW, _LOW_BELOW = 1200, 720
_HIGH, _LOW = 320, 200


class WalkPage(Page):
    """Its own undo is that of the Walk."""

    id = "walk"

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(desk, journey, link, parent)
        self.editor = WalkEditor(journey, self)
        self.player = Player(journey, link, self.editor, self)
        self._narrow = False
        self.favourites = FavouritesPanel(desk, journey, link, columns=3)
        self.stage = Stage(desk.background)
        self.transport = Transport(self.player)
        self.settings = WalkSettings(self.editor)
        self.segment = SegmentSettings(self.editor)
        self.export = ExportPanel(desk, journey, link, self.editor)
        self.timeline = Timeline(journey, link, self.editor, self.player)
        self._lay_out()
        self._connect()
        self._edited()
        follow(self._fit)

    # Making it

    def _lay_out(self) -> None:
        favourites = self._favourites = Section(_("Favourites"), self.favourites)
        self.favourites.head_changed.connect(favourites.set_right)
        words = _("Drag a picture onto the timeline, or press K to add the one that is shown.")
        hint = Label(words, 11, color="text3", wrap=True)
        self._left = Ground()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._left_inside = _top(favourites)
        column.addWidget(scrolled(self._left_inside), 1)
        column.addWidget(Divider("edge"))
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 10, 12, 12)
        foot.addWidget(hint)
        column.addLayout(foot)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(_("How the walk goes"))
        inside = Ground()
        column = self._right_inside = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._sections = {
            "walk": Section(_("Walk"), self.settings),
            "segment": Section(_("Segment"), self.segment),
            "export": Section(_("Export"), self.export),
        }
        for section in self._sections.values():
            column.addWidget(section)
            column.addWidget(Divider("edge"))
        column.addStretch(1)
        scroll.setWidget(inside)
        self._right = Ground()
        whole = QVBoxLayout(self._right)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(Divider("edge"))
        whole.addWidget(self.export.foot)
        self.segment.title_changed.connect(self._sections["segment"].set_title)
        self.segment.refresh()
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for widget, stretch in ((self.bar, 0), (self.stage, 1), (self.transport, 0)):
            middle.addWidget(widget, stretch)
        above = QHBoxLayout()
        above.setSpacing(1)
        above.addLayout(middle, 1)
        above.addWidget(self._right)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(above, 1)
        right.addWidget(self.timeline)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self._left)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.player.framed.connect(self._framed)
        self.player.rate_changed.connect(self.refresh_wanted)
        self.player.course_changed.connect(self._say)
        self.player.course_changed.connect(self.refresh_wanted)
        self.player.trouble.connect(self.stage.set_words)
        self.journey.facts_changed.connect(self._say)
        self.settings.fps_changed.connect(self._set_fps)
        self.timeline.keyframe_wanted.connect(self.keep)
        self.timeline.pictures.refused.connect(self.desk.notices.toast)
        self.favourites.walk_wanted.connect(self.add_favourite)
        self.stage.dropped.connect(self._dropped)
        self.editor.changed.connect(self._edited)
        self.export.busy_changed.connect(self.refresh_wanted)

    # What is shown

    @Slot(object)
    def _framed(self, pixels: Pixels) -> None:
        self.stage.show_picture(Shown(pixels))

    @Slot()
    def _say(self) -> None:
        """What stands on the stage while there is no picture."""
        if self.player.course is None:
            self.stage.show_picture(None)
            facts, model = self.journey.facts, self.editor.walk.model
            words = self.editor.why_not or _("Finding the way…")
            if facts is not None and model and facts.model != model:
                words = _("This walk goes through the model {name}. Choose it in Steer.").format(name=model)
            self.stage.set_words(words)

    @Slot()
    def _edited(self) -> None:
        self._say()
        self._sections["segment"].setVisible(bool(self.editor.walk.segments))
        self.refresh_wanted.emit()
        self.desk.actions.refresh()

    @property
    def status(self) -> list[str]:
        """For the right of the status bar."""
        player = self.player
        facts = self.journey.facts
        if self.export.target is not None:
            said = _("writing {name}")
            return [said.format(name=self.export.target.name)]
        if player.course is None or facts is None:
            return []
        if player.measuring:
            return [_("measuring how the pictures change")]
        side = min(256, facts.resolution)
        if player.rate is not None and player.rate < player.fps - 0.5:
            said = _("preview {seen} of {all} frames a second")
            return [said.format(seen=wording.count(player.rate), all=wording.count(player.fps))]
        said = _("preview {side} px at {rate} frames a second")
        return [said.format(side=wording.count(side), rate=wording.count(player.fps))]

    # What the person does

    @Slot(float)
    def _set_fps(self, fps: float) -> None:
        self.player.set_fps(fps)
        self.timeline.ruler.frame = 1 / fps
        self.export.set_fps(fps)
        self.refresh_wanted.emit()

    @Slot()
    def keep(self) -> None:
        """K: the picture that Steer shows becomes a keyframe."""
        if self.can_keep() is True:
            self._add(self.journey.latent)

    @Slot(object)
    def add_favourite(self, favourite: Favourite) -> None:
        self._add(favourite.latent, favourite.name)

    def _add(self, latent: Latent, name: str = "") -> None:
        try:
            self.editor.add(latent)
        except ValueError:
            said = _("{name} is of another model; a walk goes through one.")
            self.desk.notices.toast(said.format(name=name or _("This picture")))

    def can_keep(self) -> bool | str:
        return True if self.journey.facts is not None else _("The model is not open yet.")

    def run(self) -> None:
        self.export.ask_where()

    def can_run(self) -> bool | str:
        return self.export.why_not() or True

    def undo(self) -> None:
        self.editor.undo()

    def redo(self) -> None:
        self.editor.redo()

    def history(self) -> tuple[str, str]:
        """What can be taken back and done again here, by name."""
        return self.editor.can_undo, self.editor.can_redo

    def busy(self) -> str:
        target = self.export.target
        return "" if target is None else _("{name} is being made.").format(name=target.name)

    def open_paths(self, paths: list[Path]) -> bool:
        """A walk's file takes the place of the walk."""
        found = [one for one in paths if one.name.endswith(SUFFIX)]
        for path in found:
            try:
                walk = Walk.load(path)
            except UserError as error:
                self.desk.notices.error(error)
            else:
                self.editor.edit(lambda _walk, walk=walk: walk, path.stem)
        return bool(found)

    @Slot(object)
    def _dropped(self, mime: Any) -> None:
        self.open_paths([Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, comma and full stop go a frame, Home and End to the ends."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if not plain:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.player.toggle()
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            self.player.step(1 if key == Qt.Key.Key_Period else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.player.step(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            (self.transport.start if key == Qt.Key.Key_Home else self.transport.end).click()
        else:
            super().keyPressEvent(event)

    # As it was left

    def state(self) -> dict[str, Any]:
        folded = [id for id, one in self._sections.items() if one.folded]
        return {
            "fps": self.player.fps, "format": self.export.format.current, "repeat": self.player.loop, "folded": folded,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        if state.get("fps") in RATES:
            self.settings.fps.set_current(str(int(state["fps"])))
            self._set_fps(float(state["fps"]))
        if state.get("format") in [id for id, _text in self.export_formats()]:
            self.export.format.set_current(state["format"])
        self.transport.repeat.setChecked(state.get("repeat") is not False)
        folded = state.get("folded")
        for id, section in self._sections.items():
            section.set_folded(isinstance(folded, list) and id in folded)

    def export_formats(self) -> list[tuple[str, str]]:
        box = self.export.format
        return [(str(box.itemData(n)), box.itemText(n)) for n in range(box.count())]

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.pause()

    def closing(self) -> None:
        self.player.pause()

    # Narrow and low

    def _fit(self) -> None:
        scale = theme().text_scale
        narrow, low = self.width() < _NARROW_BELOW * min(scale, 1.5), self.height() < _LOW_BELOW
        self._rearrange(narrow)
        self._left.setFixedWidth(min(round(_LEFT * scale), round(self.width() * 0.3)))
        self._right.setFixedWidth(min(round((_NARROW_RIGHT if narrow else _RIGHT) * scale), round(self.width() * 0.45)))
        self.timeline.setFixedHeight(min(theme().px(_LOW if low else _HIGH), max(160, round(self.height() * 0.5))))

    def _rearrange(self, narrow: bool) -> None:
        """In a small window the favourites are a part of the column at the right."""
        if narrow != self._narrow:
            self._narrow = narrow
            left = self._left_inside.layout()
            assert isinstance(left, QVBoxLayout)
            (self._right_inside if narrow else left).insertWidget(0, self._favourites)
            self._left.setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()


def _top(widget: QWidget) -> QWidget:
    """A panel at the top of what scrolls."""
    inside = Ground()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return inside
