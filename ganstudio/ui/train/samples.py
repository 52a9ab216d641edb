"""The samples of a Run: the newest large, and a strip to go back in time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.background import Background, Task
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets import Label, Slider, draw, wording


class Grid(QWidget):
    """One picture as large as fits; whole pixels when it must be enlarged a lot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()
        self.empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(_("Samples"))

    def set_picture(self, picture: QImage) -> None:
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.canvas)
            area = QRectF(self.rect()).adjusted(16, 16, -16, -16)
            if self._picture.isNull():
                middle = Qt.AlignmentFlag.AlignHCenter
                draw.text(painter, area, self.empty, theme().font(12), theme().now.text3, middle)
                return
            size = self._picture.size().toSizeF()
            share = min(area.width() / size.width(), area.height() / size.height())
            target = QRectF(0, 0, size.width() * share, size.height() * share)
            target.moveCenter(area.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, share < 3.0)
            painter.drawImage(target, self._picture)


class Samples(QWidget):
    """`show_files` keeps the newest in front unless the person went back. Pictures are read in the background."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = Grid()
        self._background = background
        self._reading: Task | None = None
        self._files: list[Path] = []
        self._wanted: Path | None = None
        self._shown: Path | None = None
        self.title = Label(_("Samples from fixed seeds"), 12, 600, color="text")
        self.when = Label("", 11, color="text3")
        self.slider = Slider(1, 2, 2, step=1, label=_("Time-lapse"), whole=True, inline=True)
        self.slider.changed.connect(self._moved)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.addWidget(self.title)
        head.addSpacing(12)
        head.addWidget(self.when)
        head.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 8)
        foot.addWidget(self.slider)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addLayout(foot)

    @property
    def shown(self) -> Path | None:
        return self._shown

    def clear(self, words: str) -> None:
        self._files, self._shown, self._wanted = [], None, None
        self.grid.empty = words
        self.grid.set_picture(QImage())
        self.when.setText("")
        self.slider.hide()

    def show_files(self, files: list[Path]) -> None:
        if files == self._files:
            return
        newest = not self._files or self._wanted == self._files[-1]
        self._files = list(files)
        self.slider.setVisible(len(files) > 1)
        if len(files) > 1:
            self.slider.set_range(1, len(files))
        if newest and files:
            self.slider.set_value(len(files))
            self._show(files[-1])
        elif self._wanted in files:
            self.slider.set_value(files.index(self._wanted) + 1)

    @Slot(float)
    def _moved(self, place: float) -> None:
        if self._files:
            self._show(self._files[max(0, min(len(self._files) - 1, round(place) - 1))])

    def _show(self, file: Path) -> None:
        if file == self._wanted:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._wanted = file
        self._reading = self._background.run(partial(_read, file), self._read, owner=self)

    @Slot(object)
    def _read(self, found: tuple[Path, QImage]) -> None:
        file, picture = found
        if picture.isNull():  # being written, or gone: looked at again the next time
            self._files, self._wanted = [], self._shown
            return
        self._shown = file
        self.grid.set_picture(picture)
        self.when.setText(_("at step {step}").format(step=wording.count(int(file.stem))))


def _read(file: Path, progress: Progress) -> tuple[Path, QImage]:
    return file, QImage(str(file))
