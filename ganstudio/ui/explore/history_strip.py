"""The film-strip under the stage: a small picture of every step; a click goes there, what was taken back is dim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from ganstudio.core.latent import Latent
from ganstudio.core.latent.thumbs import SIDE as THUMB
from ganstudio.core.text import _, ngettext_
from ganstudio.ui import icons
from ganstudio.ui.explore.images import Thumbnails
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.theme.tokens import PICTURE_LABEL
from ganstudio.ui.widgets import accessible, draw
from ganstudio.ui.widgets.label import ElidedLabel, Label

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

SIDE, _GAP, _PAD = 56, 6, 12
_NARROW_SIDE = 36
_CHANNEL, _ASKED = "history", 24


class Film(QWidget):
    """The pictures in a row. `jump` goes to a step."""

    spoken_role = QAccessible.Role.List

    def __init__(self, journey: Journey, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey, self._thumbnails = journey, thumbnails
        self._side = SIDE
        self._over = -1
        self._ring = False
        self.setAccessibleName(_("History"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        thumbnails.made.connect(self.update)
        self.fit()

    def set_side(self, side: int) -> None:
        if side != self._side:
            self._side = side
            self.fit()

    @property
    def side(self) -> int:
        return theme().px(self._side)

    def fit(self) -> None:
        count = len(self._journey.steps)
        self.setFixedSize(count * (self.side + _GAP) - _GAP + 2 * _PAD, self.side + 4)
        self.update()

    def place(self, index: int) -> QRectF:
        return QRectF(_PAD + index * (self.side + _GAP), 2, self.side, self.side)

    def _hit(self, pos: QPoint) -> int:
        index = (pos.x() - _PAD) // (self.side + _GAP)
        inside = 0 <= index < len(self._journey.steps) and self.place(index).contains(pos)
        return index if inside else -1

    # Input

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._hit(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._journey.jump(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._hit(event.position().toPoint())
        if over != self._over:
            self._over = over
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._journey.jump(0 if key == Qt.Key.Key_Home else len(self._journey.steps) - 1)
        else:  # the workspace takes the arrows, wherever the focus is
            super().keyPressEvent(event)
        self._ring = True
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._hit(event.pos())
            QToolTip.showText(event.globalPos(), self._words(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    # Said

    def _words(self, index: int) -> str:
        return self._journey.steps[index].words or _("Opened")

    def spoken_value(self) -> str:
        at, all = self._journey.at, len(self._journey.steps)
        return _("{step}, {at} of {all}").format(step=self._words(at), at=at + 1, all=all)

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return float(self._journey.at + 1), 1.0, float(len(self._journey.steps)), 1.0

    def speak_to(self, value: float) -> None:
        self._journey.jump(min(max(0, round(value) - 1), len(self._journey.steps) - 1))

    def step_by(self, steps: float) -> None:
        self.speak_to(self._journey.at + 1 + steps)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            seen = event.rect()
            first = max(0, (seen.left() - _PAD) // (self.side + _GAP))
            last = min(len(self._journey.steps) - 1, (seen.right() - _PAD) // (self.side + _GAP))
            hearts = {one.latent for one in self._journey.session.favourites}
            for index in range(first, last + 1):
                self._paint_step(painter, index, hearts)

    def _paint_step(self, painter: QPainter, index: int, hearts: set[Latent]) -> None:
        now, area = theme().now, self.place(index)
        step, at = self._journey.steps[index], self._journey.at
        image = self._thumbnails.of(step.thumb) or self._before(index)
        painter.setOpacity(0.4 if index > at else 1.0)
        if image is None or image.isNull():
            draw.box(painter, area, now.raised, now.frame, 3)
        else:
            self._paint_image(painter, area, image)
        if step.latent in hearts:
            side = theme().glyph(12)
            icons.paint(painter, "heart", QRectF(area.right() - side - 4, area.y() + 4, side, side), PICTURE_LABEL)
        painter.setOpacity(1.0)
        if index == at:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(now.accent_text, 2.0))
            painter.drawRoundedRect(area.adjusted(-1, -1, 1, 1), 4, 4)
            if self._ring:
                painter.setPen(QPen(now.text, 1.0))
                painter.drawRoundedRect(area.adjusted(2, 2, -2, -2), 2, 2)
        elif index == self._over:
            draw.box(painter, area, None, now.text2, 3, 1.0)

    def _before(self, index: int) -> QImage | None:
        """While a step has no picture yet: that of the one it came from."""
        steps = self._journey.steps
        return self._thumbnails.of(steps[index - 1].thumb) if index > 0 and index == self._journey.at else None

    def _paint_image(self, painter: QPainter, area: QRectF, image: QImage) -> None:
        path = QPainterPath()
        path.addRoundedRect(area, 3, 3)
        painter.save()
        painter.setClipPath(path)
        painter.drawImage(area, image)
        painter.restore()


class HistoryStrip(QWidget):
    """The strip with its head: how many steps, which one is shown."""

    def __init__(
        self, journey: Journey, link: ExploreLink, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._journey, self._link, self._thumbnails = journey, link, thumbnails
        self._asked: list[Latent] = []  # steps that one went over too quickly for a picture
        self._shown = (-1, -1)
        self._words = ""
        self._seen: object = None
        self.film = Film(journey, thumbnails)
        self.title = Label(_("History"), 12, 600, color="text")
        self.words = ElidedLabel("", size=11, color="text3")
        self._scroll = _Sideways()
        self._scroll.setWidget(self.film)
        self._scroll.setAccessibleName(_("History"))
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(_PAD, 0, _PAD, 0)
        head.setSpacing(16)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 6)
        column.setSpacing(6)
        column.addWidget(self._head)
        column.addWidget(self._scroll)
        self._following = QTimer(self, interval=0, singleShot=True)
        self._following.timeout.connect(self._to_step)
        journey.stepped.connect(self._stepped)
        journey.session_changed.connect(self._session_changed)
        journey.rested.connect(self._ask_missing)
        journey.rested.connect(self._say)
        link.thumb.connect(self._take)
        thumbnails.packed.connect(self._packed)
        follow(self._restyle)
        self._stepped()

    def set_narrow(self, narrow: bool) -> None:
        """64 high where there is little room."""
        self._head.setVisible(not narrow)
        self.film.set_side(_NARROW_SIDE if narrow else SIDE)
        self._restyle()

    def _restyle(self) -> None:
        self.film.fit()
        self._scroll.setFixedHeight(self.film.height() + 8)
        self.update()

    @Slot()
    def _stepped(self) -> None:
        steps, at = self._journey.steps, self._journey.at
        if (len(steps), at) != self._shown:
            if len(steps) != self._shown[0]:
                self.film.fit()
            self._shown = len(steps), at
            accessible.tell(self.film, self.film.spoken_value())
            self._following.start()
            self.film.update()
            self._say()

    @Slot()
    def _say(self, *_unused: object) -> None:
        """How many steps, and what the shown one was; not with each move of a slider."""
        steps, at = self._journey.steps, self._journey.at
        said = ngettext_("{count} step", "{count} steps", len(steps) - 1).format(count=len(steps) - 1)
        words = "    ".join(one for one in (said, steps[at].words) if one)
        if words != self._words:
            self._words = words
            self.words.set_text(words)

    @Slot()
    def _session_changed(self) -> None:
        """Thumbnails came, or favourites: not with each move of a slider."""
        session = self._journey.session
        seen = session.favourites, [step.thumb for step in session.steps if step.thumb]
        if seen != self._seen:
            self._seen = seen
            self.film.update()

    @Slot(object)
    def _ask_missing(self, _latent: Latent) -> None:
        """The last steps without a picture, of the model that is open."""
        model = self._journey.latent.model
        near = self._journey.steps[: self._journey.at][-_ASKED:]
        self._asked = [one.latent for one in near if not one.thumb and one.latent.model == model]
        if self._asked:
            self._link.thumbs(_CHANNEL, self._asked, THUMB)

    @Slot(str, int, object)
    def _take(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel == _CHANNEL and index < len(self._asked):
            self._thumbnails.pack((_CHANNEL, self._asked[index]), picture)

    @Slot(object, bytes)
    def _packed(self, key: object, thumb: bytes) -> None:
        if isinstance(key, tuple) and key[0] == _CHANNEL:
            steps = self._journey.steps
            place = next((n for n, one in enumerate(steps) if one.latent == key[1] and not one.thumb), -1)
            if place >= 0:
                self._journey.change(lambda session: session.with_step_thumb(place, thumb))

    @Slot()
    def _to_step(self) -> None:
        area = self.film.place(self._journey.at)
        self._scroll.ensureVisible(round(area.center().x()), 8, self.film.side, 0)

    def sizeHint(self) -> QSize:
        return QSize(400, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            painter.fillRect(0, 0, self.width(), 1, theme().now.edge)


class _Sideways(QScrollArea):
    """Scrolls sideways by the wheel, too."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def setWidget(self, widget: QWidget) -> None:
        super().setWidget(widget)
        widget.setAutoFillBackground(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned)
        event.accept()
