"""The breeding grid: nine pictures to choose from, how far they may mutate, what is held, and the way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.latent.breeding import CHILDREN, GROUPS
from ganstudio.core.text import N_, _, ngettext_
from ganstudio.ui.explore.breed.nursery import MIDDLE, Nursery
from ganstudio.ui.explore.breed.tree import FamilyTree
from ganstudio.ui.explore.carrying import Carried, carried_in, drag
from ganstudio.ui.explore.naming import name_of
from ganstudio.ui.explore.tiles import Tile, waiting
from ganstudio.ui.explore.wall import Wall
from ganstudio.ui.widgets import Button, Label, Slider

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

TITLES = {"coarse": N_("Coarse"), "middle": N_("Middle"), "fine": N_("Fine")}
HELP = {
    "coarse": N_("Pose and large shapes stay as the first parent has them"),
    "middle": N_("Forms stay as the first parent has them"),
    "fine": N_("Colours and texture stay as the first parent has them"),
}
_USUAL_MUTATION = 0.35


class BreedPanel(QWidget):
    """`head_changed(str)`: the word at the right of the panel's head."""

    head_changed = Signal(str)

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._journey = desk, journey
        self.nursery = Nursery(desk, journey, link, self)
        self.tree: FamilyTree | None = None
        self.wall = Wall(_("Children"), 3, digits=True)
        self.wall.setToolTip(_("1 to 9 choose, Enter breeds"))
        self.hint = Label(_("Children of the picture that is shown come once the model is open."), 11, color="text3",
                          wrap=True)  # fmt: skip
        self.mutation = Slider(
            0.0, 1.0, _USUAL_MUTATION, step=0.01, unit="%", shown=100.0, label=_("Mutation"), default=_USUAL_MUTATION
        )
        self.mutation.set_tip(_("How far children go from their parents: at 100 % they are strangers"))
        self.holds = {id: Button(_(TITLES[id]), "unlock", checkable=True) for id in GROUPS}
        self.tree_button = Button(_("Family tree"))
        self.breed_button = Button(_("Breed"))
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._facts_known()
        self._show()

    def _lay_out(self) -> None:
        hold, foot = QHBoxLayout(), QHBoxLayout()
        hold.setSpacing(8)
        hold.addWidget(Label(_("Hold")))
        hold.addStretch(1)
        for id, button in self.holds.items():
            button.setToolTip(_(HELP[id]))
            button.setAccessibleName(_("Hold {layers}").format(layers=_(TITLES[id])))
            hold.addWidget(button)
        for button in (*self.holds.values(), self.tree_button, self.breed_button):
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # narrow: elided
        foot.setSpacing(8)
        foot.addWidget(self.tree_button)
        foot.addWidget(self.breed_button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.wall)
        column.addWidget(self.hint)
        column.addWidget(self.mutation)
        column.addLayout(hold)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.wall.pressed.connect(self._pressed)
        self.wall.entered.connect(self._entered)
        self.wall.dragged.connect(self._dragged)
        self.wall.menu_wanted.connect(self._menu)
        self.nursery.changed.connect(self._show)
        self.breed_button.clicked.connect(self.breed)
        self.tree_button.clicked.connect(self._open_tree)
        self._journey.facts_changed.connect(self._facts_known)
        self._journey.session_changed.connect(self._session_changed)
        self._journey.rested.connect(self._show)
        for id, button in self.holds.items():
            button.toggled.connect(partial(self._hold, id))
        self._journey.held_changed.connect(self._show_held)

    # What is done

    @property
    def held(self) -> frozenset[str]:
        return frozenset(id for id in self._journey.held if self.holds[id].isEnabled())

    @Slot()
    def breed(self) -> None:
        """Children of the chosen ones, or of the picture that is shown."""
        if self.breed_button.isEnabled():
            self.nursery.breed(self.mutation.value, self.held)

    @Slot()
    def _fill(self) -> None:
        """The grid is not empty where it is seen."""
        if self.isVisible():
            self.nursery.fill(self.mutation.value, self.held)

    def showEvent(self, event: object) -> None:
        self._fill()

    @Slot()
    def _session_changed(self) -> None:
        if self.nursery.family.now is None:  # another Session, where nothing was bred
            self._fill()

    @Slot(int)
    def _pressed(self, child: int) -> None:
        """A click chooses and shows; again takes the choice away."""
        litter = self.nursery.family.now
        if litter is None:
            return
        chosen = child not in litter.chosen
        self.nursery.choose(child, chosen)
        if chosen:
            words = _("Parent") if child == MIDDLE else _("Child {number}").format(number=child + 1)
            self._journey.go(litter.children[child], words)

    @Slot(int)
    def _entered(self, _child: int) -> None:
        self.breed()

    @Slot(int)
    def _dragged(self, child: int) -> None:
        litter = self.nursery.family.now
        if litter is not None:
            latent = litter.children[child]
            thumb = litter.thumbs[child] if child < len(litter.thumbs) else b""
            drag(self.wall, [Carried(latent, name_of(latent), thumb)], self.wall.tiles[child].picture)

    @Slot(int, QPoint)
    def _menu(self, child: int, at: QPoint) -> None:
        litter = self.nursery.family.now
        if litter is None:
            return
        menu = QMenu(self)
        show = menu.addAction(_("Show it"))
        keep = menu.addAction(_("Keep it"))
        alone = menu.addAction(_("Breed from this one alone"))
        chosen = menu.exec(at)
        menu.deleteLater()
        latent = litter.children[child]
        if chosen is show:
            self._journey.go(latent, _("Child {number}").format(number=child + 1))
        elif chosen is keep:
            self._journey.keep(latent)
        elif chosen is alone:
            self.nursery.breed_from((latent,), self.nursery.family.at, self.mutation.value, self.held)

    @Slot()
    def _open_tree(self) -> None:
        if self.tree is None:
            self.tree = FamilyTree(self.nursery, self.window())
            self.tree.destroyed.connect(self._tree_gone)
        self.tree.show()
        self.tree.raise_()

    @Slot()
    def _tree_gone(self) -> None:
        self.tree = None

    def _hold(self, id: str, on: bool) -> None:
        held = self._journey.held
        self._journey.set_held(held | {id} if on else held - {id})

    @Slot()
    def _show_held(self) -> None:
        for id, button in self.holds.items():
            button.setChecked(id in self._journey.held)
            button.set_icon("lock" if button.isChecked() else "unlock")
        self._show()

    # What is shown

    @Slot()
    def _facts_known(self) -> None:
        facts = self._journey.facts
        parts = facts is not None and len(set(facts.groups)) == len(GROUPS)
        why = "" if parts or facts is None else _("This model has no layers of its own for that")
        for button in self.holds.values():
            button.set_possible(parts, why)
        self._show()
        self._fill()

    @Slot()
    def _show(self) -> None:
        family = self.nursery.family
        litter = family.now
        self.hint.setVisible(litter is None)
        self.tree_button.set_possible(litter is not None, _("Nothing was bred yet"))
        if litter is None or family.at is None:
            self.wall.set_tiles(waiting(CHILDREN) if self.nursery.busy else [Tile(_("Empty"))] * CHILDREN)
            self.head_changed.emit("")
        else:
            self.wall.set_tiles([self._tile(family.at, n) for n in range(len(litter.children))])
            self.head_changed.emit(_("generation {number}").format(number=family.generation(family.at)))
        self._say_button()

    def _tile(self, place: int, child: int) -> Tile:
        litter = self.nursery.family.litters[place]
        parent, chosen = child == MIDDLE and litter.children[child] in litter.parents, child in litter.chosen
        name = _("Parent") if parent else _("Child {number}").format(number=child + 1)
        return Tile(
            name,
            self.nursery.picture(place, child),
            "check" if chosen else "",
            label=_("Parent") if parent else "",
            frame="ok" if chosen else "accent_text" if parent else "",
            spoken=_("chosen") if chosen else "",
        )

    def _say_button(self) -> None:
        litter = self.nursery.family.now
        count = 0 if litter is None else len(litter.chosen)
        words = _("Breed from this picture")
        if count:
            words = ngettext_("Breed the chosen one", "Breed the {count} chosen", count).format(count=count)
        self.breed_button.set_text(words)
        facts = self._journey.facts
        reason = ""
        if facts is None:
            reason = _("The model is being opened")
        elif self.nursery.busy:
            reason = _("Children are on their way")
        elif len(self.held) == len(GROUPS):
            reason = _("Everything is held: the children would be their parent")
        self.breed_button.set_possible(not reason, reason)

    # Parents from elsewhere

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if carried_in(event.mimeData()) and event.source() is not self.wall:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        parents = tuple(one.latent for one in carried_in(event.mimeData()))
        same = tuple(one for one in parents if one.model == self._journey.latent.model)
        event.acceptProposedAction()
        if len(same) < len(parents):
            self._desk.notices.toast(_("These pictures are of different models. Only one model's have children."))
        elif self.breed_button.isEnabled():
            self.nursery.breed_from(same, None, self.mutation.value, self.held)
