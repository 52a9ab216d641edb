"""The timeline: ruler, pictures, curves; below them the button for one more curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.latent.directions import Direction
from ganstudio.core.text import _
from ganstudio.ui.explore.walk.curve_row import CurveRow
from ganstudio.ui.explore.walk.editing import PSI, WalkEditor
from ganstudio.ui.explore.walk.pictures import PicturesRow
from ganstudio.ui.explore.walk.player import Player
from ganstudio.ui.explore.walk.ruler import Ruler
from ganstudio.ui.explore.walk.scale import TimeScale
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Button, Divider

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_LEAST_SECONDS = 4.0  # so much is seen at least
_MOST_CURVES = 8


class Timeline(QWidget):
    """`keyframe_wanted`: the picture that is shown becomes one."""

    keyframe_wanted = Signal()

    def __init__(self, journey: Journey, link: ExploreLink, editor: WalkEditor, player: Player) -> None:
        super().__init__()
        self._journey, self._editor, self._player = journey, editor, player
        self.scale = TimeScale(self)
        self.ruler = Ruler(self.scale)
        self.pictures = PicturesRow(self.scale, journey, link, editor, player)
        self.rows: list[CurveRow] = []
        self._ids: tuple[str, ...] | None = None
        self.add_key = Button(_("Keyframe"), "plus", parent=self.ruler)
        self.add_key.setToolTip(_("The picture that is shown becomes a keyframe  K"))
        self.add_curve = Button(_("Add a curve"), "plus", "link")
        self._curves = QVBoxLayout()
        self._curves.setContentsMargins(0, 0, 0, 0)
        self._curves.setSpacing(0)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._curves)
        column.addWidget(Divider("edge"))
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 4, 12, 6)
        foot.addWidget(self.add_curve, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(foot)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self._scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 1, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.ruler)
        whole.addWidget(self.pictures)
        whole.addWidget(self._scroll, 1)
        self.setAccessibleName(_("Timeline"))
        self._connect()
        follow(self._restyle)
        self._changed()

    def _connect(self) -> None:
        self.ruler.sought.connect(self._player.seek)
        self.pictures.sought.connect(self._player.seek)
        self._player.moved.connect(self.scale.set_now)
        self._editor.changed.connect(self._changed)
        self.add_key.clicked.connect(self.keyframe_wanted)
        self.add_curve.clicked.connect(self._open_curves)

    def _restyle(self) -> None:
        size = self.add_key.sizeHint()
        wide, top = min(size.width(), self.scale.left - 16), (self.ruler.height() - size.height()) // 2
        self.add_key.setGeometry(8, top, wide, size.height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(800, theme().px(320))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.scale.set_width(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().now.panel)
            painter.fillRect(0, 0, self.width(), 1, theme().now.edge)

    # Curves

    @Slot()
    def _changed(self) -> None:
        walk = self._editor.walk
        self.ruler.end = walk.seconds
        self.scale.set_seconds(max(walk.seconds, _LEAST_SECONDS))
        ids = (*((PSI,) if walk.psi is not None else ()), *(str(n) for n in range(len(walk.tracks))))
        names = (*ids, *(one.push.name for one in walk.tracks))
        if names != self._ids:
            self._ids = names
            self._rebuild(ids)
        room = len(ids) < _MOST_CURVES
        self.add_curve.set_possible(bool(walk.keys) and room, _("Drag two pictures here") if room else "")

    def _rebuild(self, ids: tuple[str, ...]) -> None:
        had = next((row.id for row in self.rows if row.hasFocus()), None)
        for row in self.rows:
            self._curves.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._row(id, number) for number, id in enumerate(ids)]
        for row in self.rows:
            row.remove_wanted.connect(self._editor.remove_curve)
            self._curves.addWidget(row)
            if row.id == had:
                row.setFocus()

    def _row(self, id: str, number: int) -> CurveRow:
        if id == PSI:
            return CurveRow(
                self.scale, self._editor, id, _("Truncation ψ"), (0.0, 1.0), (-1.0, 2.0), colour=number, step=0.05
            )
        name = self._editor.walk.tracks[int(id)].push.name
        return CurveRow(
            self.scale, self._editor, id, name, (-3.0, 3.0), (-100.0, 100.0), unit="σ", colour=number, step=0.1
        )

    @Slot()
    def _open_curves(self) -> None:
        self.curve_menu().popup(self.add_curve.mapToGlobal(QPoint(0, self.add_curve.height() + 2)))

    def curve_menu(self) -> QMenu:
        """What a curve can be of."""
        menu, walk = QMenu(self), self._editor.walk
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        psi = menu.addAction(_("Truncation ψ"))
        psi.setEnabled(walk.psi is None)
        psi.triggered.connect(self._add_psi)
        menu.addSeparator()
        known = self._journey.directions
        used = {one.push.name for one in walk.tracks}
        for direction in () if known is None else known.items:
            action = menu.addAction(direction.name)
            action.setEnabled(direction.name not in used)
            action.triggered.connect(partial(self._add_track, direction))
        return menu

    @Slot()
    def _add_psi(self) -> None:
        self._editor.add_psi()

    def _add_track(self, direction: Direction, *_unused: object) -> None:
        self._editor.add_track(direction)
