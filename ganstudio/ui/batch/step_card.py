"""A step of the recipe as a card: what it is, how it is set; moved, changed, removed by mouse and keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QSizePolicy, QWidget

from ganstudio.core.names import shown
from ganstudio.core.params import ModelOf
from ganstudio.core.paths import has_folder
from ganstudio.core.text import _
from ganstudio.models.library import Entry
from ganstudio.tools.recipe import Step
from ganstudio.tools.upscale import USUAL_SCALE
from ganstudio.ui import icons
from ganstudio.ui.panels.choices import choices
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw, wording

STEP = "application/x-ganstudio-step"


def icon_of(tool: str) -> str:
    return tool if tool in icons.names() else "adjust"


Models = Mapping[str, tuple[str, float]]  # a model's or group's name → its title and how much larger it usually makes


def models_of(entries: list[Entry]) -> Models:
    known = {}
    for kind in {entry.card.kind for entry in entries}:
        for choice in choices(entries, kind):
            known |= {entry.name: (choice.title, float(entry.card.scale)) for entry in choice.entries}
            known[choice.name] = (choice.title, float(choice.entry_for(USUAL_SCALE).card.scale))
    return known


def summary(step: Step, models: Models | None = None) -> str:
    """The chosen model and what differs from usual, in one line; a size only where something says it."""
    said: list[str] = []
    own = 0.0
    for one in step.params.parameters():
        value = getattr(step.params, one.name)
        if isinstance(one.kind, ModelOf):
            title, own = (models or {}).get(value, (shown(PurePath(value).stem if has_folder(value) else value), 0.0))
            said.append(title)
        elif one.name == "scale":
            asked = value or (0.0 if getattr(step.params, "size", None) else own)
            said.append(wording.factor(asked) if asked else "")
        elif value != one.default and value is not None:
            text = one.kind.text(value)
            said.append(text if one.name == "size" else f"{_(one.label).lower()} {text}")
    return ", ".join(filter(None, said)) or _("As usual")


class StepCard(QAbstractButton):
    """`clicked` opens it; `removed()`, `shifted(int)` by one up or down."""

    removed = Signal()
    shifted = Signal(int)

    def __init__(self, step: Step, number: int, models: Models | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step, self.number = step, number
        self._pressed: QPoint | None = None
        self.setText(_(step.tool.title))
        self._summary = summary(step, models)
        self.setAccessibleName(f"{number + 1}. {self.text()}: {self._summary}")
        self.setAccessibleDescription(_("Enter changes it, Delete removes it, Alt and the arrows move it"))
        self.setToolTip(self._summary)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self._restyle)

    def _restyle(self) -> None:
        self.setProperty("ring_radius", 6)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme().px(200), theme().px(48))

    def event(self, event: QEvent) -> bool:
        # Delete and the arrows belong to the card while it has the focus, not to the queue's actions.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._own(event):
            event.accept()
            return True
        return super().event(event)

    def _own(self, event: QKeyEvent) -> bool:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        moves = alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        return bool(moves) or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.shifted.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = QApplication.startDragDistance()
        moved = self._pressed is not None and (event.position().toPoint() - self._pressed).manhattanLength() > far
        if not moved or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        self._pressed = None
        self.setDown(False)
        drag = QDrag(self)
        mime = QMimeData()
        mime.setData(STEP, str(self.number).encode())
        drag.setMimeData(mime)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Change…"), self.click)
        menu.addAction(_("Earlier"), self._earlier)
        menu.addAction(_("Later"), self._later)
        menu.addSeparator()
        menu.addAction(_("Remove"), self.removed.emit)
        menu.popup(event.globalPos())

    def _earlier(self) -> None:
        self.shifted.emit(-1)

    def _later(self) -> None:
        self.shifted.emit(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now, area = theme().now, self.rect()
            draw.box(painter, area, now.hover if self.underMouse() else now.raised, now.frame, 6)
            middle = area.height() // 2
            icons.paint(painter, "drag", QRectF(8, middle - 7, 14, 14), "text3")
            icons.paint(painter, icon_of(self.step.tool.id), QRectF(32, middle - 8, 16, 16), "accent_text")
            icons.paint(painter, "chevron_right", QRectF(area.width() - 24, middle - 7, 14, 14), "text2")
            line = theme().metrics(12).height()
            room = QRectF(60, middle - line - 1, area.width() - 60 - 30, line)
            draw.text(painter, room, self.text(), theme().font(12, 600), now.text)
            draw.text(painter, room.translated(0, line + 3), self._summary, theme().font(11), now.text2)
