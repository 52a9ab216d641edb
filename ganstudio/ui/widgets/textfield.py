"""Fields for text: with the sentence under it when something is wrong; for searching, with the lens."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import draw
from .label import Label

_PAD = 8


class LineEdit(QLineEdit):
    """Qt's line edit in our looks. `wrong` paints the line round it in err; Esc brings the last good text back."""

    def __init__(self, placeholder: str = "", leading: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leading, self._hint = leading, hint
        self._tall = 28
        self.wrong = False
        self.setProperty("ring", "own")
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def set_height(self, pixels: int) -> None:
        self._tall = pixels
        self._restyle()

    def set_wrong(self, wrong: bool) -> None:
        if self.wrong != wrong:
            self.wrong = wrong
            self.update()

    def _restyle(self) -> None:
        self.setFont(theme().font())
        left = _PAD + theme().glyph() + 4 if self._leading else 0
        right = _PAD + theme().metrics(11).horizontalAdvance(self._hint) if self._hint else 0
        self.setTextMargins(left, 0, right, 1)  # figures stand in the middle, not the line with its descent
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(160), theme().px(self._tall))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(48), theme().px(self._tall))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with draw.begin(QPainter(self)) as painter:
            if self._leading:
                side = theme().glyph()
                place = QRectF(_PAD + 1, (self.height() - side) // 2, side, side)
                icons.paint(painter, self._leading, place, "text2" if self.isEnabled() else "track")
            if self._hint and not self.text():
                area = QRectF(self.rect()).adjusted(0, 0, -_PAD, 0)
                draw.text(painter, area, self._hint, theme().font(11), theme().now.text3, Qt.AlignmentFlag.AlignRight)


class TextField(QWidget):
    """A field of one line with room for a sentence under it. `changed(text)` at each letter, `entered(text)` when
    it is left or Enter is pressed and the text is another than before; Esc returns to the text before."""

    changed = Signal(str)
    entered = Signal(str)

    def __init__(self, placeholder: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = self._make(placeholder)
        self.edit.setParent(self)
        self.edit.setAccessibleName(name or placeholder)
        self._error = Label("", 11, color="err", wrap=True, parent=self)
        self._error.hide()
        self._before = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        column.addWidget(self._error)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self.changed)
        self.edit.editingFinished.connect(self._finished)
        self.edit.installEventFilter(self)

    def _make(self, placeholder: str) -> LineEdit:
        return LineEdit(placeholder)

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Puts a text in as if it had always been there: no `entered`."""
        self._before = text
        if text != self.edit.text():
            self.edit.setText(text)

    def set_error(self, sentence: str) -> None:
        """The sentence under the field; "" takes it away."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.edit.set_wrong(bool(sentence))
        self.edit.setAccessibleDescription(sentence)

    @property
    def error(self) -> str:
        return self._error.text()

    def _finished(self) -> None:
        if self.text() != self._before:
            self._before = self.text()
            self.entered.emit(self._before)

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and self._escape(event):
            return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _escape(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or self.text() == self._before:
            return False
        self.edit.setText(self._before)
        self.edit.selectAll()
        return True


class SearchField(TextField):
    """A lens, the words, and a cross that empties it; `hint` (a shortcut) stands at the right while empty."""

    def __init__(self, placeholder: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        self._hint = hint
        super().__init__(placeholder, parent=parent)
        self._clear = QToolButton(self.edit)
        self._clear.setAutoRaise(True)
        self._clear.setIcon(icons.icon("close", "text2", 12))
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setAccessibleName(_("Clear the search"))
        self._clear.setToolTip(_("Clear the search"))
        self._clear.hide()
        self._clear.clicked.connect(self.edit.clear)
        self.edit.textChanged.connect(self._show_clear)

    def _make(self, placeholder: str) -> LineEdit:
        return LineEdit(placeholder, leading="search", hint=self._hint)

    def _escape(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or not self.text():
            return False
        self.edit.clear()
        return True

    def _show_clear(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        side = self.edit.height() - 4
        self._clear.setGeometry(self.edit.width() - side - 2, 2, side, side)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._show_clear(self.text())
