"""Above the table: how many are done of how many, how long still, and the states as filters."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.records import FINISHED, State
from ganstudio.ui import icons
from ganstudio.ui.batch.words import LOOKS
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import ElidedLabel, Label, ProgressBar, draw, wording

_SHOWN = (State.DONE, State.SKIPPED, State.FAILED, State.RUNNING, State.WAITING, State.PAUSED, State.CANCELLED)
_ALWAYS = (State.DONE, State.WAITING)


class StateChip(QAbstractButton):
    """Glyph, number, word; chosen it shows only these rows, and a cross says how that ends."""

    def __init__(self, state: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._count = 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("Show only these"))
        follow(self._restyle)

    def set_count(self, count: int, always: bool = False) -> None:
        """`always`: shown with a count of 0 too."""
        self._count = count
        self.setVisible(bool(count) or self.isChecked() or always)
        self._restyle()

    @property
    def words(self) -> str:
        return f"{wording.count(self._count)} {_(LOOKS[self.state].word).lower()}"

    def _restyle(self) -> None:
        self.setAccessibleName(self.words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = theme().metrics(11).horizontalAdvance(self.words)
        return QSize(wide + 36 + (18 if self.isChecked() else 0), theme().px(24))

    def nextCheckState(self) -> None:
        super().nextCheckState()
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self.rect()
            if self.isChecked() or self.underMouse():
                draw.box(painter, area, now.sel if self.isChecked() else now.hover, None, area.height() / 2)
            look = LOOKS[self.state]
            icons.paint(painter, look.icon, QRectF(8, (area.height() - 14) // 2, 14, 14), look.token)
            draw.text(painter, QRectF(28, 0, area.width() - 32, area.height()), self.words, theme().font(11), now.text2)
            if self.isChecked():
                spot = QRectF(area.right() - 19, (area.height() - 12) // 2, 12, 12)
                icons.paint(painter, "close", spot, "text2")


@dataclass(frozen=True)
class Course:
    """What is known of a run: seconds `left` and of one `picture`; when it began (time of day); `paused`."""

    left: float | None = None
    picture: float | None = None
    began: float | None = None
    paused: bool = False
    running: bool = False


class Totals(QWidget):
    """`filtered()`: other states are chosen."""

    filtered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", 14, 600, "text")
        self._left = Label("", 14, 600, "text")
        self._bar = ProgressBar(6, _("Progress of the queue"))
        self._facts = ElidedLabel("", "start", 11, color="text3", align=Qt.AlignmentFlag.AlignRight)
        self._facts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._left)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.chips = {state: StateChip(state, self) for state in _SHOWN}
        for chip in self.chips.values():
            chip.toggled.connect(self.filtered)
            row.addWidget(chip)
        row.addWidget(self._facts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 16, 8)  # chips have 8 of their own
        column.setSpacing(6)
        head.setContentsMargins(8, 0, 0, 0)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 0, 0, 0)
        bar.addWidget(self._bar)
        for line in (head, bar, row):
            column.addLayout(line)
        self.show_counts(Counter(), Course())

    @property
    def states(self) -> list[State]:
        return [state for state, chip in self.chips.items() if chip.isChecked()]

    @Slot()
    def show_all(self) -> None:
        for chip in self.chips.values():
            chip.setChecked(False)

    def show_counts(
        self, counts: Counter[State], course: Course, forecast: tuple[str, str] = ("", ""), makings: int = 0
    ) -> None:
        """`forecast`, time and space, stands at the right while nothing runs; `makings` of them are no pictures."""
        total = sum(counts.values())
        ended = sum(counts[state] for state in FINISHED)
        if makings:
            course = replace(course, picture=None)
            words = ngettext_("{done} of {all} job", "{done} of {all} jobs", total)
        else:
            words = ngettext_("{done} of {all} picture", "{done} of {all} pictures", total)
        self._title.setText(words.format(done=wording.count(ended), all=wording.count(total)))
        self._left.setText(self._left_words(course, forecast[0]))
        self._bar.set(ended / total if total else 0.0)
        over = bool(total) and ended == total
        for state, chip in self.chips.items():
            chip.set_count(counts[state], always=state in _ALWAYS and not over)
        self._facts.set_text("     ".join(self._fact_words(course) or [forecast[1]]))

    def show_finding(self, found: int) -> None:
        """While folders are looked through: a total without a time."""
        self._left.setText(_("{n} found so far").format(n=wording.count(found)))

    def _left_words(self, course: Course, forecast: str) -> str:
        if course.paused:
            return _("Paused")
        if course.running:
            return wording.left(course.left) if course.left is not None else _("Measuring the time")
        return forecast

    def _fact_words(self, course: Course) -> list[str]:
        said = []
        if course.picture:
            said.append(_("{time} a picture").format(time=wording.seconds(course.picture)))
        if course.running and course.began is not None:
            said.append(_("started {clock}").format(clock=_clock(course.began)))
            if course.left is not None and not course.paused:
                said.append(_("done about {clock}").format(clock=_clock(time.time() + course.left)))
            said.append(_("pauses left out"))
        return said

    def paintEvent(self, event: QPaintEvent) -> None:
        now, area = theme().now, self.rect()
        with QPainter(self) as painter:
            painter.fillRect(area, now.panel)
            painter.fillRect(QRect(0, area.bottom(), area.width(), 1), now.edge)


def _clock(when: float) -> str:
    return time.strftime("%H:%M", time.localtime(when))
