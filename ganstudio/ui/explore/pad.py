"""The latent pad: four pictures in its corners, and a place between them to be dragged."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.latent import Latent, Point
from ganstudio.core.latent.moving import blended, blended_keeping_norm
from ganstudio.core.text import N_, _
from ganstudio.ui import icons
from ganstudio.ui.explore.carrying import carried_in
from ganstudio.ui.explore.naming import name_of
from ganstudio.ui.explore.pad_corners import PICTURE, Corners
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Label, Slider, accessible, draw, wording

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_HIGH, _EDGE = 128, 8
_STEP, _FAR = 0.02, 0.1
_TRAIL = 60  # places that are remembered
PLACES = (N_("top left"), N_("top right"), N_("bottom left"), N_("bottom right"))


def shares(x: float, y: float) -> list[float]:
    """How much of each corner there is at a place: they add up to 1."""
    return [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y]


class PadPanel(QWidget):
    """The pad with two sliders below it, which say the same in numbers."""

    head_changed = Signal(str)

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pad = LatentPad(journey, link)
        self.across = Slider(0, 1, 0.5, step=0.01, unit="%", shown=100.0, label=_("Across"), inline=True)
        self.down = Slider(0, 1, 0.5, step=0.01, unit="%", shown=100.0, label=_("Down"), inline=True)
        hint = _("Drop favourites on the corners, or press a corner for another seed.")
        self.hint = Label(hint, 11, color="text3", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 12)
        column.setSpacing(4)
        for widget in (self.pad, self.across, self.down, self.hint):
            column.addWidget(widget)
        self.pad.moved.connect(self._moved)
        self.across.changed.connect(self._slid)
        self.down.changed.connect(self._slid)
        self.across.committed.connect(self.pad.rest)
        self.down.committed.connect(self.pad.rest)
        self._moved(self.pad.across, self.pad.down)
        self._head()

    def _head(self) -> None:
        self.head_changed.emit(_("drag to move"))

    def showEvent(self, event: object) -> None:
        self._head()

    @Slot(float, float)
    def _moved(self, x: float, y: float) -> None:
        self.across.set_value(x)
        self.down.set_value(y)

    @Slot()
    def _slid(self) -> None:
        self.pad.go(self.across.value, self.down.value)


class LatentPad(QWidget):
    """`moved(x, y)` when the place is another, 0 to 1 from the top left. Arrows go a step, Page and Shift change how
    far; a drag is one step of the journey."""

    spoken_role = QAccessible.Role.Slider
    moved = Signal(float, float)

    def __init__(self, journey: Journey, link: ExploreLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self.known = Corners(journey, link, self)
        self._round: dict[int, tuple[tuple[int, int], QPixmap]] = {}  # as they are painted
        self._mine: Latent | None = None  # what the pad last went to
        self._trail: list[QPointF] = []
        self._dragging = self._ring = False
        self._over = -1
        self.across, self.down = 0.5, 0.5
        self.setAccessibleName(_("Latent pad"))
        self.setToolTip(_("Drag between four pictures; arrows move, too"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.known.changed.connect(self.update)
        self.known.placed.connect(self._placed)
        journey.changed.connect(self._went)
        follow(self._restyle)
        self.known.look()

    # The corners

    @property
    def corners(self) -> tuple[Latent, ...]:
        """Four, or none as long as no model is open."""
        return self.known.latents

    def set_corner(self, corner: int, latent: Latent) -> None:
        before = self.corners
        if before and latent.model == self._journey.latent.model:
            self.known.remember(self.across, self.down, (*before[:corner], latent, *before[corner + 1 :]))

    def another_seed(self, corner: int) -> None:
        self.set_corner(corner, self.known.seeded())

    @Slot(float, float)
    def _placed(self, x: float, y: float) -> None:
        self.across, self.down = x, y
        self.moved.emit(x, y)

    # Moving

    def go(self, x: float, y: float) -> None:
        """To a place between the corners, 0 to 1 each; ends that are passed stay the ends."""
        x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
        if (x, y) == (self.across, self.down) or self.known.points is None:
            return
        self._trail = [*self._trail[-_TRAIL:], QPointF(self.across, self.down)]
        self.across, self.down = x, y
        facts, here = self._journey.facts, self._journey.latent
        blend = blended if facts is None or facts.has_w else _blended_rows
        point = Point.of(blend(self.known.points, shares(x, y)))
        # Sliders that the person has pushed stay in force; the corners' own are in their points.
        self._mine = replace(here, point=point, seeds=self.known.asked[0].seeds, mix=None)
        self._journey.go(self._mine, _("Latent pad"), merge="pad")
        accessible.tell(self, self.spoken_value())
        self.moved.emit(x, y)
        self.update()

    @Slot()
    def rest(self) -> None:
        """A drag is over: what follows is a step of its own."""
        self._journey.end_merge()
        if self.corners:
            self.known.remember(self.across, self.down)

    @Slot(object)
    def _went(self, latent: Latent) -> None:
        """Somewhere else: the trail is of another way."""
        if self._trail and latent != self._mine:
            self._trail.clear()
            self.update()

    # Places

    def _area(self) -> QRectF:
        return QRectF(self.rect())

    def _spot(self, x: float, y: float) -> QPointF:
        """A place in pixels: the knob at an end lies inside the pad."""
        area = self._area().adjusted(12, 12, -12, -12)
        return QPointF(area.left() + x * area.width(), area.top() + y * area.height())

    def _place(self, pos: QPointF) -> tuple[float, float]:
        area = self._area().adjusted(12, 12, -12, -12)
        return (pos.x() - area.left()) / max(1.0, area.width()), (pos.y() - area.top()) / max(1.0, area.height())

    def _corner_rect(self, corner: int) -> QRectF:
        side, area = theme().px(PICTURE), self._area().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        left = area.left() if corner % 2 == 0 else area.right() - side
        top = area.top() if corner < 2 else area.bottom() - side
        return QRectF(left, top, side, side)

    def _corner_at(self, pos: QPointF) -> int:
        return next((n for n in range(4) if self._corner_rect(n).contains(pos)), -1)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(240), theme().px(_HIGH))

    def _restyle(self) -> None:
        self.setFixedHeight(theme().px(_HIGH))
        self.update()

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() != Qt.MouseButton.LeftButton or self.known.points is None:
            return
        knob = self._spot(self.across, self.down)
        near = (event.position() - knob).manhattanLength() < 16
        corner = self._corner_at(event.position())
        if corner >= 0 and not near:
            self._corner_menu(corner, event.globalPosition().toPoint())
            return
        self._dragging = True
        self.go(*self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.go(*self._place(event.position()))
            return
        over = self._corner_at(event.position())
        if over != self._over:
            self._over = over
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self.rest()

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        ways = {
            Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0), Qt.Key.Key_Up: (0.0, -step),
            Qt.Key.Key_Down: (0.0, step), Qt.Key.Key_Home: (-1.0, -1.0), Qt.Key.Key_End: (1.0, 1.0),
        }  # fmt: skip
        if key not in ways:
            super().keyPressEvent(event)
            return
        self._ring = True
        self.go(self.across + ways[key][0], self.down + ways[key][1])
        if not event.isAutoRepeat():
            self.rest()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        nearest = (1 if self.across > 0.5 else 0) + (2 if self.down > 0.5 else 0)
        corner = nearest if by_key else self._corner_at(QPointF(event.pos()))
        if corner >= 0:
            self._corner_menu(corner, event.globalPos())

    def _corner_menu(self, corner: int, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("{picture}, {place}").format(picture=name_of(self.corners[corner]), place=_(PLACES[corner]))
        menu.addAction(title).setEnabled(False)
        menu.addAction(_("Another seed")).triggered.connect(partial(self._menu_seed, corner))
        menu.addAction(_("The picture that is shown")).triggered.connect(partial(self._menu_shown, corner))
        model, favourites = self._journey.latent.model, menu.addMenu(_("A favourite"))
        for one in self._journey.session.favourites:
            if one.latent.model == model:
                favourites.addAction(one.name).triggered.connect(partial(self._menu_take, corner, one.latent))
        favourites.setEnabled(not favourites.isEmpty())
        menu.popup(at)

    def _menu_seed(self, corner: int, *_unused: object) -> None:
        self.another_seed(corner)

    def _menu_shown(self, corner: int, *_unused: object) -> None:
        self.set_corner(corner, self._journey.latent)

    def _menu_take(self, corner: int, latent: Latent, *_unused: object) -> None:
        self.set_corner(corner, latent)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.corners and any(one.latent.model == self._journey.latent.model for one in carried_in(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The corner that is nearest takes it."""
        x, y = self._place(event.position())
        event.acceptProposedAction()
        self.set_corner((1 if x > 0.5 else 0) + (2 if y > 0.5 else 0), carried_in(event.mimeData())[0].latent)

    # Said

    def spoken_value(self) -> str:
        return _("{across} across, {down} down").format(
            across=wording.percent(self.across), down=wording.percent(self.down)
        )

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return self.across * 100, 0.0, 100.0, 2.0

    def speak_to(self, value: float) -> None:
        self.go(value / 100, self.down)
        self.rest()

    def step_by(self, steps: float) -> None:
        self.go(self.across + steps * _STEP, self.down)
        self.rest()

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self._area()
            draw.box(painter, area, now.field, now.frame, 5)
            painter.setPen(QPen(now.line, draw.hair(painter)))
            for n in range(1, 6):
                x = round(area.left() + n * area.width() / 6) + 0.5
                painter.drawLine(QPointF(x, area.top() + 1), QPointF(x, area.bottom() - 1))
            for n in range(1, 3):
                y = round(area.top() + n * area.height() / 3) + 0.5
                painter.drawLine(QPointF(area.left() + 1, y), QPointF(area.right() - 1, y))
            for corner in range(4):
                self._paint_corner(painter, corner)
            if self.known.points is None:
                return
            if self._trail:
                pen = QPen(now.accent_text, 1.5)
                pen.setDashPattern([2, 2])
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(
                    QPolygonF([self._spot(one.x(), one.y()) for one in (*self._trail, QPointF(self.across, self.down))])
                )
            knob, radius = self._spot(self.across, self.down), theme().glyph(7)
            painter.setPen(QPen(now.knob, 2.0))
            painter.setBrush(now.accent)
            painter.drawEllipse(knob, radius, radius)
            if self._ring:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(now.accent_text, 1.5))
                painter.drawEllipse(knob, radius + 3.5, radius + 3.5)

    def _paint_corner(self, painter: QPainter, corner: int) -> None:
        now, rect, picture = theme().now, self._corner_rect(corner), self.known.pictures[corner]
        if picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.raised)
            painter.drawEllipse(rect)
        else:
            painter.drawPixmap(rect.topLeft(), self._rounded(corner, picture, rect, icons.device_ratio(painter)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(now.accent_text if corner == self._over else now.edge, 1.5))
        painter.drawEllipse(rect)

    def _rounded(self, corner: int, picture: QImage, rect: QRectF, ratio: float) -> QPixmap:
        """A picture as it lies in a corner, in device pixels: the pad is painted with every move."""
        key = picture.cacheKey(), round(rect.width() * ratio)
        known = self._round.get(corner)
        if known is not None and known[0] == key:
            return known[1]
        made = QPixmap(key[1], key[1])
        made.fill(Qt.GlobalColor.transparent)
        with draw.begin(QPainter(made)) as inner:
            round_ = QPainterPath()
            round_.addEllipse(QRectF(0, 0, key[1], key[1]))
            inner.setClipPath(round_)
            inner.drawImage(QRectF(0, 0, key[1], key[1]), picture)
        made.setDevicePixelRatio(ratio)
        self._round[corner] = key, made
        return made


def _blended_rows(points: NDArray[np.float32], weights: list[float]) -> NDArray[np.float32]:
    """A blend of z, row by row."""
    rows = [blended_keeping_norm(points[:, row], weights) for row in range(points.shape[1])]
    return np.stack(rows)
