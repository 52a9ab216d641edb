"""The family tree: every litter as its parents' pictures, generation under generation; a press goes back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAccessible, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ganstudio.core.latent.session import Family, Litter
from ganstudio.core.text import _, ngettext_
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import Label, accessible, draw, wording

if TYPE_CHECKING:
    from ganstudio.ui.explore.breed.nursery import Nursery

_SIDE, _GAP, _DOWN = 44, 16, 44
_MOST_PARENTS = 3  # pictures of parents that one litter shows


@dataclass(frozen=True)
class Spot:
    """Where a litter stands: `column` in half widths from the left, `row` its generation."""

    place: int
    column: float
    row: int


def spots(family: Family) -> list[Spot]:
    """Each litter over the middle of its branches, branches side by side in the order of their breeding."""
    branches: dict[int | None, list[int]] = {}
    for place, litter in enumerate(family.litters):
        branches.setdefault(litter.parent, []).append(place)
    columns: dict[int, float] = {}
    free = 0.0
    # From the newest: a litter's branches come after it, so they have their columns before it has.
    order: list[int] = []
    waiting = list(reversed(branches.get(None, [])))
    while waiting:
        place = waiting.pop()
        order.append(place)
        waiting += reversed(branches.get(place, []))
    for place in order:
        if place not in branches:
            columns[place] = free
            free += 1.0
    for place in reversed(order):
        if place in branches:
            below = [columns[one] for one in branches[place]]
            columns[place] = (below[0] + below[-1]) / 2
    return [Spot(place, columns[place], family.generation(place) - 1) for place in range(len(family.litters))]


class TreeView(QWidget):
    """Arrows go to parents, branches and neighbours, Enter or a press looks at a litter."""

    spoken_role = QAccessible.Role.Tree

    def __init__(self, nursery: Nursery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nursery = nursery
        self._spots: list[Spot] = []
        self._at = 0
        self._ring = False
        self.setAccessibleName(_("Family tree"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        nursery.changed.connect(self._refresh)
        follow(self._refresh)

    @property
    def at(self) -> int:
        return self._at

    @Slot()
    def _refresh(self) -> None:
        family = self._nursery.family
        self._spots = spots(family)
        self._at = family.at if family.at is not None else 0
        self.setFixedSize(self.sizeHint())
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    def _unit(self) -> QSize:
        side = theme().px(_SIDE)
        return QSize(round(side * 1.7) + _GAP, side + theme().px(_DOWN))

    def sizeHint(self) -> QSize:
        unit = self._unit()
        wide = max((one.column for one in self._spots), default=0.0) + 1
        high = max((one.row for one in self._spots), default=0) + 1
        return QSize(round(wide * unit.width()) + 16, high * unit.height() + 8)

    def rect_of(self, place: int) -> QRect:
        """Where a litter's pictures are."""
        unit, side, spot = self._unit(), theme().px(_SIDE), self._spots[place]
        wide = side + (self._count(place) - 1) * side // 3
        middle = 8 + (spot.column + 0.5) * unit.width()
        return QRect(round(middle - wide / 2), 8 + spot.row * unit.height(), wide, side)

    def _count(self, place: int) -> int:
        return max(1, min(_MOST_PARENTS, len(self._nursery.family.litters[place].parents)))

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        for spot in self._spots:
            if self.rect_of(spot.place).adjusted(-6, -6, 6, 20).contains(event.position().toPoint()):
                self._nursery.look_at(spot.place)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        family, key = self._nursery.family, event.key()
        if not self._spots:
            super().keyPressEvent(event)
            return
        self._ring = True
        litter = family.litters[self._at]
        row = sorted((one for one in self._spots if one.row == self._spots[self._at].row), key=lambda one: one.column)
        here = next(n for n, one in enumerate(row) if one.place == self._at)
        if key == Qt.Key.Key_Up and litter.parent is not None:
            self._go(litter.parent)
        elif key == Qt.Key.Key_Down and family.branches(self._at):
            self._go(family.branches(self._at)[-1])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._go(row[max(0, min(len(row) - 1, here + (1 if key == Qt.Key.Key_Right else -1)))].place)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._nursery.look_at(self._at)
        else:
            super().keyPressEvent(event)
        self.update()

    def _go(self, place: int) -> None:
        self._at = place
        self.setAccessibleDescription(self.spoken_value())
        accessible.tell(self, self.spoken_value())
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    # Said

    def spoken_value(self) -> str:
        family = self._nursery.family
        return words_of(family, self._at) if family.litters else ""

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return (self._at + 1.0, 1.0, float(len(self._spots)), 1.0) if self._spots else None

    def speak_to(self, value: float) -> None:
        self._go(max(0, min(len(self._spots) - 1, round(value) - 1)))

    def step_by(self, steps: float) -> None:
        self.speak_to(self._at + 1 + steps)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            family, now = self._nursery.family, theme().now
            painter.setPen(QPen(now.text3, 1.0))
            for spot in self._spots:
                parent = family.litters[spot.place].parent
                if parent is not None:
                    self._line(painter, self.rect_of(parent), self.rect_of(spot.place))
            for spot in self._spots:
                rect = self.rect_of(spot.place)
                if rect.adjusted(-8, -8, 8, 24).intersects(event.rect()):
                    self._paint_litter(painter, spot.place, rect)

    def _line(self, painter: QPainter, above: QRect, below: QRect) -> None:
        foot = theme().px(22)
        top = QPointF(above.center().x() + 0.5, above.bottom() + foot)
        end = QPointF(below.center().x() + 0.5, below.top() - 4)
        middle = round((top.y() + end.y()) / 2) + 0.5
        painter.drawPolyline([top, QPointF(top.x(), middle), QPointF(end.x(), middle), end])

    def _paint_litter(self, painter: QPainter, place: int, rect: QRect) -> None:
        now, litter = theme().now, self._nursery.family.litters[place]
        side = rect.height()
        for number in reversed(range(self._count(place))):
            spot = QRectF(rect.x() + number * side // 3, rect.y(), side, side)
            image = self._parent_image(litter, number)
            if image is None or image.isNull():
                draw.box(painter, spot, now.raised, now.line, 3)
            else:
                painter.drawImage(spot, image)
                draw.box(painter, spot, None, now.edge, 3)
        if place == self._nursery.family.at:
            draw.box(painter, QRectF(rect).adjusted(-3, -3, 3, 3), None, now.accent_text, 5, 2.0)
        if self._ring and place == self._at:
            draw.box(painter, QRectF(rect).adjusted(-6, -6, 6, 6), None, now.accent_text, 7, 1.5)
        below = QRectF(rect.center().x() - 60, rect.bottom() + 6, 120, theme().px(15))
        words = wording.percent(litter.mutation)
        draw.text(painter, below, words, theme().font(11), now.text3, Qt.AlignmentFlag.AlignHCenter)

    def _parent_image(self, litter: Litter, number: int) -> QImage | None:
        """A parent's picture: from the litter it was a child of, else from the middle of its own."""
        family, parent = self._nursery.family, litter.parents[number]
        for place in (litter.parent, family.litters.index(litter)):
            if place is not None and parent in family.litters[place].children:
                return self._nursery.picture(place, family.litters[place].children.index(parent))
        return None


def words_of(family: Family, place: int) -> str:
    """A litter in words."""
    litter = family.litters[place]
    parents = ngettext_("{count} parent", "{count} parents", len(litter.parents)).format(count=len(litter.parents))
    said = _("Generation {number}, {parents}, mutation {share}")
    return said.format(number=family.generation(place), parents=parents, share=wording.percent(litter.mutation))


class FamilyTree(Dialog):
    """Stands beside the work; the grid shows what is chosen here."""

    def __init__(self, nursery: Nursery, parent: QWidget | None = None) -> None:
        super().__init__(_("Family tree"), parent, wide=520)
        self.view = TreeView(nursery)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.view)
        scroll.setMinimumHeight(theme().px(320))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hint = _("Press a breeding to see its children again. Breeding from there begins a branch: nothing is lost.")
        self.body.addWidget(Label(hint, color="text2", wrap=True))
        self.body.addWidget(scroll)
        self.add_button(_("Close"), self.close)
        self.view.setFocus()
