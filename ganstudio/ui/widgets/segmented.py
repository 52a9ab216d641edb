"""Two to four short words, one chosen. Where they have no room they become a select."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ganstudio.ui import icons
from ganstudio.ui.theme import follow, theme

from . import accessible, draw

_INSET = 2


class Segmented(QWidget):
    """`chosen(id)` after the person chose another; arrows, Home and End move, a click chooses."""

    spoken_role = QAccessible.Role.PageTabList
    chosen = Signal(str)

    def __init__(self, options: list[tuple[str, str]], name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._at = 0 if options else -1
        self._over, self._down = -1, -1
        self._possible: dict[str, str] = {}
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    @property
    def current(self) -> str:
        return self._options[self._at][0] if self._at >= 0 else ""

    @property
    def current_text(self) -> str:
        return self._options[self._at][1] if self._at >= 0 else ""

    @property
    def options(self) -> list[tuple[str, str]]:
        return list(self._options)

    def set_current(self, chosen: str) -> None:
        """Chooses without a signal; KeyError for an id that is no option."""
        self._at = self._index(chosen)
        self.update()

    def set_options(self, options: list[tuple[str, str]]) -> None:
        """Other words; the same id stays chosen where it is still there."""
        before = self.current
        self._options = list(options)
        ids = [one for one, _ in options]
        self._at = ids.index(before) if before in ids else (0 if ids else -1)
        self._restyle()

    def set_possible(self, option: str, possible: bool, reason: str = "") -> None:
        """Greys one word out, with the reason as its tooltip."""
        self._index(option)
        if possible:
            self._possible.pop(option, None)
        else:
            self._possible[option] = reason
        self.update()

    def _index(self, option: str) -> int:
        ids = [one for one, _ in self._options]
        if option not in ids:
            raise KeyError(option)
        return ids.index(option)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _widest(self) -> int:
        measure = theme().metrics(12, 500)
        return max((measure.horizontalAdvance(text) for _, text in self._options), default=0)

    def sizeHint(self) -> QSize:
        return QSize((self._widest() + 24) * len(self._options) + 2 * _INSET, theme().px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widest() + 40, theme().px(28))

    @property
    def folded(self) -> bool:
        """Whether there is so little room that it shows as a select."""
        return self.width() < (self._widest() + 8) * len(self._options) + 2 * _INSET

    def _cell(self, index: int) -> QRectF:
        inner = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        each = inner.width() / max(1, len(self._options))
        left, right = round(index * each), round((index + 1) * each)
        return QRectF(inner.x() + left, inner.y(), right - left, inner.height())

    def _hit(self, pos: QPoint) -> int:
        for index in range(len(self._options)):
            if self._cell(index).adjusted(0, -_INSET, 0, _INSET).contains(pos):
                return index
        return -1

    def _choose(self, index: int) -> None:
        if index == self._at or not 0 <= index < len(self._options):
            return
        if self._options[index][0] in self._possible:
            return
        self._at = index
        self.update()
        accessible.tell(self, self.current_text)
        self.chosen.emit(self.current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._hit(event.position().toPoint())
        if over != self._over:
            self._over = over
            known = self._options[over][0] if over >= 0 else ""
            self.setToolTip(self._possible.get(known, ""))
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.folded:
            self._menu()
            return
        self._down = self._hit(event.position().toPoint())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._down = self._down, -1
        self.update()
        if was >= 0 and was == self._hit(event.position().toPoint()):
            self._choose(was)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, mirror = event.key(), self.isRightToLeft()
        back = {Qt.Key.Key_Up, Qt.Key.Key_Right if mirror else Qt.Key.Key_Left}
        on = {Qt.Key.Key_Down, Qt.Key.Key_Left if mirror else Qt.Key.Key_Right}
        free = [i for i, (one, _) in enumerate(self._options) if one not in self._possible]
        if key in back or key in on:
            self.step_by(-1 if key in back else 1)
        elif key == Qt.Key.Key_Home and free:
            self._choose(free[0])
        elif key == Qt.Key.Key_End and free:
            self._choose(free[-1])
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return) and self.folded:
            self._menu()
        else:
            super().keyPressEvent(event)

    def step_by(self, steps: float) -> None:
        """To the next word that is possible, as the arrows do."""
        free = [i for i, (one, _) in enumerate(self._options) if one not in self._possible]
        if steps < 0:
            self._choose(max((i for i in free if i < self._at), default=self._at))
        else:
            self._choose(min((i for i in free if i > self._at), default=self._at))

    def spoken_value(self) -> str:
        return self.current_text

    def spoken_range(self) -> tuple[float, float, float, float] | None:
        return None

    def speak_to(self, value: float) -> None:
        self._choose(round(value))

    def _menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for index, (option, text) in enumerate(self._options):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(index == self._at)
            action.setEnabled(option not in self._possible)
            action.setData(index)
        menu.triggered.connect(self._menu_chose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _menu_chose(self, action: object) -> None:
        self._choose(action.data())  # type: ignore[attr-defined]

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            if self.folded:
                self._paint_folded(painter)
                return
            draw.box(painter, self.rect(), now.field, now.frame)
            for index, (option, words) in enumerate(self._options):
                cell, chosen = self._cell(index), index == self._at
                possible = self.isEnabled() and option not in self._possible
                if chosen:
                    draw.box(painter, cell, now.segment if self.isEnabled() else now.raised, None, 4)
                elif index in (self._down, self._over) and possible:
                    draw.box(painter, cell, now.pressed if index == self._down else now.hover, None, 4)
                colour = now.text if chosen else now.text2
                if chosen and now.contrast:
                    colour = now.on_accent
                room, font = cell.adjusted(4, 0, -4, 0), theme().font(12, 500 if chosen else 400)
                shade = colour if possible else now.text3
                draw.text(painter, room, words, font, shade, Qt.AlignmentFlag.AlignHCenter)

    def _paint_folded(self, painter: QPainter) -> None:
        now, area = theme().now, QRectF(self.rect())
        draw.box(painter, area, now.hover if self._over >= 0 else now.raised, now.frame)
        colour = now.text if self.isEnabled() else now.text3
        draw.text(painter, area.adjusted(8, 0, -28, 0), self.current_text, theme().font(), colour)
        side = theme().glyph(14)
        spot = QRectF(area.right() - side - 8, (area.height() - side) // 2, side, side)
        icons.paint(painter, "chevron_down", spot, "text2" if self.isEnabled() else "track")
