"""The run button: primary when idle, a bar with figures and Stop of the same size while it runs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .button import Button, Kind
from .progress import Announcer
from .wording import left as left_words
from .wording import percent


class _Running(QWidget):
    """The bar: how far, how long still, and at its right end Stop."""

    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.fraction: float | None = None
        self.left: float | None = None
        self.doing = ""
        self._over = self._down = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Stop"))
        self.setToolTip(_("Stop  Esc"))
        follow(self.update)

    def words(self) -> list[str]:
        known = [percent(self.fraction)] if self.fraction is not None else []
        if self.left is not None:
            known.append(left_words(self.left))
        return known if not self.doing else [*known, self.doing]

    def _stop_area(self) -> QRectF:
        wide = theme().metrics(12, 500).horizontalAdvance(_("Stop")) + theme().glyph() + 34
        return QRectF(self.width() - wide, 0, wide, self.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._over = self._stop_area().contains(event.position())
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = self._down = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._down = self._stop_area().contains(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._down = self._down, False
        self.update()
        if was and self._stop_area().contains(event.position()):
            self.stopped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stopped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, QRectF(self.rect())
            whole = QPainterPath()
            whole.addRoundedRect(area, draw.RADIUS, draw.RADIUS)
            painter.fillPath(whole, now.sel)
            if self.fraction:
                painter.save()
                painter.setClipRect(QRectF(0, 0, round(area.width() * min(1.0, self.fraction)), area.height()))
                painter.fillPath(whole, draw.mix(now.sel, now.accent, 0.5 if now.dark else 0.3))
                painter.restore()
            stop = self._stop_area()
            if self._over or self._down:
                painter.save()
                painter.setClipRect(stop)
                painter.fillPath(whole, draw.mix(now.sel, now.text, 0.16 if self._down else 0.08))
                painter.restore()
            if now.contrast:
                draw.box(painter, area, None, now.frame)
            self._paint_words(painter, stop)

    def _paint_words(self, painter: QPainter, stop: QRectF) -> None:
        now, high = theme().now, self.height()
        x = 12.0
        for number, word in enumerate(self.words()):
            font = theme().font(12, 500)
            room = QRectF(x, 0, stop.left() - x - 4, high)
            if number and room.width() < theme().metrics(12, 500).horizontalAdvance(word):
                break
            x += draw.text(painter, room, word, font, now.text) + 12
        painter.setPen(QPen(draw.mix(now.sel, now.text, 0.25), draw.hair(painter)))
        painter.drawLine(round(stop.left()), 8, round(stop.left()), high - 8)
        side = theme().glyph()
        icons.paint(painter, "stop", QRectF(round(stop.left()) + 12, (high - side) // 2, side, side), "text")
        draw.text(painter, stop.adjusted(18 + side, 0, 0, 0), _("Stop"), theme().font(12, 500), now.text)


class RunButton(QWidget):
    """`pressed` when idle and pressed, `stopped` when running and stopped."""

    pressed = Signal()
    stopped = Signal()

    def __init__(self, text: str, shortcut: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._button = Button(text, kind="primary", shortcut=shortcut, large=True, parent=self)
        self._running = _Running(self)
        self._announcer = Announcer(self)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        stack = QStackedLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self._button)
        stack.addWidget(self._running)
        self._stack = stack
        self._button.clicked.connect(self.pressed)
        self._running.stopped.connect(self.stopped)
        self.setFocusProxy(self._button)

    @property
    def running(self) -> bool:
        return self._stack.currentWidget() is self._running

    def set_text(self, text: str, shortcut: str | None = None) -> None:
        self._button.set_text(text, shortcut)
        self.setAccessibleName(text)

    def set_kind(self, kind: Kind) -> None:
        """ "normal" while a notice has the one primary button of the view."""
        self._button.set_kind(kind)

    def set_possible(self, possible: bool, reason: str = "") -> None:
        self._button.set_possible(possible, reason)

    def run_state(self, fraction: float | None, left: float | None = None, doing: str = "") -> None:
        """Shows the bar: fraction 0 to 1 or None, seconds left or None, a word ("Starting the engine, 3 s")."""
        bar = self._running
        bar.fraction, bar.left, bar.doing = fraction, left, doing
        if not self.running:
            self._turn(bar)
        if fraction is not None:
            self._announcer.tell(fraction)
        bar.setAccessibleDescription("  ".join(bar.words()))
        bar.update()

    def idle(self) -> None:
        if self.running:
            self._turn(self._button)

    def _turn(self, to: QWidget) -> None:
        had = self._button.hasFocus() or self._running.hasFocus()
        self._stack.setCurrentWidget(to)
        self.setFocusProxy(to)
        if had:
            to.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(self._button.sizeHint().width(), theme().px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), theme().px(32))
