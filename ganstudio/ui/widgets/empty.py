"""What stands where nothing is yet: an icon, two lines, the first action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from .button import Button
from .label import Label


class EmptyState(QWidget):
    """`actions` are (text, call) or (text, call, icon); they are normal buttons, never primary."""

    def __init__(
        self,
        icon: str,
        line1: str,
        line2: str = "",
        actions: list[tuple[str, Callable[[], object]] | tuple[str, Callable[[], object], str]] = (),  # type: ignore[assignment]
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lines = [Label(line, color="text2", wrap=True) for line in (line1, line2)]
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self._picture)
        column.addSpacing(8)
        for label in self._lines:
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)  # before it is shown: it would be a window of its own
            label.setVisible(bool(label.text()))
        self.buttons: list[Button] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for text, call, *glyph in actions:
            made = Button(text, glyph[0] if glyph else "")  # type: ignore[arg-type]
            made.clicked.connect(lambda _checked=False, call=call: call())
            row.addWidget(made)
            self.buttons.append(made)
        row.addStretch(1)
        if self.buttons:
            column.addSpacing(16)
            column.addLayout(row)
        column.addStretch(1)
        self.setAccessibleName(f"{line1} {line2}".strip())
        follow(self._restyle)

    def set_lines(self, line1: str, line2: str = "") -> None:
        for label, line in zip(self._lines, (line1, line2), strict=True):
            label.setText(line)
            label.setVisible(bool(line))
        self.setAccessibleName(f"{line1} {line2}".strip())

    def _restyle(self) -> None:
        drawn: QPixmap = icons.pixmap(self._icon, "text3", theme().glyph(24), self.devicePixelRatioF())
        self._picture.setPixmap(drawn)
