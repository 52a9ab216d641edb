"""A layer's row: eye, picture, mask, name, what made it, lock, handle."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.core.document import Layer
from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.edit.layers.thumb import Thumb
from ganstudio.ui.edit.thumbs import Thumbs
from ganstudio.ui.edit.words import is_generated, layer_line
from ganstudio.ui.theme import follow, theme
from ganstudio.ui.widgets import draw
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import ElidedLabel

HIGH = 52
INSET = 4
HANDLE = 24
LINK = 12


class LayerRow(QWidget):
    """Signals carry the layer's id. `dragged(id, y)`: the handle is pulled, y in the list; `dropped(id)` ends it."""

    chosen = Signal(str)
    eye_pressed = Signal(str)
    lock_pressed = Signal(str)
    mask_pressed = Signal(str)
    renamed = Signal(str, str)
    stepped = Signal(str, int)
    walked = Signal(str, int)
    menu_wanted = Signal(str, QPoint)
    dragged = Signal(str, int)
    dropped = Signal(str)
    opened = Signal(str)  # a generated one was double-clicked: to where it was made

    def __init__(self, layer_id: str, thumbs: Thumbs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer_id = layer_id
        self._layer: Layer | None = None
        self._thumbs = thumbs
        self._is_chosen = self._pulling = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("ring_inset", 2)
        self.eye = Button(_("Hide layer"), "eye", kind="icon", parent=self)
        self.lock = Button(_("Unlock layer"), "lock", kind="icon", parent=self)
        self.picture = Thumb(_("Layer"), self)
        self.mask_picture = Thumb(_("Mask"), self)
        self.name = ElidedLabel("", color="text", parent=self)
        self.line = ElidedLabel("", size=11, color="text3", parent=self)
        self._edit: QLineEdit | None = None
        self._arrange()
        self.eye.clicked.connect(self._eye)
        self.lock.clicked.connect(self._lock)
        self.picture.clicked.connect(self._choose)
        self.mask_picture.clicked.connect(self._mask)
        follow(self._restyle)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET + 4, 0, HANDLE + INSET, 0)
        row.setSpacing(8)
        row.addWidget(self.eye)
        row.addWidget(self.picture)
        row.addSpacing(LINK - 8)
        row.addWidget(self.mask_picture)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.line)
        words.addStretch(1)
        self._words = words
        row.addLayout(words, 1)
        row.addWidget(self.lock)

    def sizeHint(self) -> QSize:
        return QSize(200, theme().px(HIGH))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def show_layer(
        self, layer: Layer, icc: bytes | None, chosen: bool, masking: bool, opened: tuple[int, int] | None
    ) -> None:
        """Bring the row in line with its layer; `masking`: a brush would paint its mask; `opened`: its size then."""
        self._layer = layer
        self._is_chosen = chosen
        self.eye.set_icon("eye" if layer.visible else "eye_off")
        self.eye.set_text(_("Hide layer") if layer.visible else _("Show layer"))
        self.lock.setVisible(layer.locked)
        self.picture.set_image(self._thumbs.of(layer.pixels, icc))
        self.mask_picture.setVisible(layer.mask is not None)
        if layer.mask is not None:
            self.mask_picture.set_image(self._thumbs.of(layer.mask))
        self.mask_picture.setChecked(masking)
        self.name.set_text(layer.name)
        self.name.set_color("text" if layer.visible else "text3")
        said = layer_line(layer, opened)
        self.line.set_text(said)
        self.line.set_color("text2" if chosen else "text3")
        states = [_("chosen") if chosen else "", "" if layer.visible else _("hidden"), _("locked") * layer.locked]
        self.setAccessibleName(", ".join([layer.name, *(one for one in states if one)]))
        self.setAccessibleDescription(said)
        self.update()

    def begin_rename(self) -> None:
        """A field in place of the name; Enter or leaving takes it, Esc gives it up."""
        if self._layer is None or self._edit is not None:
            return
        edit = QLineEdit(self._layer.name, self)
        edit.setAccessibleName(_("Name of the layer"))
        edit.setMaxLength(200)
        edit.setGeometry(self._words.geometry().adjusted(-4, 8, 0, -8))
        edit.selectAll()
        edit.editingFinished.connect(self._rename)
        edit.installEventFilter(self)
        self._edit = edit
        edit.show()
        edit.setFocus()

    def eventFilter(self, watched: QWidget, event: QKeyEvent) -> bool:  # type: ignore[override]
        if watched is self._edit and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QKeyEvent.Type.KeyPress:
                self._end_rename()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _rename(self) -> None:
        if self._edit is None or self._layer is None:
            return
        name = self._edit.text().strip()
        self._end_rename()
        if name and name != self._layer.name:
            self.renamed.emit(self.layer_id, name)

    def _end_rename(self) -> None:
        edit, self._edit = self._edit, None
        if edit is not None:
            edit.hide()
            edit.deleteLater()
            self.setFocus()

    # Events

    @Slot()
    def _eye(self) -> None:
        self.eye_pressed.emit(self.layer_id)

    @Slot()
    def _lock(self) -> None:
        self.lock_pressed.emit(self.layer_id)

    @Slot()
    def _choose(self) -> None:
        self.setFocus()
        self.chosen.emit(self.layer_id)

    @Slot()
    def _mask(self) -> None:
        self._choose()
        self.mask_pressed.emit(self.layer_id)

    def _on_handle(self, at: QPoint) -> bool:
        return at.x() >= self.width() - HANDLE - INSET

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pulling = self._on_handle(event.position().toPoint())
            self.chosen.emit(self.layer_id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pulling:
            self.dragged.emit(self.layer_id, self.mapToParent(event.position().toPoint()).y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pulling:
            self._pulling = False
            self.dropped.emit(self.layer_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._on_handle(event.position().toPoint()):
            return
        if self._layer is not None and is_generated(self._layer.made_by):
            self.opened.emit(self.layer_id)
        else:
            self.begin_rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.chosen.emit(self.layer_id)
        self.menu_wanted.emit(self.layer_id, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        key = event.key()
        if alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(self.layer_id, 1 if key == Qt.Key.Key_Up else -1)
        elif key == Qt.Key.Key_Up:
            self.walked.emit(self.layer_id, 1)
        elif key == Qt.Key.Key_Down:
            self.walked.emit(self.layer_id, -1)
        elif key == Qt.Key.Key_Space:
            self.eye_pressed.emit(self.layer_id)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.begin_rename()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.chosen.emit(self.layer_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        with draw.begin(QPainter(self)) as painter:
            now = theme().now
            area = QRectF(self.rect()).adjusted(INSET, 0, -INSET, 0)
            fill = now.sel if self._is_chosen else now.hover if self.underMouse() else None
            if fill is not None:
                draw.box(painter, area, fill, None, 4)
            side = 16
            place = QRectF(area.right() - HANDLE + 2, (self.height() - side) // 2, side, side)
            icons.paint(painter, "drag", place, "text3")
            if self._layer is not None and self._layer.mask is not None:
                left = self.picture.geometry().right() + 1
                link = QRectF((left + self.mask_picture.x() - LINK) / 2, (self.height() - LINK) / 2, LINK, LINK)
                icons.paint(painter, "link", link, "text3")
