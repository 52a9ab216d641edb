"""The chosen picture before and after, reduced; a line to drag between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.codecs import kind_of_suffix
from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.codecs.small import small
from ganstudio.core.errors import UserError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.jobs.changes import Row
from ganstudio.jobs.records import State
from ganstudio.ui.batch.form_row import STACKED_FROM
from ganstudio.ui.batch.thumbs import image_of
from ganstudio.ui.theme import PICTURE_LABEL, PICTURE_LABEL_GROUND, SPLIT_LINE, follow, theme
from ganstudio.ui.widgets import Button, Label, draw

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk

_SIDE = 720
_STEP = 0.05


@dataclass(frozen=True)
class Pair:
    before: QImage | None
    after: QImage | None


class BeforeAfter(QWidget):
    """Two pictures of one place; the line is moved by mouse and arrows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair = Pair(None, None)
        self._words = ""
        self._split = 0.5
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Before and after"))
        self.setToolTip(_("Drag the line, or use the arrow keys"))
        follow(self._restyle)

    @property
    def split(self) -> float:
        return self._split

    def show_pair(self, pair: Pair, words: str = "") -> None:
        """`words` stand there where there is no picture."""
        self._pair, self._words = pair, words
        self.setAccessibleDescription(words)
        self.update()

    def _restyle(self) -> None:
        self.setProperty("ring_radius", 6)
        self.setFixedHeight(theme().px(176))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, theme().px(176))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def _drag(self, event: QMouseEvent) -> None:
        self._set(event.position().x() / max(1, self.width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._set(self._split + (_STEP if event.key() == Qt.Key.Key_Right else -_STEP))
        else:
            super().keyPressEvent(event)

    def _set(self, split: float) -> None:
        self._split = min(1.0, max(0.0, split))
        self.update()

    def _place(self, image: QImage) -> QRectF:
        """The whole picture in the middle."""
        scale = min(self.width() / image.width(), self.height() / image.height())
        wide, high = image.width() * scale, image.height() * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self.rect()
            draw.box(painter, area, now.canvas, None, 6)
            before, after = self._pair.before, self._pair.after
            if before is None:
                font = theme().font(11)
                room = QRectF(area).adjusted(12, 0, -12, 0)
                draw.text(painter, room, self._words, font, now.text3, Qt.AlignmentFlag.AlignHCenter)
                return
            painter.drawImage(self._place(before), before)
            if after is None:
                self._label(painter, _("Before"), left=True)
                return
            x = round(self.width() * self._split)
            painter.save()
            painter.setClipRect(QRectF(x, 0, self.width() - x, self.height()))
            painter.fillRect(area, now.canvas)
            painter.drawImage(self._place(before if after is None else after), after)
            painter.restore()
            painter.fillRect(QRectF(x - 1, 0, 2, self.height()), SPLIT_LINE)
            self._label(painter, _("Before"), left=True)
            self._label(painter, _("After"), left=False)

    def _label(self, painter: QPainter, words: str, left: bool) -> None:
        font = theme().font(11, 500)
        wide = theme().metrics(11, 500).horizontalAdvance(words) + 12
        high = theme().px(20)
        x = 6.0 if left else self.width() - wide - 6.0
        place = QRectF(QPointF(x, self.height() - high - 6.0), QSize(wide, high).toSizeF())
        draw.box(painter, place, PICTURE_LABEL_GROUND, None, 4)
        draw.text(painter, place, words, font, PICTURE_LABEL, Qt.AlignmentFlag.AlignHCenter)


class SelectedPanel(QWidget):
    """`name_changed(str)` for the head of the section."""

    name_changed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._row: Row | None = None
        self._task: Task | None = None
        self.view = BeforeAfter(self)
        self._note = Label("", 11, color="text3", wrap=True)
        self.edit_button = Button(_("Open in Edit"))
        self.show_button = Button(_("Show in folder"))
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.edit_button, 1)
        self._buttons.addWidget(self.show_button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.view)
        column.addWidget(self._note)
        column.addLayout(self._buttons)
        self.show_row(None)
        follow(self._restyle)

    def _restyle(self) -> None:
        """One below the other where the text is large."""
        stacked = theme().text_scale >= STACKED_FROM
        self._buttons.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)

    def show_row(self, row: Row | None) -> None:
        """Another picture, or the same one in another state."""
        before, self._row = self._row, row
        if row is None:
            self._cancel()
            self.view.show_pair(Pair(None, None), _("Choose a picture in the table."))
            self._note.hide()
            self.name_changed.emit("")
            self._possible(False)
            return
        self._possible(True)
        self.name_changed.emit(shown(row.title or row.name))
        if row.title:
            self._cancel()
            done = row.state is State.DONE
            picture = done and kind_of_suffix(Path(row.name).suffix) in PICTURE_SUFFIXES
            self.edit_button.set_possible(picture, "" if picture else _("Only pictures open in Edit"))
            self.view.show_pair(Pair(None, None), shown(row.name))
            self._note.setVisible(not done)
            self._note.setText("" if done else _("It is there when it is done."))
            return
        made = row.output if row.state is State.DONE else None
        self._note.setVisible(made is None)
        self._note.setText("" if made else _("After comes when it is done."))
        same = before is not None and (before.id, before.state, before.output) == (row.id, row.state, row.output)
        if same:
            return
        self._cancel()
        if before is None or before.id != row.id:
            self.view.show_pair(Pair(None, None), _("Reading…"))
        work = partial(_load, row.source, row.page, Path(made) if made else None)
        self._task = self.desk.background.run(work, self._take, self._failed, owner=self)

    def _possible(self, possible: bool) -> None:
        for button in (self.edit_button, self.show_button):
            button.set_possible(possible, "" if possible else _("Needs a chosen picture"))

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot(object)
    def _take(self, pair: Pair) -> None:
        self._task = None
        self.view.show_pair(pair, "" if pair.before is not None else _("The picture cannot be read."))

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._task = None
        self.view.show_pair(Pair(None, None), _("The picture cannot be read."))


def _load(source: Path, page: int, result: Path | None, progress: Progress) -> Pair:
    return Pair(_image(source, page), _image(result, 0) if result is not None else None)


def _image(path: Path, page: int) -> QImage | None:
    try:
        return image_of(small(path, page, _SIDE, _SIDE)[1])
    except (UserError, MemoryError):
        return None
