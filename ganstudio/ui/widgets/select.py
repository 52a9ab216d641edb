"""A select: one of more than four options."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from ganstudio.ui.theme import follow, theme

from .select_popup import SelectPopup

_SEARCH_FROM = 12  # with more options than these the list has a search field


class Select(QComboBox):
    """`chosen(id)` after the person chose. The wheel changes it only while it has the focus;
    more than twelve options get a search field."""

    chosen = Signal(str)

    def __init__(self, options: list[tuple[str, str]] = (), name: str = "", parent: QWidget | None = None) -> None:  # type: ignore[assignment]
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(14)
        self.set_options(list(options))
        self.activated.connect(self._activated)
        follow(self._restyle)

    @property
    def current(self) -> str:
        found = self.currentData()
        return found if isinstance(found, str) else ""

    def set_current(self, chosen: str) -> None:
        """Chooses without a signal; KeyError for an id that is no option."""
        at = self.findData(chosen)
        if at < 0:
            raise KeyError(chosen)
        self.setCurrentIndex(at)
        self._tell()

    def set_options(self, options: list[tuple[str, str]]) -> None:
        """Other options; the same id stays chosen where it is still there."""
        before = self.current
        self.clear()
        for option, text in options:
            self.addItem(text, option)
            self.setItemData(self.count() - 1, text, Qt.ItemDataRole.ToolTipRole)
        at = self.findData(before)
        self.setCurrentIndex(max(0, at) if options else -1)
        self._tell()

    def set_possible(self, option: str, possible: bool, reason: str = "") -> None:
        """Greys one option out, with the reason as its tooltip."""
        at = self.findData(option)
        if at < 0:
            raise KeyError(option)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        self.setItemData(at, int((flags if possible else Qt.ItemFlag.NoItemFlags).value), Qt.ItemDataRole.UserRole - 1)
        self.setItemData(at, reason or self.itemText(at), Qt.ItemDataRole.ToolTipRole)

    def _activated(self, _index: int) -> None:
        self._tell()
        self.chosen.emit(self.current)

    def _tell(self) -> None:
        room = self.width() - theme().px(36)
        long = self.fontMetrics().horizontalAdvance(self.currentText()) > room
        self.setToolTip(self.currentText() if long and self.isVisible() else "")

    def _restyle(self) -> None:
        self.setFont(theme().font())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        measure = self.fontMetrics()
        widest = max((measure.horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0)
        return QSize(min(theme().px(260), widest + 40), theme().px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(64), theme().px(28))

    def showPopup(self) -> None:
        if not self.count():
            return
        popup = SelectPopup(self, self.count() > _SEARCH_FROM)
        popup.picked.connect(self._picked)
        popup.open_below(self)

    def _picked(self, row: int) -> None:
        if row != self.currentIndex():
            self.setCurrentIndex(row)
            self._activated(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
