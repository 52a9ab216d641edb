"""A model as a card: picture, name, what it is for, its facts; and a list of them of which one is chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .button import Button
from .fade import Fade

_INSET = 6


def _side() -> int:
    return theme().glyph(52)


class ModelCard(QAbstractButton):
    """`facts` are scale, size on disk, time for this picture ("not measured yet" until known). `chevron` is the
    one card of a narrow window that opens the list."""

    def __init__(
        self,
        picture: QImage | None,
        name: str,
        what: str,
        facts: list[str],
        *,
        chevron: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture, self._what, self._facts, self._chevron = picture, what, list(facts), chevron
        self._missing = ""
        self._find: Button | None = None
        self.setText(name)
        self.setCheckable(not chevron)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_radius", 6)
        self._fade = Fade(self)
        follow(self._restyle)

    @property
    def name(self) -> str:
        return self.text()

    @property
    def missing(self) -> str:
        return self._missing

    def set_picture(self, picture: QImage | None) -> None:
        self._picture = picture
        self.update()

    def set_model(self, picture: QImage | None, name: str, what: str, facts: list[str]) -> None:
        self.setText(name)
        self._picture, self._what, self._facts = picture, what, list(facts)
        self._restyle()

    def set_facts(self, facts: list[str]) -> None:
        self._facts = list(facts)
        self._restyle()

    def set_missing(self, path: str, find: Callable[[], object] | None = None) -> None:
        """The file is gone: the picture dims, the path is said, *Find…* at the right; "" for it is there again."""
        self._missing = path
        if self._find is not None:
            self._find.deleteLater()
            self._find = None
        if path and find is not None:
            self._find = Button(_("Find…"), kind="link", parent=self)
            self._find.clicked.connect(lambda _checked=False: find())
            self._find.show()
        self._restyle()

    def _lines(self) -> tuple[str, str]:
        if self._missing:
            return _("The file is gone: {path}").format(path=self._missing), ""
        return self._what, "   ".join(self._facts)

    def _restyle(self) -> None:
        what, facts = self._lines()
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(". ".join(filter(None, (what, facts.replace("   ", ", ")))))
        self.updateGeometry()
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(300), theme().px(64))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(64))

    def resizeEvent(self, event: object) -> None:
        self._place()

    def _place(self) -> None:
        what, facts = self._lines()
        room = self._text_area().width()
        small = theme().font(11)
        cut = not (draw.fits(what, small, room) and draw.fits(facts, small, room))
        cut = cut or not draw.fits(self.text(), theme().font(12, 600), room - 20)
        self.setToolTip("\n".join(filter(None, (self.text(), what, facts))) if cut else "")
        if self._find is not None:
            size = self._find.sizeHint()
            self._find.setGeometry(self.width() - size.width() - 12, 4, size.width(), size.height())

    def _text_area(self) -> QRectF:
        left = _INSET + _side() + 12
        return QRectF(left, 0, max(0, self.width() - left - 10), self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, QRectF(self.rect())
            chosen = self.isChecked()
            rest = draw.mix(now.raised, now.hover, self._fade.share)
            fill = now.sel if chosen else now.pressed if self.isDown() else rest
            line = now.accent_text if chosen else now.frame
            draw.box(painter, area, fill, line, 6, 1.5 if chosen else None)
            self._paint_picture(painter)
            self._paint_words(painter)
            side = theme().glyph()
            spot = QRectF(area.right() - side - 8, round(self._line(0).center().y() - side / 2), side, side)
            if chosen:
                icons.paint(painter, "check", spot, "accent_text")
            elif self._chevron:
                icons.paint(painter, "chevron_down", spot, "text2")

    def _paint_picture(self, painter: QPainter) -> None:
        now = theme().now
        place = QRectF(_INSET, round((self.height() - _side()) / 2), _side(), _side())
        painter.save()
        shape = QPainterPath()
        shape.addRoundedRect(place, 3, 3)
        if self._picture is None or self._picture.isNull():
            painter.fillPath(shape, now.field if now.dark else now.hover)
            icons.paint(painter, "picture", place.adjusted(16, 16, -16, -16), "text3")
        else:
            painter.setClipPath(shape)
            painter.setOpacity(0.4 if self._missing or not self.isEnabled() else 1.0)
            side = min(self._picture.width(), self._picture.height())
            source = QRectF((self._picture.width() - side) / 2, (self._picture.height() - side) / 2, side, side)
            painter.drawImage(place, self._picture, source)
        painter.restore()

    def _line(self, number: int) -> QRectF:
        """The place of the name, of what it is for and of the facts: 17 apart in the middle of the card."""
        step = theme().px(17)
        top = (self.height() - 3 * step) / 2 + 1
        area = self._text_area()
        return QRectF(area.x(), top + number * step, area.width(), step)

    def _paint_words(self, painter: QPainter) -> None:
        now, on = theme().now, self.isEnabled()
        what, facts = self._lines()
        taken = self._find.width() + 8 if self._find is not None else theme().glyph() + 4
        first = self._line(0).adjusted(0, 0, -taken, 0)
        draw.text(painter, first, self.text(), theme().font(12, 600), now.text if on else now.text3)
        shade = now.err if self._missing else now.text2 if on else now.text3
        small = theme().font(11)
        mode = Qt.TextElideMode.ElideMiddle if self._missing else Qt.TextElideMode.ElideRight
        draw.text(painter, self._line(1), what, small, shade, mode=mode)
        draw.text(painter, self._line(2), facts, small, now.text2 if self.isChecked() else now.text3)


class CardList(QWidget):
    """Cards one below the other, one chosen; arrows move. `chosen(id)` after the person chose."""

    chosen = Signal(str)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._cards: dict[str, ModelCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._current = ""

    @property
    def current(self) -> str:
        return self._current

    @property
    def cards(self) -> dict[str, ModelCard]:
        return dict(self._cards)

    def add(self, card_id: str, card: ModelCard) -> ModelCard:
        card.setParent(self)
        card.setAutoExclusive(True)
        self._cards[card_id] = card
        self._column.addWidget(card)
        card.clicked.connect(self._clicked)
        return card

    def clear(self) -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards.clear()
        self._current = ""

    def set_current(self, card_id: str) -> None:
        """Chooses without a signal; KeyError for an id that is not there."""
        self._cards[card_id].setChecked(True)
        self._current = card_id

    def _clicked(self) -> None:
        for card_id, card in self._cards.items():
            if card.isChecked() and card_id != self._current:
                self._current = card_id
                self.chosen.emit(card_id)
                return
