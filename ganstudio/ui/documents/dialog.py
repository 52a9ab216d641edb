"""Dialogs of one look: a title, a body, a row of buttons. They stand beside the work and do not hold it up, except
where something would be lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets.button import Button, Kind
from ganstudio.ui.widgets.label import Label

PADDING, BLOCK, BETWEEN = 24, 16, 8
_FRAME = 48  # px that the system's frame may take of the screen's height
RING = 4  # px around the content, for the rings of what has the focus
LABELS = 108  # px of the column of labels


class Dialog(QDialog):
    """`body` takes the content; `add_button` fills the row below it, from the left. Enter presses the primary one."""

    def __init__(self, title: str, parent: QWidget | None = None, *, modal: bool = False, wide: int = 420) -> None:
        super().__init__(parent)
        self._wide = wide
        self._primary: Button | None = None
        self.setWindowTitle(title)
        self.setModal(modal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING - RING, PADDING - 4, PADDING - RING, PADDING)
        column.setSpacing(BLOCK)
        self.head = Label(title, 16, 600, "text", wrap=True)
        title_row = QHBoxLayout()
        title_row.setContentsMargins(RING, 0, RING, 0)
        title_row.addWidget(self.head)
        column.addLayout(title_row)
        self._inside = QWidget()
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(RING, 0, RING, 0)
        self.body.setSpacing(BLOCK)
        self._inside.installEventFilter(self)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        column.addWidget(self._scroll, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(BETWEEN)
        self._row.setContentsMargins(RING, 0, RING, 0)
        self._row.addStretch(1)
        column.addLayout(self._row)
        follow(self._restyle)

    def add_button(self, text: str, call: Callable[[], object], kind: Kind = "normal", icon: str = "") -> Button:
        button = Button(text, icon, kind, large=True, parent=self)
        button.clicked.connect(call)
        self._row.addWidget(button)
        if kind == "primary":
            self._primary = button
        return button

    def add_grid(self) -> QGridLayout:
        """Rows of a label and what it names, in the body."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(BETWEEN)
        grid.setVerticalSpacing(BETWEEN + 4)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        return grid

    def _restyle(self) -> None:
        self.setMinimumWidth(round(self._wide * (1 + theme().text_scale) / 2))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the content is at this width, for rows come and go and lines break; on a small screen the content
        scrolls and the buttons stay."""
        layout = self.layout()
        if layout is None:
            return
        self.body.activate()
        self._scroll.setMinimumWidth(self._inside.minimumSizeHint().width())
        margins = layout.contentsMargins()
        wide = self.width() - margins.left() - margins.right()
        high = self.body.totalSizeHint().height()
        if self.body.hasHeightForWidth():
            high = self.body.totalHeightForWidth(wide)
        around = margins.top() + margins.bottom() + 2 * layout.spacing()
        self.head.setFixedHeight(self.head.heightForWidth(wide - 2 * RING))
        whole = around + self.head.height() + high + self._row.sizeHint().height()
        self.resize(self.width(), min(whole, self.screen().availableGeometry().height() - _FRAME))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._primary is not None and self._primary.isEnabled():
            self._primary.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), theme().now.panel)


def row(grid: QGridLayout, name: str, widget: QWidget, *more: QWidget) -> Label:
    """One more row: a label in the first column, its buddy and what else belongs to it in the second."""
    widgets = (widget, *more)
    at = grid.rowCount()
    label = Label(name)
    grid.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop if len(widgets) > 2 else Qt.AlignmentFlag.AlignVCenter)
    line = QHBoxLayout()
    line.setSpacing(BETWEEN)
    for widget in widgets:
        line.addWidget(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(name)
    if widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed:
        line.addStretch(1)
    else:
        line.setStretch(0, 1)
    grid.addLayout(line, at, 1)
    label.setBuddy(widget)
    return label


class Question(Dialog):
    """A question with two or three answers, each a verb; `answered(id)` comes once, "cancel" also for Esc."""

    answered = Signal(str)

    def __init__(
        self,
        title: str,
        lines: list[str],
        answers: list[tuple[str, str]],
        parent: QWidget | None = None,
        *,
        modal: bool = False,
    ) -> None:
        """`answers` are (id, text); the first is the safe way forward and the primary button."""
        super().__init__(title, parent, modal=modal)
        self.answer = "cancel"
        for line in lines:
            self.body.addWidget(Label(line, color="text2", wrap=True))
        self.buttons = {
            id: self.add_button(text, _Answer(self, id), "primary" if number == 0 else "normal")
            for number, (id, text) in reversed(list(enumerate(answers)))
        }
        self.buttons[answers[0][0]].setFocus()
        self.finished.connect(self._finished)

    def choose(self, id: str) -> None:
        self.answer = id
        self.close()

    def _finished(self, _code: int) -> None:
        self.answered.emit(self.answer)


class _Answer:
    """What a button of a Question calls."""

    def __init__(self, question: Question, id: str) -> None:
        self._question, self._id = question, id

    def __call__(self) -> None:
        self._question.choose(self._id)


def ask(title: str, lines: list[str], answers: list[tuple[str, str]], parent: QWidget | None) -> str:
    """Ask and wait: only where something would be overwritten or lost by quitting. The id, "cancel" for Esc."""
    question = Question(title, lines, answers, parent, modal=True)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    question.exec()
    answer = question.answer
    question.deleteLater()
    return answer
