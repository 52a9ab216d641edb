"""Favourites: what was kept. A press goes there, they have names, can be carried to pad, grid and timeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.latent.session import Favourite, Session
from ganstudio.core.text import _
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.explore.carrying import Carried, carried_in, drag
from ganstudio.ui.explore.images import Thumbnails
from ganstudio.ui.explore.tiles import Tile
from ganstudio.ui.explore.wall import Wall
from ganstudio.ui.widgets import Button, Label, TextField, wording

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink


class FavouritesPanel(QWidget):
    """`head_changed(str)`: their number. `export_wanted(list[Favourite])`; `walk_wanted(Favourite)`: to the walk."""

    head_changed = Signal(str)
    export_wanted = Signal(object)
    walk_wanted = Signal(object)

    def __init__(
        self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None, *, columns: int = 0
    ) -> None:
        super().__init__(parent)
        self._desk, self._journey = desk, journey
        self._shown: tuple[Favourite, ...] | None = None
        self.thumbnails = Thumbnails(desk, self)
        self.thumbnails.made.connect(self._show)
        self.wall = Wall(_("Favourites"), columns, side=56)
        self.hint = Label(_("Keep a picture with K"), 11, color="text3", wrap=True)
        self.export_button = Button(_("Export all…"), "export")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.hint)
        column.addWidget(self.wall)
        foot = QHBoxLayout()
        foot.addWidget(self.export_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self.wall.pressed.connect(self._pressed)
        self.wall.entered.connect(self._pressed)
        self.wall.dragged.connect(self._dragged)
        self.wall.deleted.connect(self._delete)
        self.wall.menu_wanted.connect(self._menu)
        self.export_button.clicked.connect(self._export)
        journey.session_changed.connect(self._session_changed)
        journey.rested.connect(self._show)
        self.setAcceptDrops(True)
        self._session_changed()

    @property
    def favourites(self) -> tuple[Favourite, ...]:
        return self._journey.session.favourites

    @Slot()
    def _session_changed(self) -> None:
        if self.favourites is not self._shown:
            self._show()

    @Slot()
    def _show(self) -> None:
        self._shown = self.favourites
        here = self._journey.latent
        tiles = []
        for one in self._shown:
            other = one.latent.model != here.model
            spoken = _("made with {model}").format(model=one.latent.model) if other else ""
            picture = self.thumbnails.of(one.thumb)
            tiles.append(
                Tile(one.name, picture, frame="accent_text" if one.latent == here else "", spoken=spoken, dim=other)
            )
        self.wall.set_tiles(tiles)
        self.wall.setVisible(bool(tiles))
        self.hint.setVisible(not tiles)
        self.export_button.setVisible(bool(tiles))
        self.head_changed.emit(wording.count(len(tiles)) if tiles else "")

    # What is done

    @Slot(int)
    def _pressed(self, place: int) -> None:
        one = self.favourites[place]
        self._journey.go(one.latent, one.name)

    @Slot(int)
    def _dragged(self, place: int) -> None:
        one = self.favourites[place]
        carried = [Carried(one.latent, one.name, one.thumb, one.id)]
        drag(self.wall, carried, self.thumbnails.of(one.thumb))

    @Slot(int)
    def _delete(self, place: int) -> None:
        """At once; the message brings it back."""
        one = self.favourites[place]
        self._journey.change(lambda session: session.dropped([one.id]))
        said = _("{name} is no favourite any more.").format(name=one.name)
        self._desk.notices.toast(said, (_("Undo"), partial(self._bring_back, one, place)))

    def _bring_back(self, one: Favourite, place: int) -> None:
        self._journey.change(lambda session: session.kept(one).moved(one.id, place))

    @Slot(int, QPoint)
    def _menu(self, place: int, at: QPoint) -> None:
        one = self.favourites[place]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Show it")).triggered.connect(partial(self._pressed, place))
        menu.addAction(_("Rename…")).triggered.connect(partial(self.rename, one))
        menu.addAction(_("Add to the walk")).triggered.connect(partial(self.walk_wanted.emit, one))
        menu.addAction(_("Export…")).triggered.connect(partial(self.export_wanted.emit, [one]))
        menu.addSeparator()
        menu.addAction(_("Remove")).triggered.connect(partial(self._delete, place))
        menu.popup(at)

    @Slot()
    def _export(self) -> None:
        self.export_wanted.emit(list(self.favourites))

    def rename(self, one: Favourite, *_unused: object) -> Rename:
        """Ask for another name."""
        dialog = Rename(one.name, self.window())
        dialog.named.connect(partial(self._renamed, one.id))
        dialog.show()
        return dialog

    def _renamed(self, id: str, name: str) -> None:
        self._journey.change(lambda session: session.renamed(id, name))

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if carried_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A favourite of its own goes to another place; a picture from elsewhere becomes one."""
        event.acceptProposedAction()
        spot = self.wall.mapFrom(self, event.position().toPoint())
        at = self.wall.tile_at(spot)
        for one in carried_in(event.mimeData()):
            known = self._journey.session.favourite(one.id) if one.id else None
            if known is None:
                kept = Favourite(one.latent, one.name, one.thumb)
                self._journey.change(lambda session, kept=kept: session.kept(kept))
            elif at >= 0:
                self._journey.change(lambda session, id=one.id: _moved(session, id, at))


def _moved(session: Session, id: str, place: int) -> Session:
    return session.moved(id, place)


class Rename(Dialog):
    """`named(str)` once."""

    named = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Rename"), parent, wide=320)
        self.field = TextField(name=_("Name"))
        self.field.set_text(name)
        self.field.edit.selectAll()
        self.body.addWidget(self.field)
        self.add_button(_("Cancel"), self.close)
        self.add_button(_("Rename"), self._done, "primary")
        self.field.setFocus()

    def _done(self) -> None:
        name = self.field.text().strip()
        if name:
            self.named.emit(name)
        self.close()


def scrolled(panel: QWidget) -> QScrollArea:
    """A panel that scrolls alone."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(panel)
    return area
