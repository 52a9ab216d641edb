"""The status bar: device, precision, memory · what is running · what the workspace says of itself.

When it is narrow it drops from the right, never the job. It is told what to show; it asks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button

HEIGHT = 28
_EDGE, _GAP, _WIDE_GAP = 12, 8, 16
_BAR, _MEMORY_BAR = 118, 56
_NAME = 260


@dataclass(frozen=True)
class Running:
    """What is at work: `doing` “Upscaling”, `name` of the file, `fraction` 0…1 or None, `figure` “62 %”, `left`
    “14 s left”. `more` others run beside it."""

    doing: str
    name: str = ""
    fraction: float | None = None
    figure: str = ""
    left: str = ""
    paused: bool = False
    can_pause: bool = False
    more: int = 0


@dataclass(frozen=True)
class Machine:
    """Where networks run, in words; `fallback`: the reason why it is not where it should be."""

    device: str = ""
    precision: str = ""
    memory: str = ""
    memory_share: float | None = None
    fallback: str = ""


class StatusBar(QWidget):
    """Signals: `pause()`, `stop()`, `more()` from the job's buttons, `machine_clicked()`."""

    pause = Signal()
    stop = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Status"))
        self._machine = Machine(device=_("Starting the engine"))
        self._running: Running | None = None
        self._message = ""
        self._right: list[str] = []
        self._pause = self._button("pause", _("Pause"))
        self._pause.clicked.connect(self.pause)
        self._stop = self._button("stop", _("Stop"))
        self._stop.clicked.connect(self.stop)
        theme().changed.connect(self.restyle)
        self.restyle()

    def _button(self, icon: str, name: str) -> Button:
        button = Button("", icon=icon, kind="icon", parent=self)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.hide()
        return button

    @property
    def running(self) -> Running | None:
        return self._running

    def show_machine(self, machine: Machine) -> None:
        if machine != self._machine:
            self._machine = machine
            self.setToolTip(machine.fallback)
            self.update()

    def show_running(self, running: Running | None) -> None:
        if running == self._running:
            return
        before, self._running = self._running, running
        self._pause.setVisible(running is not None and running.can_pause)
        self._stop.setVisible(running is not None)
        if running is not None and (before is None or before.paused != running.paused):
            name = _("Go on") if running.paused else _("Pause")
            self._pause.set_icon("play" if running.paused else "pause")
            self._pause.setToolTip(name)
            self._pause.setAccessibleName(name)
        self.setAccessibleDescription(self._spoken(before, running))
        self.update()

    def show_right(self, texts: list[str]) -> None:
        if texts != self._right:
            self._right = list(texts)
            self.update()

    def _spoken(self, before: Running | None, now: Running | None) -> str:
        """Told to a screen reader at the beginning, at every tenth, and at the end."""
        if now is None:
            return _("Ready")
        if before is not None and before.name == now.name:
            tenths = [int((one.fraction or 0) * 10) for one in (before, now)]
            if tenths[0] == tenths[1]:
                return self.accessibleDescription()
        return " ".join(filter(None, (now.doing, now.name, now.figure, now.left)))

    @Slot()
    def restyle(self) -> None:
        self.setFixedHeight(theme().px(HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme().now
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), now.window)
            painter.setPen(now.edge)
            painter.drawLine(0, 0, self.width(), 0)
            _Line(self, painter).draw()

    def place_buttons(self, x: int) -> int:
        """Called while painting, when it is known where the job's text ends: the buttons follow it."""
        side = min(theme().px(24), self.height() - 2)
        for button in (self._pause, self._stop):
            if not button.isHidden():
                where = QRect(QPoint(x, (self.height() - side) // 2), QSize(side, side))
                if button.geometry() != where:
                    button.setGeometry(where)
                x += side + 2
        return x

    def parts(self) -> tuple[Machine, Running | None, list[str]]:
        return self._machine, self._running, self._right


class _Line:
    """Draws the bar from left to right; `room` is where the right part begins."""

    def __init__(self, bar: StatusBar, painter: QPainter) -> None:
        self._bar, self._painter = bar, painter
        self._font = theme().font(11)
        self._metrics = QFontMetrics(self._font)
        self._x = _EDGE
        painter.setFont(self._font)

    def draw(self) -> None:
        machine, running, right = self._bar.parts()
        job = self._job_width(running)
        self._machine(machine, self._bar.width() - job - _EDGE)
        self._separator()
        self._job(running)
        self._right(right)

    def _job_width(self, running: Running | None) -> int:
        if running is None:
            return self._metrics.horizontalAdvance(_("Ready")) + _WIDE_GAP
        texts = (running.doing, running.name[:30], running.figure, running.left)
        return sum(self._metrics.horizontalAdvance(text) + _GAP for text in texts) + _BAR + 90

    def _machine(self, machine: Machine, limit: int) -> None:
        now = theme().now
        glyph, colour = ("warn", now.warn) if machine.fallback else ("chip_cpu", now.text2)
        self._icon(glyph, colour)
        self._text(machine.device, now.warn if machine.fallback else now.text2, _WIDE_GAP)
        if self._fits(machine.precision, limit):
            self._text(machine.precision, now.text2, _WIDE_GAP)
        if self._fits(machine.memory, limit - _MEMORY_BAR):
            self._text(machine.memory, now.text2)
            if machine.memory_share is not None:
                self._meter(_MEMORY_BAR, machine.memory_share, now.text3)
                self._x += _WIDE_GAP

    def _fits(self, text: str, limit: int) -> bool:
        return bool(text) and self._x + self._metrics.horizontalAdvance(text) < limit

    def _separator(self) -> None:
        self._painter.setPen(theme().now.line)
        self._painter.drawLine(self._x, 8, self._x, self._bar.height() - 8)
        self._x += _GAP + 4

    def _job(self, running: Running | None) -> None:
        now = theme().now
        if running is None:
            self._text(_("Ready"), now.text2, _WIDE_GAP)
            return
        self._dot(now.text3 if running.paused else now.accent)
        self._text(running.doing, now.text, strong=True)
        room = max(self._bar.width() - self._x - _BAR - 200, 60)
        self._text(self._metrics.elidedText(running.name, Qt.TextElideMode.ElideMiddle, min(_NAME, room)), now.text)
        if running.fraction is not None:
            self._meter(_BAR, running.fraction, now.accent)
            self._x += _GAP
        self._text(running.figure, now.text, _GAP + 2)
        self._text(running.left, now.text2, _GAP)
        self._x = self._bar.place_buttons(self._x)
        if running.more:
            self._text(f"+{running.more}", now.text3)

    def _right(self, texts: list[str]) -> None:
        """The last is the most important: the first ones are left out when there is no room."""
        x = self._bar.width() - _EDGE
        self._painter.setPen(theme().now.text2)
        for text in reversed([one for one in texts if one]):
            width = self._metrics.horizontalAdvance(text)
            if x - width < self._x + _WIDE_GAP:
                return
            self._painter.drawText(
                QRect(x - width, 0, width + 1, self._bar.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            x -= width + _WIDE_GAP

    def _text(self, text: str, colour: object, gap: int = _GAP, strong: bool = False) -> None:
        if not text:
            return
        self._painter.setFont(theme().font(11, 500) if strong else self._font)
        width = self._painter.fontMetrics().horizontalAdvance(text)
        self._painter.setPen(colour)  # type: ignore[arg-type]
        self._painter.drawText(QRect(self._x, 0, width + 2, self._bar.height()), Qt.AlignmentFlag.AlignVCenter, text)
        self._x += width + gap

    def _icon(self, name: str, colour: object) -> None:
        pixmap = icons.pixmap(name, colour, 16, self._bar.devicePixelRatioF())  # type: ignore[arg-type]
        self._painter.drawPixmap(self._x, (self._bar.height() - 16) // 2, pixmap)
        self._x += 16 + 6

    def _dot(self, colour: object) -> None:
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)  # type: ignore[arg-type]
        self._painter.drawEllipse(QRect(self._x, self._bar.height() // 2 - 3, 7, 7))
        self._x += 7 + _GAP

    def _meter(self, width: int, share: float, colour: object) -> None:
        y = self._bar.height() // 2 - 1
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(Qt.PenStyle.NoPen)
        for length, brush in ((width, theme().now.track), (round(width * min(max(share, 0.0), 1.0)), colour)):
            self._painter.setBrush(brush)  # type: ignore[arg-type]
            self._painter.drawRoundedRect(QRect(self._x, y, length, 3), 1.5, 1.5)
        self._x += width
