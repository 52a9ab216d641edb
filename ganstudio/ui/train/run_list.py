"""The Runs at the left: a sample, the name, how each is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.training.run import FAILED, FINISHED, PAUSED, RUNNING, State
from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.train.watching import Listed
from ganstudio.ui.widgets import Label, draw, wording


def said(state: State, trouble: str = "") -> str:
    """How a Run is, in a few words."""
    if trouble:
        return _("Cannot be read")
    if state.state == RUNNING:
        return _("Training, {share}").format(share=wording.percent(share_of(state))) if state.end else _("Training")
    known = {PAUSED: _("Paused"), FINISHED: _("Done"), FAILED: _("Failed")}
    return known.get(state.state, _("Stopped") if state.step else _("Not begun"))


def share_of(state: State) -> float:
    return min(1.0, state.step / state.end) if state.end else 0.0


class RunRow(QAbstractButton):
    """One Run."""

    def __init__(self) -> None:
        super().__init__()
        self._state, self._trouble, self._sample = State(), "", Path()
        self._picture = QImage()
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_radius", 5)
        follow(self.updateGeometry)

    def show_run(self, listed: Listed) -> None:
        self.setText(listed.run.name)
        self._state, self._trouble = listed.state, listed.trouble
        if listed.sample is not None and listed.sample != self._sample:
            self._sample = listed.sample
            self._picture = _corner(QImage(str(listed.sample)))
        words = said(listed.state, listed.trouble)
        self.setAccessibleName(f"{listed.run.name}: {words}")
        self.setToolTip("\n".join(filter(None, (listed.run.name, words, listed.trouble or listed.state.reason))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), theme().px(52))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, QRectF(self.rect()).adjusted(2, 1, -2, -1)
            if self.isChecked() or self.underMouse():
                draw.box(painter, area, now.sel if self.isChecked() else now.hover, None, 5)
            side = theme().px(36)
            place = QRectF(area.left() + 6, area.center().y() - side / 2, side, side)
            self._paint_sample(painter, place)
            left, step = place.right() + 10, theme().px(17)
            top = area.center().y() - step
            wide = area.right() - left - 8
            name = QRectF(left, top, wide, step)
            draw.text(painter, name, self.text(), theme().font(12, 500), now.text)
            shade = now.err if self._trouble or self._state.state == FAILED else now.text3
            if self.isChecked() and shade is now.text3:
                shade = now.text2
            draw.text(painter, name.translated(0, step), said(self._state, self._trouble), theme().font(11), shade)
            if self._state.state in (RUNNING, PAUSED) and self._state.end:
                bar = QRectF(left, area.bottom() - 4, wide, 2)
                painter.fillRect(bar, now.track)
                painter.fillRect(QRectF(bar.x(), bar.y(), bar.width() * share_of(self._state), 2), now.accent)

    def _paint_sample(self, painter: QPainter, place: QRectF) -> None:
        now = theme().now
        shape = QPainterPath()
        shape.addRoundedRect(place, 3, 3)
        if self._picture.isNull():
            painter.fillPath(shape, now.field if now.dark else now.hover)
            icons.paint(painter, "picture", place.adjusted(10, 10, -10, -10), "text3")
            return
        painter.save()
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._picture)
        painter.restore()


def _corner(grid: QImage) -> QImage:
    """A square from the bottom left of a sample grid, small: there the model's own work is."""
    side = min(grid.width(), grid.height(), 128)
    if side < 1:
        return QImage()
    cut = grid.copy(max(0, grid.width() - side), grid.height() - side, side, side)
    smooth = Qt.TransformationMode.SmoothTransformation
    return cut.scaled(96, 96, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)


class RunList(QWidget):
    """`chosen(Path)`: the folder of the Run the person chose."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Runs"))
        self.rows: dict[Path, RunRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 0, 4, 8)
        self._column.setSpacing(2)
        self._empty = Label(_("What you train, here or in the terminal, is listed here."), 11, color="text3", wrap=True)
        self._empty.setContentsMargins(8, 0, 8, 0)
        self._column.addWidget(self._empty)

    def show_runs(self, runs: list[Listed], current: Path | None) -> None:
        there = {listed.run.folder for listed in runs}
        for folder in [one for one in self.rows if one not in there]:
            row = self.rows.pop(folder)
            self._column.removeWidget(row)
            row.deleteLater()
        self._empty.setVisible(not runs)
        for place, listed in enumerate(runs):
            row = self.rows.get(listed.run.folder)
            if row is None:
                row = self.rows[listed.run.folder] = RunRow()
                row.clicked.connect(self._clicked)
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
            row.show_run(listed)
        self.set_current(current)

    def set_current(self, folder: Path | None) -> None:
        for one, row in self.rows.items():
            row.setAutoExclusive(False)
            row.setChecked(one == folder)
            row.setAutoExclusive(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        ordered = sorted(self.rows.values(), key=self._column.indexOf)
        held = next((at for at, row in enumerate(ordered) if row.hasFocus()), None)
        if step is None or held is None or not 0 <= held + step < len(ordered):
            super().keyPressEvent(event)
            return
        ordered[held + step].setFocus(Qt.FocusReason.TabFocusReason)
        ordered[held + step].click()

    def _clicked(self) -> None:
        for folder, row in self.rows.items():
            if row is self.sender():
                self.chosen.emit(folder)
