"""The Layers panel: opacity of the chosen layer, the rows, and what one can do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core import document as core
from ganstudio.core.document import Change
from ganstudio.core.document.blending import MODES
from ganstudio.core.text import N_, _
from ganstudio.ui.edit.layers.list import LayerList
from ganstudio.ui.edit.thumbs import Thumbs
from ganstudio.ui.edit.words import BLENDS, is_generated
from ganstudio.ui.widgets.empty import EmptyState
from ganstudio.ui.widgets.label import ElidedLabel
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.slider import Slider

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.edit.session import Session

MENU = (
    "layer.rename", "layer.duplicate", "layer.up", "layer.down", "layer.merge", "-", "layer.mask_add",
    "layer.mask_remove", "layer.mask_invert", "layer.mask_clear", "layer.mask_feather", "-", "layer.delete",
)  # fmt: skip


SAFE = N_("Your originals are never changed.")


class LayersPanel(QWidget):
    """Shows the session in front. `explore_wanted(recipe as JSON)`: a generated layer, to where it was made."""

    explore_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._session: Session | None = None
        self._masking = False
        self._drag = 0  # numbers the slider's movements: each is one step of the history
        self.thumbs = Thumbs(desk.background, self)
        self.thumbs.made.connect(self.refresh)
        self.list = LayerList(self.thumbs, self)
        self.opacity = Slider(
            0, 1, 1, step=0.01, default=1, unit="%", shown=100, label=_("Opacity"), inline=True, parent=self
        )
        self.blend = Select([(mode, _(BLENDS[mode])) for mode in MODES], _("Blend mode"), self)
        self.blend.setToolTip(_("How its colours meet those of the layers below"))
        self.empty = EmptyState(
            "layers", _("Results arrive here as layers."), _(SAFE), [], self
        )
        self.safe = ElidedLabel(_(SAFE), size=11, color="text3", parent=self)
        self._arrange()
        self.opacity.changed.connect(self._faded)
        self.opacity.committed.connect(self._fade_ended)
        self.blend.chosen.connect(self._blended)
        for signal, slot in (
            (self.list.chosen, self._choose),
            (self.list.moved, self._move),
            (self.list.eye_pressed, self._eye),
            (self.list.lock_pressed, self._lock),
            (self.list.mask_pressed, self._mask),
            (self.list.renamed, self._rename),
            (self.list.menu_wanted, self._menu),
            (self.list.opened, self._open),
        ):
            signal.connect(slot)
        self.refresh()

    def _arrange(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(12, 0, 12, 0)
        head.setSpacing(4)
        head.addWidget(self.opacity)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(ElidedLabel(_("Blend mode")))
        row.addWidget(self.blend, 1)
        head.addLayout(row)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list)
        column.addWidget(self.empty)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self.area = scroll
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 4)
        foot.addWidget(self.safe)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def show_session(self, session: Session | None) -> None:
        old = self._session
        if old is not None:
            old.layer_changed.disconnect(self.refresh)
            old.document.changed.disconnect(self._document_changed)
        self._session = session
        if session is not None:
            session.layer_changed.connect(self.refresh)
            session.document.changed.connect(self._document_changed)
        self.refresh()

    def set_masking(self, masking: bool) -> None:
        """A brush is in hand: the chosen layer's mask gets the ring."""
        if masking != self._masking:
            self._masking = masking
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        session = self._session
        layer = None if session is None else session.layer
        self.opacity.setEnabled(layer is not None)
        if layer is not None and abs(self.opacity.value - layer.opacity) > 1e-6:
            self.opacity.set_value(layer.opacity)
        self.blend.setEnabled(layer is not None)
        if layer is not None and self.blend.current != layer.blend:
            self.blend.set_current(layer.blend)
        self.list.setVisible(session is not None)
        if session is not None:
            chosen, original = "" if layer is None else layer.id, session.document.original
            self.list.show_state(session.state, chosen, self._masking, original)
        alone = session is None or len(session.state.layers) < 2
        self.empty.setVisible(alone)
        self.safe.setVisible(not alone)

    def rename_chosen(self) -> None:
        layer = None if self._session is None else self._session.layer
        row = None if layer is None else self.list.row(layer.id)
        if row is not None:
            self.area.ensureWidgetVisible(row)
            row.begin_rename()

    @Slot(object)
    def _document_changed(self, change: Change) -> None:
        if change.layers or change.canvas:
            self.refresh()

    @Slot(float)
    def _faded(self, opacity: float) -> None:
        session = self._session
        layer = None if session is None else session.layer
        if session is not None and layer is not None:
            session.do(lambda state: core.set_opacity(state, layer.id, opacity), f"opacity {self._drag}")

    @Slot(float)
    def _fade_ended(self, opacity: float) -> None:
        self._drag += 1

    @Slot(str)
    def _blended(self, mode: str) -> None:
        session = self._session
        layer = None if session is None else session.layer
        if session is not None and layer is not None and layer.blend != mode:
            session.do(lambda state: core.set_blend(state, layer.id, mode))

    @Slot(str)
    def _choose(self, layer_id: str) -> None:
        if self._session is not None:
            self._session.choose(layer_id)

    @Slot(str, int)
    def _move(self, layer_id: str, place: int) -> None:
        if self._session is not None:
            self._session.do(lambda state: core.reorder(state, layer_id, place))

    @Slot(str)
    def _eye(self, layer_id: str) -> None:
        if self._session is not None:
            self._session.do(lambda state: core.set_visible(state, layer_id, not state.layer(layer_id).visible))

    @Slot(str)
    def _lock(self, layer_id: str) -> None:
        if self._session is not None:
            self._session.do(lambda state: core.set_locked(state, layer_id, not state.layer(layer_id).locked))

    @Slot(str)
    def _mask(self, layer_id: str) -> None:
        self._desk.actions.action("tool.brush").trigger()

    @Slot(str, str)
    def _rename(self, layer_id: str, name: str) -> None:
        if self._session is not None:
            self._session.do(lambda state: core.rename(state, layer_id, name))

    @Slot(str, QPoint)
    def _menu(self, layer_id: str, at: QPoint) -> None:
        self.menu(self).popup(at)

    def menu(self, parent: QWidget) -> QMenu:
        """Everything one can do with the chosen layer."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if name == "-":
                menu.addSeparator()
            else:
                menu.addAction(self._desk.actions.action(name))
        layer = None if self._session is None else self._session.layer
        if layer is not None:
            lock = menu.addAction(_("Unlock layer") if layer.locked else _("Lock layer"))
            lock.triggered.connect(self._lock_chosen)
            if is_generated(layer.made_by):
                menu.addAction(_("Open in Explore")).triggered.connect(self._open_chosen)
        return menu

    @Slot(str)
    def _open(self, layer_id: str) -> None:
        if self._session is not None:
            self.explore_wanted.emit(self._session.state.layer(layer_id).made_by)

    @Slot()
    def _open_chosen(self) -> None:
        layer = None if self._session is None else self._session.layer
        if layer is not None:
            self._open(layer.id)

    @Slot()
    def _lock_chosen(self) -> None:
        layer = None if self._session is None else self._session.layer
        if layer is not None:
            self._lock(layer.id)
