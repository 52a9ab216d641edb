"""A part of a panel: head of 36 with chevron, title and a word at the right; folds its body."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .button import Button

_PAD = 12


class _Head(QAbstractButton):
    """The line that folds; `light` is the form of Advanced: not bold, no padding at the left."""

    def __init__(self, title: str, right: str, light: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.right, self.light = right, light
        self.action: QWidget | None = None
        self.folds = True
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self.restyle)

    def restyle(self) -> None:
        self.setAccessibleDescription(self.right)
        self._place()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(36))

    def _place(self) -> None:
        if self.action is not None:
            size = self.action.sizeHint()
            bare = isinstance(self.action, Button) and self.action.kind == "link"
            pad = 0 if self.light else _PAD if bare else 4
            self.action.setGeometry(
                self.width() - pad - size.width(), (self.height() - size.height()) // 2, size.width(), size.height()
            )
        # Not while it is painted: whoever hears of it may lay things out anew.
        whole = draw.fits(self.text(), theme().font(12, 400 if self.light else 600), self._room().width())
        self.setToolTip("" if whole else self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, folds = event.key(), self.folds
        turns = Qt.Key.Key_Left if self.isChecked() else Qt.Key.Key_Right
        if folds and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, turns):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, pad = theme().now, 0 if self.light else _PAD
            over = self.underMouse() and self.isEnabled() and self.folds
            x = pad
            if self.folds:
                name = "chevron_down" if self.isChecked() else "chevron_right"
                side = theme().glyph(12)
                spot = QRectF(x, (self.height() - side) // 2, side, side)
                icons.paint(painter, name, spot, "text" if over else "text2")
            weight = 400 if self.light else 600
            colour = now.text if over or not self.light else now.text2
            room = self._room()
            used = draw.text(painter, room, self.text(), theme().font(12, weight), colour)
            rest = room.adjusted(used + 12, 0, 0, 0)
            if self.right and rest.width() > 16:
                draw.text(painter, rest, self.right, theme().font(11), now.text3, Qt.AlignmentFlag.AlignRight)

    def _room(self) -> QRectF:
        """Where the words stand."""
        pad = 0 if self.light else _PAD
        left = pad + (theme().glyph(12) + 4 if self.folds else 0)
        taken = self.width() - self.action.x() + 8 if self.action is not None else pad
        return QRectF(left, 0, self.width() - taken - left, self.height())


class _Clip(QWidget):
    """Holds the body and shows as much of its height as it is unfolded."""

    def __init__(self, body: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.share = 1.0
        self.body = body
        body.setParent(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(body)
        self._column = column
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_share(self, share: float) -> None:
        self.share = share
        if share >= 1:
            self.setMaximumHeight(16777215)
        else:
            column, wide = self._column, self.width()
            whole = column.totalHeightForWidth(wide) if column.hasHeightForWidth() else column.totalSizeHint().height()
            self.setMaximumHeight(round(max(0, whole) * share))
        self.setVisible(share > 0)


class Section(QWidget):
    """`folded_changed(bool)` when the person folds or unfolds. `light` is the quiet form inside a tool panel
    (Advanced), `folds=False` a head that only names what is below it."""

    folded_changed = Signal(bool)

    def __init__(
        self,
        title: str,
        body: QWidget,
        *,
        folded: bool = False,
        right: str = "",
        light: bool = False,
        folds: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._head = _Head(title, right, light, self)
        self._head.folds = folds
        self._head.setChecked(not folded)
        if not folds:
            self._head.setCheckable(False)
            self._head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clip = _Clip(body, self)
        self._clip.set_share(0.0 if folded and folds else 1.0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._clip)
        self._moves = QVariantAnimation(self)
        self._moves.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._moves.valueChanged.connect(self._clip.set_share)
        self._head.toggled.connect(self._toggled)

    @property
    def body(self) -> QWidget:
        return self._clip.body

    @property
    def head(self) -> QWidget:
        return self._head

    @property
    def folded(self) -> bool:
        return self._head.isCheckable() and not self._head.isChecked()

    def set_folded(self, folded: bool) -> None:
        """Without movement and without a signal: how it was remembered."""
        if not self._head.isCheckable():
            return
        self._head.blockSignals(True)
        self._head.setChecked(not folded)
        self._head.blockSignals(False)
        self._clip.set_share(0.0 if folded else 1.0)
        self._head.update()

    def set_title(self, title: str) -> None:
        self._head.setText(title)
        self._head.setAccessibleName(title)
        self._head.restyle()

    def set_right(self, right: str) -> None:
        """The count or word at the right of the head."""
        self._head.right = right
        self._head.restyle()

    def set_action(self, action: QWidget) -> None:
        """One small button at the right of the head."""
        self._head.action = action
        action.setParent(self._head)
        action.show()
        self._head.restyle()

    def _toggled(self, unfolded: bool) -> None:
        self._moves.stop()
        self._moves.setStartValue(self._clip.share)
        self._moves.setEndValue(1.0 if unfolded else 0.0)
        self._moves.setDuration(theme().millis(120) if self.isVisible() else 0)
        self._moves.start()
        self.folded_changed.emit(not unfolded)
