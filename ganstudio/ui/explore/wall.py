"""A wall of small square pictures: children, favourites, picks. Painted as one widget; arrows, Space and Enter work."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from ganstudio.ui.explore.tiles import Tile, TileLook
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import accessible, draw

GAP = 6


class Wall(QWidget):
    """`pressed(int)` by click, Space or digit; `entered(int)` by double-click or Enter; `menu_wanted(int, QPoint)`;
    `dragged(int)`; `moved(int)` when the arrows go to another picture; `deleted(int)` by Delete."""

    spoken_role = QAccessible.Role.List
    pressed = Signal(int)
    entered = Signal(int)
    menu_wanted = Signal(int, QPoint)
    dragged = Signal(int)
    moved = Signal(int)
    deleted = Signal(int)

    def __init__(
        self, name: str, columns: int = 0, *, side: int = 60, digits: bool = False, parent: QWidget | None = None
    ) -> None:
        """So many columns, or (0) as many as fit with tiles of about `side`. `digits`: 1 to 9 press the tiles."""
        super().__init__(parent)
        self._columns, self._side, self._digits = columns, side, digits
        self._tiles: list[Tile] = []
        self._at, self._over = 0, -1
        self._ring = False
        self._press: tuple[int, QPointF] | None = None
        self._look = TileLook()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "own")
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        follow(self._restyle)

    # What is shown

    @property
    def tiles(self) -> list[Tile]:
        return list(self._tiles)

    @property
    def at(self) -> int:
        """The tile that the keyboard is at; -1 without tiles."""
        return min(self._at, len(self._tiles) - 1)

    def set_tiles(self, tiles: list[Tile]) -> None:
        if tiles == self._tiles:
            return
        other = len(tiles) != len(self._tiles)
        self._tiles = list(tiles)
        self._at = max(0, min(self._at, len(tiles) - 1))
        if other:
            self._over = -1
            self._fit()
        self.setAccessibleDescription(self.spoken_value())
        self.update()

    def set_at(self, index: int) -> None:
        if 0 <= index < len(self._tiles) and index != self._at:
            self._at = index
            self.setAccessibleDescription(self.spoken_value())
            accessible.tell(self, self.spoken_value())
            self.update()
            self.moved.emit(index)

    def tile_rect(self, index: int) -> QRect:
        """Where a tile is, for scrolling to it."""
        columns, side = self._grid(self.width())
        row, column = divmod(index, columns)
        left = round(column * (side + GAP))
        return QRect(left, round(row * (side + GAP)), round(column * (side + GAP) + side) - left, int(side))

    def tile_at(self, pos: QPoint | QPointF) -> int:
        """-1 where there is none."""
        spot = pos.toPoint() if isinstance(pos, QPointF) else pos
        return next((n for n in range(len(self._tiles)) if self.tile_rect(n).contains(spot)), -1)

    # Sizes

    def _grid(self, width: int) -> tuple[int, float]:
        columns = self._columns or max(1, int((width + GAP) // (theme().px(self._side) + GAP)))
        return columns, max(16.0, (width - GAP * (columns - 1)) / columns)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        columns, side = self._grid(width)
        rows = max(1, -(-len(self._tiles) // columns))
        return round(rows * side + (rows - 1) * GAP)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(240), self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), theme().px(40))

    def _fit(self) -> None:
        self.setFixedHeight(self.heightForWidth(max(self.width(), 16)))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != self.width():
            self._look.forget()
            self._fit()

    def _restyle(self) -> None:
        self._look.forget()
        self._fit()
        self.update()

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        index = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._press = (index, event.position())
            self.set_at(index)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None:
            far = (event.position() - self._press[1]).manhattanLength()
            if far >= QApplication.startDragDistance():
                index, self._press = self._press[0], None
                self.dragged.emit(index)
            return
        over = self.tile_at(event.position())
        if over != self._over:
            self._over = over
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._press = self._press, None
        if pressed is not None and self.tile_at(event.position()) == pressed[0]:
            self.pressed.emit(pressed[0])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.entered.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.at if by_key else self.tile_at(event.pos())
        if index >= 0:
            self.set_at(index)
            spot = self.mapToGlobal(self.tile_rect(index).center()) if by_key else event.globalPos()
            self.menu_wanted.emit(index, spot)

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        columns = self._grid(self.width())[0]
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_Home: -len(self._tiles),
            Qt.Key.Key_End: len(self._tiles),
        }
        digit = key.value - Qt.Key.Key_1.value
        self._ring = True
        if key in steps:
            self.step_by(steps[key])
        elif self._digits and 0 <= digit < min(9, len(self._tiles)):
            self.set_at(digit)
            self.pressed.emit(digit)
        elif key == Qt.Key.Key_Space and self.at >= 0:
            self.pressed.emit(self.at)
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self.entered.emit(self.at)
        elif key == Qt.Key.Key_Delete and self.at >= 0:
            self.deleted.emit(self.at)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QHelpEvent.Type.ToolTip:
            index = self.tile_at(event.pos())
            words = self._words(index) if index >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    # Said

    def _words(self, index: int) -> str:
        tile = self._tiles[index]
        return "  ".join(filter(None, (tile.name, tile.spoken)))

    def spoken_value(self) -> str:
        return self._words(self.at) if self._tiles else ""

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return (self.at + 1.0, 1.0, float(len(self._tiles)), 1.0) if self._tiles else None

    def speak_to(self, value: float) -> None:
        self.set_at(round(value) - 1)

    def step_by(self, steps: float) -> None:
        if self._tiles:
            self.set_at(max(0, min(len(self._tiles) - 1, self._at + round(steps))))

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            for index, tile in enumerate(self._tiles):
                rect = self.tile_rect(index)
                if rect.intersects(event.rect().adjusted(-4, -4, 4, 4)):
                    over, ring = self._over == index and self.isEnabled(), self._ring and index == self.at
                    self._look.paint(painter, tile, rect, over=over, ring=ring)
