"""The label of a parameter: a dot before it says that the value was changed, a click on it returns to the usual one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ganstudio.core.text import _
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw

GUTTER = 8  # where the dot has its place, left of the words
_DOT = 4.0


class FieldLabel(QAbstractButton):
    """`clicked` only while it is changed. Without a gutter the dot follows the words."""

    def __init__(self, text: str, help: str = "", gutter: int = GUTTER, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gutter = gutter
        self._changed = False
        self._help = help
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow(self._restyle)
        self.set_changed(False)

    def set_changed(self, changed: bool) -> None:
        self._changed = changed
        self.setEnabled(changed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if changed else Qt.FocusPolicy.NoFocus)
        back = _("Return {name} to the usual value").format(name=self.text())
        self.setAccessibleName(back if changed else self.text())
        self.setToolTip(f"{self._help}\n{back}".strip() if changed else self._help)
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        measure = theme().metrics()
        return QSize(measure.horizontalAdvance(self.text()) + GUTTER + self._gutter + 1, theme().px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(GUTTER + 32, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme()
            area = QRectF(self.rect()).adjusted(self._gutter, 0, 0, 0)
            wide = draw.text(painter, area, self.text(), now.font(), now.now.text2)
            if self._changed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(now.now.accent)
                x = _DOT / 2 if self._gutter else wide + GUTTER / 2
                painter.drawEllipse(QPointF(x, area.center().y()), _DOT / 2, _DOT / 2)
