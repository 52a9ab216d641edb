"""The stage: the picture as large as fits; an early one has a hairline at its lower edge until the sharp one is there.
Beside it (A) another can stand (B): one of them is seen, or both with a line between them to be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui.background import Background
from ganstudio.ui.explore.fitted import Fitted, Shown
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.theme.tokens import PICTURE_LABEL, PICTURE_LABEL_GROUND, SPLIT_LINE
from ganstudio.ui.widgets import draw

VIEWS = ("a", "b", "split")
_GRIP = 6  # px beside the line that take hold of it
_KNOB = 5.0


class Stage(QWidget):
    """`menu_wanted(QPoint)` global; drops are handed on."""

    menu_wanted = Signal(object)
    dropped = Signal(object)  # QMimeData

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._a, self._b = Fitted(background, self), Fitted(background, self)
        self._view = "a"
        self._split = 0.5
        self._dragging = False
        self._words = ""
        self.setAccessibleName(_("The picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        follow(self.update)

    @property
    def shown(self) -> Shown | None:
        """What was last asked for."""
        return self._a.shown

    @property
    def painted(self) -> Shown | None:
        """What is on the screen: it follows what was asked for."""
        return (self._b if self.view == "b" else self._a).of

    def set_words(self, words: str) -> None:
        """Where no picture is yet."""
        self._words = words
        self.setAccessibleDescription(words)
        if self._a.of is None:
            self.update()

    def show_picture(self, shown: Shown | None) -> None:
        self._a.show(shown)

    # A and B

    def show_other(self, shown: Shown | None) -> None:
        """The picture to compare with."""
        self._b.show(shown)

    @property
    def view(self) -> str:
        """One of VIEWS; "a" as long as there is no other picture."""
        return self._view if self._b.of is not None else "a"

    def set_view(self, view: str) -> None:
        self._view = view
        self.unsetCursor()
        self.update()

    @property
    def split(self) -> float:
        """Where the line is: 0 at the picture's left edge, 1 at its right."""
        return self._split

    def set_split(self, share: float) -> None:
        self._split = min(max(share, 0.0), 1.0)
        self.update()

    @property
    def _line(self) -> float:
        place = self._a.place
        return place.x() + self._split * place.width()

    def _on_line(self, at: QPointF) -> bool:
        return self.view == "split" and self._a.of is not None and abs(at.x() - self._line) <= _GRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging = event.button() == Qt.MouseButton.LeftButton and self._on_line(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            place = self._a.place
            self.set_split((event.position().x() - place.x()) / max(1, place.width()))
        elif self._on_line(event.position()):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the line where there is one."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if self.view == "split" and way is not None:
            far = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
            self.set_split(self._split + way * far)
        else:
            super().keyPressEvent(event)

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._a.scale()
        self._b.scale()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            now, view = theme().now, self.view
            seen = self._b if view == "b" else self._a
            if seen.of is None:
                painter.fillRect(self.rect(), now.canvas)
                middle = Qt.AlignmentFlag.AlignHCenter
                room = QRectF(self.rect()).adjusted(16, 0, -16, 0)
                draw.text(painter, room, self._words, theme().font(), now.text3, middle)
                return
            if view == "split":
                self._paint_split(painter)
            else:
                for part in _around(self.rect(), seen.place):
                    painter.fillRect(part, now.canvas)
                seen.paint(painter)
            if seen.of.early:
                place = seen.place
                painter.fillRect(QRectF(place.x(), place.bottom() - 1, place.width(), 2), now.accent_text)
            if seen.of.chip:
                _paint_chip(painter, seen.place, seen.of.chip)
            if view != "a":
                self._paint_names(painter, view)

    def _paint_split(self, painter: QPainter) -> None:
        """A at the left of the line, B at its right."""
        line = round(self._line)
        painter.fillRect(self.rect(), theme().now.canvas)
        for one, left, right in ((self._a, 0, line), (self._b, line, self.width())):
            painter.setClipRect(left, 0, right - left, self.height())
            one.paint(painter)
        painter.setClipping(False)
        place = self._a.place
        painter.fillRect(QRectF(line - 1, place.y(), 2, place.height()), SPLIT_LINE)
        draw.begin(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SPLIT_LINE)
        painter.drawEllipse(QPointF(line, place.center().y()), theme().glyph(_KNOB), theme().glyph(_KNOB))

    def _paint_names(self, painter: QPainter, view: str) -> None:
        place = self._a.place if view == "split" else self._b.place
        if view == "split":
            _paint_chip(painter, place, _("A"), low=True)
        _paint_chip(painter, place, _("B"), low=True, right=True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from ganstudio.ui.documents.dropping import accepts

        if accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())


def _paint_chip(painter: QPainter, place: QRect, words: str, *, low: bool = False, right: bool = False) -> None:
    """A label in a corner of the picture."""
    now = theme()
    wide = min(now.metrics(11, 600).horizontalAdvance(words) + 16, place.width() - 16)
    high = now.px(24)
    left = place.right() + 1 - 8 - wide if right else place.x() + 8
    box = QRectF(left, place.bottom() + 1 - 8 - high if low else place.y() + 8, wide, high)
    draw.begin(painter)
    draw.box(painter, box, PICTURE_LABEL_GROUND, None, 4)
    draw.text(painter, box.adjusted(8, 0, -8, 0), words, now.font(11, 600), PICTURE_LABEL)


def _around(whole: QRect, hole: QRect) -> list[QRect]:
    """The frame that a hole leaves."""
    return [
        QRect(whole.left(), whole.top(), whole.width(), hole.top() - whole.top()),
        QRect(whole.left(), hole.bottom() + 1, whole.width(), whole.bottom() - hole.bottom()),
        QRect(whole.left(), hole.top(), hole.left() - whole.left(), hole.height()),
        QRect(hole.right() + 1, hole.top(), whole.right() - hole.right(), hole.height()),
    ]
