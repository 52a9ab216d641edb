"""The zoom pill at the canvas' lower edge: − 66 % + | Fit; and the handle of the split line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QLineEdit, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons, theme
from ganstudio.ui.widgets import draw, wording
from ganstudio.ui.widgets.button import Button

if TYPE_CHECKING:
    from ganstudio.ui.canvas.viewport import Viewport

_ABOVE = 12  # logical pixels between the pill and the lower edge
_HANDLE = 30


class ZoomPill(QWidget):
    def __init__(self, canvas: Viewport) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.field = _ZoomField(canvas, self)
        less = Button(_("Zoom out"), "minus", "icon", "-", parent=self)
        more = Button(_("Zoom in"), "plus", "icon", "+", parent=self)
        fit = Button(_("Fit"), kind="quiet", parent=self)
        fit.setToolTip(_("The whole picture (2)"))
        less.clicked.connect(canvas.zoom_out)
        more.clicked.connect(canvas.zoom_in)
        fit.clicked.connect(canvas.fit)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(2)
        for part in (less, self.field, more, fit):
            row.addWidget(part)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(_("Zoom"))
        canvas.covers.add(self)
        theme.theme().changed.connect(self.place)
        self.place()

    @Slot()
    def place(self) -> None:
        """To the middle of the lower edge; hidden where there is no picture or no room."""
        self.adjustSize()
        canvas = self._canvas
        self.move((canvas.width() - self.width()) // 2, canvas.height() - self.height() - _ABOVE)
        self.setVisible(canvas.shown is not None and canvas.width() > self.width() + 2 * _ABOVE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # between the buttons it is not the picture that was meant

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme.theme().now
            draw.box(painter, self.rect(), now.panel, now.line, radius=8)


class _ZoomField(QLineEdit):
    """The zoom in percent; another may be typed."""

    def __init__(self, canvas: Viewport, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(_("Zoom in percent"))
        self.setToolTip(_("Zoom: 100 % is one pixel of the screen per pixel of the picture"))
        self.setStyleSheet("background: transparent; border: none; padding: 0;")
        theme.follow(self._restyle)
        canvas.zoom_changed.connect(self._show)
        self.returnPressed.connect(self._typed)
        self._show(canvas.zoom)

    def _restyle(self) -> None:
        self.setFont(theme.font())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        now = theme.theme()
        return QSize(now.metrics(12).horizontalAdvance(f"6{wording.THIN}400 %") + 8, now.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @Slot(float)
    def _show(self, zoom: float) -> None:
        percent = 100 * zoom
        self.setText(_("{percent} %").format(percent=wording.number(percent, 0 if percent >= 10 else 1)))

    @Slot()
    def _typed(self) -> None:
        """What is no number is put back."""
        try:
            typed = "".join(self.text().replace("%", "").replace(",", ".").split())
            self._canvas.set_zoom(float(typed) / 100)
        except ValueError:
            self._show(self._canvas.zoom)
        self._canvas.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show(self._canvas.zoom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._canvas.setFocus()
        else:
            super().keyPressEvent(event)


class SplitHandle(QAbstractSlider):
    """The round handle on the split line: dragged, or moved by arrows (1 %), Page (10 %), Home and End."""

    def __init__(self, canvas: Viewport) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 1000)
        self.setSingleStep(10)
        self.setPageStep(100)
        self.setValue(round(canvas.split * 1000))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(_("Split between original and result"))
        self.setToolTip(_("Drag, or ← and →"))
        self.setProperty("ring_radius", _HANDLE // 2)
        self.resize(_HANDLE, _HANDLE)
        self.valueChanged.connect(self._moved)
        canvas.split_changed.connect(self.place)
        canvas.mode_changed.connect(self.place)
        canvas.view_changed.connect(self.place)
        self.place()

    @Slot()
    def place(self) -> None:
        """On the line, in the middle of its height; hidden where there is no line to be seen."""
        canvas = self._canvas
        self.move(round(canvas.split * canvas.width()) - _HANDLE // 2, (canvas.height() - _HANDLE) // 2)
        self.setVisible(canvas.shown_mode == "split" and not canvas.hidden().intersects(self.geometry()))
        self.blockSignals(True)
        self.setValue(round(canvas.split * 1000))
        self.blockSignals(False)

    @Slot(int)
    def _moved(self, value: int) -> None:
        if value != round(self._canvas.split * 1000):
            self._canvas.set_split(value / 1000)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(event.button() == Qt.MouseButton.LeftButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._canvas.set_split(self.mapToParent(event.position()).x() / max(self._canvas.width(), 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 60))
            painter.drawEllipse(QPointF(_HANDLE / 2, _HANDLE / 2 + 0.5), _HANDLE / 2 - 0.5, _HANDLE / 2 - 0.5)
            painter.setBrush(QColor(255, 255, 255))
            painter.drawEllipse(QPointF(_HANDLE / 2, _HANDLE / 2), _HANDLE / 2 - 1.5, _HANDLE / 2 - 1.5)
            dark = QColor(0x1C, 0x1C, 0x1C)
            for name, x in (("chevron_left", 3.0), ("chevron_right", _HANDLE - 15.0)):
                icons.paint(painter, name, QRectF(x, (_HANDLE - 12) / 2, 12, 12), dark)
