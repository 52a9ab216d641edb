"""A style: cards of the styles at hand, and one for a picture of one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.errors import UserError
from ganstudio.core.params import Parameter
from ganstudio.core.paths import resource
from ganstudio.core.progress import Progress
from ganstudio.core.styles import Style, is_picture, of_file, picture_of
from ganstudio.core.text import _
from ganstudio.models.library import Library
from ganstudio.models.styles import NamedStyle, styles_of
from ganstudio.ui.fields.context import FieldContext
from ganstudio.ui.fields.field import Field
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.style_card import StyleCard, StyleGrid

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

OWN = "own picture"


class StyleField(Field):
    """The picture of one's own that was last chosen stays among the cards when another style is tried."""

    KIND = Style
    wide = True

    def __init__(self, parameter: Parameter, context: FieldContext, parent: QWidget | None = None) -> None:
        super().__init__(parameter, context, parent)
        self._desk: Desk | None = None
        self._own = ""
        self._styles: list[NamedStyle] = []
        self.setToolTip("")
        self.setAcceptDrops(True)
        self.grid = StyleGrid(_(parameter.label), self)
        self.grid.chosen.connect(self._chosen)
        self.trouble = Label("", 11, color="err", wrap=True, parent=self)
        self.trouble.hide()
        self.own = Button(_("Paint like a picture…"), icon="plus", parent=self)
        self.own.setToolTip(_("Take the style from any picture, or drop one here"))
        self.own.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.grid)
        column.addWidget(self.trouble)
        row = QHBoxLayout()
        row.addWidget(self.own)
        row.addStretch(1)
        column.addLayout(row)

    def attach(self, desk: Desk) -> None:
        self._desk = desk
        desk.background.run(partial(_named, desk.library), self._take_styles, owner=self)

    @property
    def subject(self) -> str:
        if is_picture(self.value):
            return _("Own picture")
        return next((one.title for one in self._styles if one.id == self.value), "")

    def others(self, most: int) -> list[tuple[str, Any]]:
        """The styles that come after the chosen one."""
        ids = [one.id for one in self._styles]
        start = ids.index(self.value) + 1 if self.value in ids else 0
        ordered = [*self._styles[start:], *self._styles[:start]]
        return [(one.title, one.id) for one in ordered if one.id != self.value][:most]

    def take_picture(self, path: Path) -> None:
        """Paint like this picture file, read off the GUI thread."""
        if self._desk is not None:
            self._desk.background.run(partial(_picture, path), self._take_picture, owner=self)

    def _take_styles(self, styles: list[NamedStyle]) -> None:
        self._styles = styles
        self._build()

    def _take_picture(self, found: str | UserError) -> None:
        self.trouble.setVisible(not isinstance(found, str))
        if not isinstance(found, str):
            self.trouble.setText(str(found))
            return
        self._own = found
        self._take(found)
        self._build()

    def _build(self) -> None:
        cards = {one.id: _card(one) for one in self._styles}
        if self._own:
            pixels = picture_of(self._own)
            shown = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], _RGB).copy()
            cards[OWN] = StyleCard(shown, _("Own picture"))
        self.grid.set_cards(cards)
        self._show(self.value)

    def _show(self, value: Any) -> None:
        if is_picture(value) and value != self._own:
            self._own = value
            self._build()
            return
        self.grid.set_current(OWN if is_picture(value) else value)

    @Slot(str)
    def _chosen(self, card_id: str) -> None:
        self.trouble.hide()
        self._take(self._own if card_id == OWN else card_id)
        self._show(self.value)

    @Slot()
    def _ask(self) -> None:
        endings = " ".join(f"*{one}" for found in PICTURE_SUFFIXES.values() for one in found)
        chosen, _kind = QFileDialog.getOpenFileName(
            self, _("Paint like a picture"), "", f"{_('Pictures')} ({endings});;{_('All files')} (*)"
        )
        if chosen:
            self.take_picture(Path(chosen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.take_picture(path)


_RGB = QImage.Format.Format_RGB888


def _dropped(event: QDropEvent) -> Path | None:
    """The one file that is dragged."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _card(style: NamedStyle) -> StyleCard:
    path = resource("thumbs", "styles", f"{style.id}.jpg")
    what = ", ".join(filter(None, (style.artist, style.year)))
    return StyleCard(QImage(str(path)) if path.is_file() else None, style.title, what)


def _named(library: Library, progress: Progress) -> list[NamedStyle]:
    """The styles of the first model that has some."""
    found = (styles_of(entry.card) for entry in library.entries() if entry.card.kind == "stylizer")
    return next((styles for styles in found if styles), [])


def _picture(path: Path, progress: Progress) -> str | UserError:
    try:
        return of_file(path)
    except UserError as error:
        return error


FIELD = StyleField
