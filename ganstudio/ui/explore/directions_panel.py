"""The directions of the model: strips to push along, found ones and one's own; searched, renamed, shared."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Signal, Slot
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.directions import Direction, DirectionSet
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.explore.direction_strip import DirectionStrip
from ganstudio.ui.explore.directions_more import MoreDirections
from ganstudio.ui.explore.moves import amount_of, push_of, with_push
from ganstudio.ui.explore.strip_feed import StripFeed
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.textfield import SearchField
from ganstudio.ui.widgets.wording import with_unit

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.opening import Opening

SEARCH_FROM = 12  # more directions than these get a field to search
MOST_SHOWN = 50  # more than these are found by the search only


class DirectionsPanel(QWidget):
    """`counted(str)`: the words at the right of the head. `layers_wanted(id)`: a direction's layers are to be drawn."""

    counted = Signal(str)
    layers_wanted = Signal(str)

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, opening: Opening, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link, self._opening = desk, journey, link, opening
        self.strips: dict[str, DirectionStrip] = {}
        self._drags = 0
        self._last_moved = ""
        self._none = False  # nothing is called what was searched
        self.search = SearchField(_("Search directions"))
        self.search.changed.connect(self._filter)
        self.note = Label("", 11, color="text3", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(4)
        top = QVBoxLayout()
        top.setContentsMargins(12, 0, 12, 4)
        top.addWidget(self.search)
        top.addWidget(self.note)
        self._column.addLayout(top)
        self.more = MoreDirections(desk, journey, link, self)
        self.feed = StripFeed(journey, link, self._in_sight, self)
        journey.directions_changed.connect(self._rebuild)
        journey.facts_changed.connect(self._rebuild)
        journey.changed.connect(self._show_values)
        opening.looking_changed.connect(self._say)
        link.directions_found.connect(self.feed.later)
        self._rebuild()

    # What is shown

    def _in_sight(self) -> list[DirectionStrip]:
        found = []
        for strip in self.strips.values():
            if strip.isVisible() and not strip.visibleRegion().isEmpty():
                found.append(strip)
        return found

    @Slot()
    def _rebuild(self) -> None:
        directions, facts = self._journey.directions, self._journey.facts
        items = () if directions is None or facts is None else directions.items
        layers = 1 if facts is None else facts.num_ws
        for id in [id for id in self.strips if all(one.id != id for one in items)]:
            strip = self.strips.pop(id)
            self.feed.forget(strip)
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        for place, one in enumerate(items):
            strip = self.strips.get(one.id)
            if strip is None:
                strip = self._new_strip(one, layers)
            else:
                strip.set_direction(one, layers)
            self._column.removeWidget(strip)
            self._column.insertWidget(place + 1, strip)
        self.strips = {one.id: self.strips[one.id] for one in items}
        self._show_values(self._journey.latent)
        self._filter(self.search.text())

    def _new_strip(self, direction: Direction, layers: int) -> DirectionStrip:
        strip = self.strips[direction.id] = DirectionStrip(direction, layers, self)
        strip.setObjectName(direction.id)
        strip.moved.connect(self._moved)
        strip.settled.connect(self._settled)
        strip.renamed.connect(self._renamed)
        strip.shifted.connect(self._shifted)
        strip.menu_wanted.connect(self._menu)
        strip.show()
        return strip

    @Slot(object)
    def _show_values(self, latent: Latent) -> None:
        for strip in self.strips.values():
            strip.set_value(amount_of(latent, strip.direction))

    @Slot(str)
    def _filter(self, text: str) -> None:
        word, shown = text.strip().casefold(), 0
        for strip in self.strips.values():
            fits = word in strip.direction.name.casefold() and shown < MOST_SHOWN
            strip.setVisible(fits)
            shown += fits
        self._none = bool(word) and not shown
        self._say()
        self.feed.later()

    @Slot()
    def _say(self) -> None:
        count = len(self.strips)
        own = sum(strip.direction.origin not in ("sefa", "pca") for strip in self.strips.values())
        self.search.setVisible(count > SEARCH_FROM)
        said = ""
        if not count and self._opening.looking:
            said = _("Looking for directions, about 3 s")
        elif not count and self._journey.facts is not None:
            said = _("No directions yet. Learn one from pictures you like.")
        elif self._none:
            said = _("No direction is called that.")
        elif count > MOST_SHOWN:
            said = _("The first {shown} of {count}; search for others.").format(shown=MOST_SHOWN, count=count)
        self.note.setText(said)
        self.note.setVisible(bool(said))
        words = ngettext_("{count} found", "{count} found", count - own).format(count=count - own) if count else ""
        if own:
            words = _("{found}, {own} of yours").format(found=words, own=own)
        self.counted.emit(words)

    def show_clamped(self, sentence: str) -> None:
        """Said at the direction that was moved last, or at those that are pushed furthest."""
        pushed = [one for one in self.strips.values() if one.value]
        worst = self.strips.get(self._last_moved) or max(pushed, key=lambda one: abs(one.value), default=None)
        for strip in self.strips.values():
            strip.set_warning(sentence if strip is worst and strip.value else "")

    # What the person does

    def _of_sender(self) -> DirectionStrip | None:
        sender = self.sender()
        return sender if isinstance(sender, DirectionStrip) else None

    @Slot(float)
    def _moved(self, value: float) -> None:
        strip = self._of_sender()
        if strip is not None:
            self._last_moved = strip.direction.id
            self._push(strip.direction, value)

    def _push(self, direction: Direction, value: float) -> None:
        words = _("{direction} {value}").format(direction=direction.name, value=signed(value))
        merge = f"push:{direction.id}:{self._drags}"
        self._journey.go(with_push(self._journey.latent, direction, value), words, merge)

    @Slot()
    def _settled(self) -> None:
        self._drags += 1
        self._journey.end_merge()
        self.feed.later()

    @Slot(str)
    def _renamed(self, name: str) -> None:
        strip = self._of_sender()
        if strip is not None:
            self._change(lambda known, id=strip.direction.id: known.renamed(id, name))

    @Slot(int)
    def _shifted(self, places: int) -> None:
        strip = self._of_sender()
        if strip is not None:
            self._change(lambda known, id=strip.direction.id: _shifted(known, id, places))
            strip.setFocus()

    def _change(self, edit: object) -> None:
        directions = self._journey.directions
        if directions is None:
            return
        try:
            self._journey.set_directions(edit(directions))  # type: ignore[operator]
        except UserError as error:
            self._desk.notices.toast(str(error))

    @Slot(object)
    def _menu(self, at: QPoint) -> None:
        strip = self._of_sender()
        if strip is not None:
            self.menu_of(strip).popup(at)

    def menu_of(self, strip: DirectionStrip) -> QMenu:
        """What can be done with a direction."""
        menu, id = QMenu(self), strip.direction.id
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(_("Rename")).triggered.connect(strip.rename)
        menu.addAction(_("Back to 0")).triggered.connect(strip.reset)
        layers = menu.addMenu(_("Layers"))
        facts = self._journey.facts
        if facts is not None:
            layers.addAction(_("All layers")).triggered.connect(partial(self.set_layers, id, 0, None))
            for title, (first, last) in zip((_("Coarse"), _("Middle"), _("Fine")), facts.groups, strict=False):
                if last >= first and facts.num_ws > 1:
                    layers.addAction(title).triggered.connect(partial(self.set_layers, id, first, last))
            layers.addAction(_("Others…")).triggered.connect(partial(self._ask_layers, id))
            layers.setEnabled(facts.num_ws > 1)
        menu.addSeparator()
        menu.addAction(_("Further up")).triggered.connect(partial(self._shift, id, -1))
        menu.addAction(_("Further down")).triggered.connect(partial(self._shift, id, 1))
        menu.addSeparator()
        menu.addAction(_("Save to a file…")).triggered.connect(partial(self.more.ask_save, id))
        menu.addAction(_("Remove")).triggered.connect(partial(self.remove, id))
        return menu

    def _shift(self, id: str, places: int, *_unused: object) -> None:
        self._change(lambda known: _shifted(known, id, places))

    def set_layers(self, id: str, first: int, last: int | None, *_unused: object) -> None:
        """Another range of layers for a direction; where it is pushed the picture follows."""
        before = self._journey.directions
        if before is None:
            return
        old = before.find(id)
        pushed = push_of(self._journey.latent, old)
        self._change(lambda known: known.in_layers(id, first, last))
        after = self._journey.directions
        if pushed is not None and after is not None:
            words = _("Layers of {direction}").format(direction=old.name)
            self._journey.go(with_push(self._journey.latent, after.find(id), pushed.amount), words)

    def _ask_layers(self, id: str, *_unused: object) -> None:
        self.layers_wanted.emit(id)

    def remove(self, id: str, *_unused: object) -> None:
        """From the list; the picture stays as it is. Found ones come back with the next search."""
        before = self._journey.directions
        if before is not None:
            self._change(lambda known: known.without(id))
            said = _("{direction} was removed.").format(direction=before.find(id).name)
            self._desk.notices.toast(said, (_("Undo"), partial(self._put_back, before)))

    def _put_back(self, before: DirectionSet) -> None:
        now = self._journey.directions
        if now is not None and now.weights == before.weights:
            self._journey.set_directions(before)

    def sight_changed(self, _sight: QRect | None = None) -> None:
        """The panel was scrolled: other strips are looked at."""
        self.feed.later()


def signed(value: float) -> str:
    """ "+1.4 σ": as the field says it."""
    return f"{'+' if value > 0 else ''}{with_unit(value, 'σ', 1)}"


def _shifted(known: DirectionSet, id: str, places: int) -> DirectionSet:
    items = list(known.items)
    at = next(n for n, one in enumerate(items) if one.id == id)
    one = items.pop(at)
    items.insert(min(max(0, at + places), len(items)), one)
    return replace(known, items=tuple(items))
