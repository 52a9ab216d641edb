"""A style as a small card: its picture and its name; and a grid of them of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw

COLUMNS = 3
_SHAPE = 0.56  # height of the picture to its width


class StyleCard(QAbstractButton):
    """`icon` stands where there is no picture."""

    def __init__(self, picture: QImage | None, name: str, what: str = "", icon: str = "picture") -> None:
        super().__init__()
        self._picture, self._icon = picture, icon
        self.setText(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setProperty("ring_radius", 4)
        self.setAccessibleName(name)
        self.setAccessibleDescription(what)
        self.setToolTip("\n".join(filter(None, (name, what))))
        follow(self.updateGeometry)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * _SHAPE) + theme().px(20)

    def sizeHint(self) -> QSize:
        width = theme().px(96)
        return QSize(width, self.heightForWidth(width))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, chosen = theme().now, self.isChecked()
            place = QRectF(1.0, 1.0, self.width() - 2.0, round(self.width() * _SHAPE) - 2.0)
            self._paint_picture(painter, place)
            line = now.accent_text if chosen else now.text3 if self.underMouse() else None
            if line is not None:
                shape = QPainterPath()
                shape.addRoundedRect(place, 4, 4)
                pen = painter.pen()
                pen.setColor(line)
                pen.setWidthF(2.0 if chosen else 1.0)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(shape)
            words = QRectF(1, place.bottom() + 2, self.width() - 2, self.height() - place.bottom() - 2)
            font = theme().font(11, 600 if chosen else 400)
            draw.text(painter, words, self.text(), font, now.text if self.isEnabled() else now.text3)

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        now = theme().now
        shape = QPainterPath()
        shape.addRoundedRect(place, 3, 3)
        if self._picture is None or self._picture.isNull():
            painter.fillPath(shape, now.field if now.dark else now.hover)
            side = theme().glyph(16)
            spot = QRectF(place.center().x() - side / 2, place.center().y() - side / 2, side, side)
            icons.paint(painter, self._icon, spot, "text2")
            return
        painter.save()
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        wide, high = self._picture.width(), self._picture.height()
        share = max(place.width() / wide, place.height() / high)
        cut_wide, cut_high = place.width() / share, place.height() / share
        source = QRectF((wide - cut_wide) / 2, (high - cut_high) / 2, cut_wide, cut_high)
        painter.drawImage(place, self._picture, source)
        painter.restore()


class StyleGrid(QWidget):
    """Cards in rows, one chosen; arrows move. `chosen(id)` after the person chose."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._cards: dict[str, StyleCard] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)

    @property
    def cards(self) -> dict[str, StyleCard]:
        return dict(self._cards)

    def set_cards(self, cards: dict[str, StyleCard]) -> None:
        for card in self._cards.values():
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = dict(cards)
        for place, (card_id, card) in enumerate(self._cards.items()):
            card.setParent(self)
            card.setObjectName(card_id)
            card.clicked.connect(self._clicked)
            self._grid.addWidget(card, place // COLUMNS, place % COLUMNS)
            card.show()

    def set_current(self, card_id: str) -> None:
        """Chooses without a signal; an id that is not there chooses none."""
        for one, card in self._cards.items():
            card.setChecked(one == card_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -COLUMNS, Qt.Key.Key_Down: COLUMNS,
        }  # fmt: skip
        ids = list(self._cards)
        held = next((at for at, one in enumerate(ids) if self._cards[one].hasFocus()), None)
        step = steps.get(Qt.Key(event.key()))
        if held is None or step is None or not 0 <= held + step < len(ids):
            super().keyPressEvent(event)
            return
        self._cards[ids[held + step]].setFocus(Qt.FocusReason.TabFocusReason)

    def _clicked(self) -> None:
        card = self.sender()
        if isinstance(card, StyleCard):
            self.chosen.emit(card.objectName())
