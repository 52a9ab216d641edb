"""A switch: on or off, said by the knob's place, not by colour alone."""

from __future__ import annotations

from PySide6.QtCore import Property, QEasingCurve, QPoint, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from . import draw


def _sizes() -> tuple[int, int, int]:
    """Width, height and knob; they grow with the text."""
    now = theme()
    return now.glyph(28), now.glyph(16), now.glyph(12)


class ToggleSwitch(QAbstractButton):
    """`toggled(bool)` when it changes; `name` is what it switches, for those who do not see the label."""

    def __init__(self, checked: bool = False, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_radius", 8)
        self._at = float(checked)
        self.setChecked(checked)
        self._moves = QPropertyAnimation(self, b"at", self)
        self._moves.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.toggled.connect(self._slide)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_sizes()[0] + 2, theme().px(24))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _slide(self, on: bool) -> None:
        self._moves.stop()
        self._moves.setDuration(theme().millis(120) if self.isVisible() else 0)
        self._moves.setEndValue(float(on))
        self._moves.start()

    def _get(self) -> float:
        return self._at

    def _set(self, at: float) -> None:
        self._at = at
        self.update()

    at = Property(float, _get, _set)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            wide, high, side = _sizes()
            area = QRectF(1, (self.height() - high) / 2, wide, high)
            ground = draw.mix(now.track, now.accent, self._at)
            if self.underMouse() and self.isEnabled():
                ground = draw.mix(ground, now.text, 0.08)
            if not self.isEnabled():
                ground = now.raised if now.dark else now.hover
            line = now.line if not self.isEnabled() else now.frame if now.contrast else None
            draw.box(painter, area, ground, line, high / 2)
            x = area.x() + 2 + (wide - side - 4) * self._at
            knob = QRectF(x, area.y() + 2, side, side)
            fill = now.knob if self.isEnabled() else now.track
            painter.setBrush(fill)
            painter.setPen(QPen(now.knob_line, 1) if now.knob_line and self._at < 0.5 else Qt.PenStyle.NoPen)
            painter.drawEllipse(knob)
