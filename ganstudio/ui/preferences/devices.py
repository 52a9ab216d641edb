"""The devices as cards, with what was measured of each: the one in use, the ones that could be, and why others not."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

import psutil
from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.desk import Desk
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.wording import bytes_, device_name

_HEIGHT, _LEFT, _BAR = 56, 46, 180
_MODEL = "photo"  # speeds are told of this one


@dataclass(frozen=True)
class Device:
    """One card. `speed`: megapixels a second, None while unknown; `reason`: why it cannot be chosen."""

    id: str
    name: str
    about: str
    reason: str = ""
    speed: float | None = None


def devices(desk: Desk) -> list[Device]:
    """What could be chosen on this computer; a device that is not here stands there with the reason."""
    facts, per_mp = desk.engine.facts, desk.engine.ask_time(_MODEL, 1000, 1000)
    speed = 1 / per_mp if per_mp else None
    memory = bytes_(psutil.virtual_memory().total)
    cores = os.cpu_count() or 1

    def measured(kind: str) -> float | None:
        return speed if facts is not None and facts.kind == kind else None

    now = ""
    if facts is not None:
        now = _("Now: {device}, {precision}.").format(device=device_name(facts.device), precision=facts.precision)
    about = f"{now} {facts.note}".strip() if facts else _("The engine is starting; what it chooses will stand here.")
    found = [
        Device("auto", _("Automatic"), about, "", speed),
        Device(
            "cpu",
            _("Processor, {count} threads").format(count=cores),
            _("{size} of memory").format(size=memory),
            speed=measured("cpu"),
        ),
    ]
    no_nvidia = _without_nvidia()
    found.append(Device("cuda", _("NVIDIA graphics card"), "", no_nvidia, measured("cuda")))
    if sys.platform == "darwin":
        found.append(Device("mps", _("Apple graphics processor"), "", "", measured("mps")))
    return found


def _without_nvidia() -> str:
    """Why an NVIDIA card cannot be chosen; "" when it can."""
    if not shutil.which("nvidia-smi"):
        return _("No NVIDIA card with a driver is here.")
    from ganstudio.runtime.builds.kinds import installed  # not at the window's start

    now = installed()
    if now is not None and not now.cuda:
        return _("This program's PyTorch is for the processor. In a terminal: ganstudio doctor --get cuda")
    return ""


class DeviceCard(QAbstractButton):
    """A radio button as a card."""

    def __init__(self, device: Device, fastest: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.device, self._fastest = device, fastest
        self.setCheckable(True)
        self.setEnabled(not device.reason)
        self.setAccessibleName(device.name)
        self.setAccessibleDescription(device.reason or device.about)
        self.setToolTip(device.reason or device.about)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring_radius", 6)
        theme().changed.connect(self._restyle)
        self._restyle()

    @Slot()
    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HEIGHT))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        now, chosen = theme().now, self.isChecked()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            card = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
            edge = QPen(now.accent_text, 1.5) if chosen else QPen(now.line) if now.frame or self.device.reason else None
            painter.setPen(edge or Qt.PenStyle.NoPen)
            fill = (
                now.panel
                if self.device.reason
                else now.sel
                if chosen
                else now.hover
                if self.underMouse()
                else now.raised
            )
            painter.setBrush(fill)
            painter.drawRoundedRect(card, 6, 6)
            self._mark(painter, chosen)
            right = self.width() - 16
            if self.device.speed is not None:
                right = self._speed(painter, right, chosen)
            middle = self.height() // 2
            title = theme().font(12, 600)
            self._line(painter, title, self.device.name, middle - theme().px(20), right, bool(self.device.reason))
            about = self.device.reason or self.device.about
            self._line(painter, theme().font(11), about, middle + 1, right, True)

    def _mark(self, painter: QPainter, chosen: bool) -> None:
        now, middle = theme().now, self.height() / 2
        if self.device.reason:
            icons.paint(painter, "info", QRectF(15, middle - 8, 16, 16), "text3")
            return
        painter.setPen(QPen(now.accent_text if chosen else now.text3, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(16, middle - 7, 14, 14))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.accent_text)
            painter.drawEllipse(QRectF(20, middle - 3, 6, 6))

    def _speed(self, painter: QPainter, right: int, chosen: bool) -> int:
        """The figure, and a bar where there is room for one; where they begin."""
        now, speed = theme().now, self.device.speed or 0.0
        text = _("{n} megapixels a second").format(n=f"{speed:.2g}")
        painter.setFont(theme().font(12))
        painter.setPen(now.text)
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.drawText(QRectF(right - width, 0, width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        right -= width + 16
        if right < 3 * _BAR:
            return right
        painter.setPen(Qt.PenStyle.NoPen)
        lengths = ((_BAR, now.track), (round(_BAR * speed / self._fastest), now.accent_text if chosen else now.text3))
        for length, colour in lengths:
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(right - _BAR, self.height() / 2 - 1.5, length, 3), 1.5, 1.5)
        return right - _BAR - 16

    def _line(self, painter: QPainter, font: QFont, text: str, top: int, right: int, quiet: bool) -> None:
        painter.setFont(font)
        painter.setPen(theme().now.text2 if quiet else theme().now.text)
        room = right - _LEFT
        height = painter.fontMetrics().height()
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(_LEFT, top, room, height), Qt.AlignmentFlag.AlignVCenter, shown)


class DeviceCards(QWidget):
    """`chosen(id)` when another device is taken."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._group: QButtonGroup | None = None
        self.cards: list[DeviceCard] = []
        self._shown: list[Device] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        desk.engine.facts_changed.connect(self.refresh)
        desk.engine.measured.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """As the engine and the settings have it now; the cards are made anew only where something differs."""
        now = devices(self._desk)
        if now != self._shown:
            self._make(now)
        wanted = self._desk.settings.value.device
        for card in self.cards:
            card.setChecked(card.device.id == wanted)

    def _make(self, now: list[Device]) -> None:
        focused = next((card.device.id for card in self.cards if card.hasFocus()), "")
        layout = self.layout()
        for card in self.cards:
            card.hide()
            card.deleteLater()
        if self._group is not None:
            self._group.deleteLater()
        self._group = QButtonGroup(self)
        fastest = max([one.speed for one in now if one.speed], default=1.0)
        self.cards, self._shown = [DeviceCard(one, fastest, self) for one in now], now
        for card in self.cards:
            self._group.addButton(card)
            card.clicked.connect(self._clicked)
            if layout is not None:
                layout.addWidget(card)
            if card.device.id == focused:
                card.setFocus()

    @Slot()
    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, DeviceCard):
            self.chosen.emit(sender.device.id)
