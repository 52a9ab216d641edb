"""The row under the walk's picture: repeat, to the start, play, to the end, and when it is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.explore.walk.player import Player
from ganstudio.ui.explore.walk.ruler import clock
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Button, Label


class Transport(QWidget):
    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self.repeat = Button(_("Play again and again"), "retry", "icon", checkable=True)
        self.start = Button(_("To the start"), "to_start", "icon", "Home")
        self.play = Button(_("Play"), "play", "icon", "Space", large=True)
        self.end = Button(_("To the end"), "to_end", "icon", "End")
        self.now = Label(clock(0), 12, 600, "text")
        self.whole = Label("", 12, color="text2")
        self.repeat.setChecked(True)
        follow(self._restyle)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 12)
        row.setSpacing(12)
        row.addStretch(1)
        for widget in (self.repeat, self.start, self.play, self.end, self.now, self.whole):
            row.addWidget(widget)
        row.addStretch(1)
        self.repeat.toggled.connect(self._repeat)
        self.start.clicked.connect(self._to_start)
        self.end.clicked.connect(self._to_end)
        self.play.clicked.connect(player.toggle)
        player.moved.connect(self._moved)
        player.playing_changed.connect(self._show)
        player.course_changed.connect(self._show)
        self._show()

    def _restyle(self) -> None:
        """As wide as the longest time: nothing moves while it plays."""
        self.now.setMinimumWidth(theme().metrics(12, 600).horizontalAdvance("00:00.0"))

    @Slot(bool)
    def _repeat(self, on: bool) -> None:
        self._player.loop = on

    @Slot()
    def _to_start(self) -> None:
        self._player.seek(0.0)

    @Slot()
    def _to_end(self) -> None:
        course = self._player.course
        if course is not None:
            self._player.seek(course.seconds - (1 / self._player.fps if course.walk.loop else 0.0))

    @Slot(float)
    def _moved(self, seconds: float) -> None:
        self.now.setText(clock(seconds))

    @Slot()
    def _show(self) -> None:
        course, playing = self._player.course, self._player.playing
        self.play.set_icon("pause" if playing else "play")
        self.play.set_text(_("Pause") if playing else _("Play"))
        self.whole.setText(_("of {time}").format(time=clock(0.0 if course is None else course.seconds)))
        for widget in (self.repeat, self.start, self.play, self.end, self.now, self.whole):
            widget.setVisible(course is not None)
        self._moved(self._player.now)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().now.canvas)
