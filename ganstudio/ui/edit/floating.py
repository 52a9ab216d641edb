"""What floats over the canvas: the hint of the first start, what stands there without a picture, the navigator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.document.masks import LARGEST_FEATHER
from ganstudio.core.text import _
from ganstudio.ui.canvas import Canvas
from ganstudio.ui.canvas.navigator import Navigator
from ganstudio.ui.edit.hint import WIDE, Hint
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.empty import EmptyState
from ganstudio.ui.widgets.slider import Slider

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents import Documents

_ABOVE_PILL = 56  # logical pixels that are left to the zoom pill
_GAP = 16
_USUAL_FEATHER = 12.0


class Floating(QObject):
    """Places its widgets over the canvas. `seen`: the hint was sent away, or a Tool was used, once and for all."""

    def __init__(self, desk: Desk, canvas: Canvas, documents: Documents, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._documents = canvas, documents
        self.seen = False
        self._zoom = 0.0  # that the picture was given to stand above the hint
        self.hint = Hint(desk, canvas)
        self.hint.closed.connect(self.used)
        self.buttons = _Buttons(desk, canvas)
        actions = desk.actions
        self.empty = EmptyState(
            "picture", _("Drop a picture here."), _("Your originals are never changed."),
            [
                (_("Open picture"), actions.action("file.open").trigger, "picture"),
                (_("Open folder"), actions.action("file.open_folder").trigger, "folder"),
            ],
            canvas,
        )  # fmt: skip
        self.navigator = Navigator(canvas)
        self.navigator.attach(canvas)
        self.navigator.hide()
        for over in (self.hint, *self.buttons.buttons):
            canvas.covers.add(over)
        canvas.installEventFilter(self)
        documents.entries_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def used(self) -> None:
        """The hint goes for good."""
        if self.hint.isVisibleTo(self._canvas) and self._untouched:
            self._canvas.fit()
        self.seen = True
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        pictures = bool(self._documents.entries)
        self.empty.setVisible(not pictures)
        self.hint.setVisible(pictures and not self.seen)
        self.buttons.setVisible(pictures and not self.seen)
        if not pictures:
            self.navigator.hide()
        self._place()

    @Slot()
    def toggle_navigator(self) -> None:
        self.navigator.setVisible(not self.navigator.isVisibleTo(self._canvas))
        self._place()

    def ask_feather(self, call: Callable[[float], object]) -> None:
        """How soft a mask's edge becomes, in a little window over the canvas."""
        popup = FeatherPopup(call, self._canvas)
        popup.adjustSize()
        middle = self._canvas.mapToGlobal(QPoint(self._canvas.width() // 2, _GAP))
        popup.move(middle.x() - popup.width() // 2, middle.y())
        popup.show()
        popup.radius.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        canvas = self._canvas
        self.empty.setGeometry(canvas.rect())
        wide = min(WIDE, canvas.width() - 2 * _GAP)
        self.buttons.adjustSize()
        low = canvas.height() - theme().px(_ABOVE_PILL) - self.buttons.height()
        self.buttons.move((canvas.width() - self.buttons.width()) // 2, low)
        if wide > 0:
            self.hint.setFixedWidth(wide)
            high = self.hint.heightForWidth(wide) if self.hint.hasHeightForWidth() else self.hint.sizeHint().height()
            self.hint.resize(wide, high)
            self.hint.move((canvas.width() - wide) // 2, max(low - high - _GAP, _GAP))
        if self.hint.isVisibleTo(canvas):
            QTimer.singleShot(0, self, self._fit_above)  # the canvas itself hears of its new size after this
        size = self.navigator.sizeHint()
        self.navigator.setGeometry(canvas.width() - size.width() - _GAP, _GAP, size.width(), size.height())

    @property
    def _untouched(self) -> bool:
        """Whether nobody has zoomed since the picture was fitted."""
        return self._canvas.fitting == "fit" or self._canvas.zoom == self._zoom

    @Slot()
    def _fit_above(self) -> None:
        """The whole picture above the hint, where there is room for it and nobody has zoomed."""
        canvas = self._canvas
        if not self._untouched or not self.hint.isVisibleTo(canvas):
            return
        ratio = canvas.devicePixelRatioF()
        view, high = canvas.view, round(self.hint.y() * ratio)
        if high > view.height // 3:
            canvas.set_zoom(1.0)
            fitted = replace(view, height=high).fitted(round(_GAP * ratio))
            canvas.set_view(replace(fitted, height=view.height))
            self._zoom = canvas.zoom


class _Buttons(QWidget):
    """Open picture, open folder: below the hint."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.buttons: list[Button] = []
        for text, icon, name in (
            (_("Open picture"), "picture", "file.open"),
            (_("Open folder"), "folder", "file.open_folder"),
        ):
            button = Button(text, icon, large=True)
            button.clicked.connect(desk.actions.action(name).trigger)
            row.addWidget(button)
            self.buttons.append(button)


class FeatherPopup(QFrame):
    """A radius and the button that does it; Esc gives it up."""

    def __init__(self, call: Callable[[float], object], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Feather mask"))
        self._call = call
        self.radius = Slider(
            1, 100, _USUAL_FEATHER, step=1, unit="px", log=True, label=_("Feather"), hard=(0.5, LARGEST_FEATHER)
        )
        do = Button(_("Make soft"), kind="primary")
        do.clicked.connect(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.radius)
        column.addWidget(do)
        self.setFixedWidth(theme().px(280))

    @Slot()
    def _do(self) -> None:
        radius = self.radius.value
        self.close()
        self._call(radius)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            draw.box(painter, self.rect(), None, theme().now.edge, 0)
