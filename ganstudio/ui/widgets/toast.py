"""News that need no answer: top right, six seconds, at most three."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QGridLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw, shadow
from .button import Button
from .label import Label
from .notice import GLYPHS, TOKENS, NoticeKind

WIDE, STAYS_MS, MOST, _GAP = 356, 6000, 3, 8


class Toast(QWidget):
    """One piece of news: a glyph, a title, a line, one action. Stays while the pointer or the focus is on it."""

    gone = Signal(object)

    def __init__(
        self, parent: QWidget, text: str, action: tuple[str, Callable[[], object]] | None, kind: NoticeKind, line: str
    ) -> None:
        super().__init__(parent)
        self._kind: NoticeKind = kind
        self._call: Callable[[], object] | None = None
        self.text = text
        self.setAccessibleName(" ".join(filter(None, (text, line))))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        around, side = shadow.MARGIN, theme().glyph(18)
        grid = QGridLayout(self)
        grid.setContentsMargins(around + 28 + side, around + 8, around + 8, around + 10)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(Label(text, 12, 600 if line else 500, "text", wrap=True), 0, 0)
        close = Button(_("Close"), "close", "icon", parent=self)
        close.clicked.connect(self.leave)
        grid.addWidget(close, 0, 2, Qt.AlignmentFlag.AlignTop)
        if line:
            grid.addWidget(Label(line, color="text2", wrap=True), 1, 0, 1, 1 if action else 3)
        self.button: Button | None = None
        if action is not None:
            self._call = action[1]
            self.button = Button(action[0], kind="link", parent=self)
            self.button.clicked.connect(self._act)
            self.button.installEventFilter(self)
            middle = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(self.button, 1 if line else 0, 1, 1, 2 if line else 1, middle)
        self._timer = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._timer.timeout.connect(self.leave)
        self._timer.start()
        self.setFixedWidth(min(theme().px(WIDE), max(200, parent.width() - 24)) + 2 * around)
        follow(self.update)

    @property
    def waiting(self) -> bool:
        """Whether its time is running; not while the pointer or the focus is on it."""
        return self._timer.isActive()

    def _act(self) -> None:
        call, self._call = self._call, None
        self.leave()
        if call is not None:
            call()

    def leave(self) -> None:
        self._timer.stop()
        self.gone.emit(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self.button is None or not self.button.hasFocus():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._timer.stop()
        elif event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self._timer.start()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, around = theme().now, shadow.MARGIN
            card = QRectF(self.rect()).adjusted(around, around, -around, -around)
            shadow.paint(painter, card, 8, now.dark)
            draw.box(painter, card, now.panel, now.line, 8)
            side = theme().glyph(18)
            spot = QRectF(card.x() + 14, card.y() + 8 + (theme().px(28) - side) // 2, side, side)
            icons.paint(painter, GLYPHS[self._kind], spot, TOKENS[self._kind])


class ToastStack(QObject):
    """Shows toasts at the top right of `parent` (of `area()` in it), newest on top; the oldest goes when a fourth
    comes."""

    def __init__(self, parent: QWidget, area: Callable[[], QRect] | None = None) -> None:
        super().__init__(parent)
        self._over, self._area = parent, area or parent.rect
        self.toasts: list[Toast] = []
        parent.installEventFilter(self)

    def show(
        self,
        text: str,
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        kind: NoticeKind = "ok",
        line: str = "",
    ) -> Toast:
        made = Toast(self._over, text, action, kind, line)
        made.gone.connect(self._remove)
        self.toasts.insert(0, made)
        for old in self.toasts[MOST:]:
            self._remove(old)
        made.adjustSize()
        made.setFixedHeight(made.heightForWidth(made.width()) if made.hasHeightForWidth() else made.height())
        made.show()
        self._place()
        made.raise_()
        self._fade_in(made)
        return made

    def _fade_in(self, toast: Toast) -> None:
        span = theme().millis(160)
        if not span:
            return
        effect = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(effect)
        moves = QVariantAnimation(toast)
        moves.setEasingCurve(QEasingCurve.Type.OutCubic)
        moves.setDuration(span)
        moves.setStartValue(0.0)
        moves.setEndValue(1.0)
        end = toast.pos()

        def at(share: float) -> None:
            effect.setOpacity(share)
            toast.move(end.x(), end.y() + round(4 * (share - 1)))

        def done() -> None:
            toast.setGraphicsEffect(None)  # type: ignore[arg-type]
            self._place()

        moves.valueChanged.connect(at)
        moves.finished.connect(done)
        moves.start()

    def _remove(self, toast: object) -> None:
        if isinstance(toast, Toast) and toast in self.toasts:
            self.toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        area = self._area()
        top = area.top() + 12 - shadow.MARGIN
        for toast in self.toasts:
            toast.move(QPoint(max(area.left() + area.width() - 12 - toast.width() + shadow.MARGIN, 0), top))
            top += toast.height() - 2 * shadow.MARGIN + _GAP

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
