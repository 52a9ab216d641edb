"""A thin bar that jumps to the true value; nothing is invented where the whole is unknown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from . import accessible, draw
from .wording import percent


class Announcer:
    """Tells those who listen every 10 % and the end."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._told = 0

    def tell(self, fraction: float) -> None:
        tenth = int(fraction * 10)
        if tenth < self._told:
            self._told = tenth
        if tenth > self._told:
            self._told = tenth
            words = f"{self._widget.accessibleName()} {percent(fraction)}".strip()
            accessible.announce(self._widget, words)


class ProgressBar(QWidget):
    """`set(fraction)`, 0 to 1; `set(None)` when the whole is unknown: an empty track. `quiet` fills with text3
    (shares of memory), else with accent."""

    spoken_role = QAccessible.Role.ProgressBar

    def __init__(self, thickness: int = 4, name: str = "", quiet: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thick, self._quiet = thickness, quiet
        self._fraction: float | None = 0.0
        self._announcer = Announcer(self)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self.update)

    @property
    def fraction(self) -> float | None:
        return self._fraction

    def set(self, fraction: float | None) -> None:
        shown = None if fraction is None else min(1.0, max(0.0, fraction))
        if shown != self._fraction:
            self._fraction = shown
            if shown is not None and not self._quiet:
                self._announcer.tell(shown)
            self.update()

    def spoken_value(self) -> str:
        return "" if self._fraction is None else percent(self._fraction)

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return None if self._fraction is None else (100 * self._fraction, 0.0, 100.0, 1.0)

    def speak_to(self, value: float) -> None:
        """Nothing: a bar only tells."""

    def step_by(self, steps: float) -> None:
        """Nothing: a bar only tells."""

    def sizeHint(self) -> QSize:
        return QSize(120, self._thick)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, radius = theme().now, self._thick / 2
            area = QRectF(0, (self.height() - self._thick) / 2, self.width(), self._thick)
            draw.box(
                painter, area, now.field if now.contrast else now.track, now.frame if now.contrast else None, radius
            )
            if self._fraction:
                wide = max(self._thick, area.width() * self._fraction)
                fill = now.text3 if self._quiet else now.accent
                draw.box(painter, QRectF(area.x(), area.y(), wide, self._thick), fill, None, radius)
