"""Session: what Edit knows of one open document beside its history: the chosen layer, the view, what runs for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.document import Change, Edit, Layer, State
from ganstudio.core.errors import UserError
from ganstudio.core.text import _
from ganstudio.ui.documents import edits

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents import OpenDocument

Quick = Callable[[State], Edit]


class Session(QObject):
    """`layer_changed()`: another layer is chosen, or what is said of it changed."""

    layer_changed = Signal()

    def __init__(self, desk: Desk, document: OpenDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.document = document
        self.view: dict[str, Any] = {}  # zoom, middle, mode, split, while another document is in front
        self._before: tuple[Layer, State] | None = None
        document.changed.connect(self._document_changed)
        layers = self.state.layers
        self._known = frozenset(layer.id for layer in layers)
        self._layer_id = layers[-1].id if layers else ""

    @property
    def state(self) -> State:
        return self.document.doc.state

    @property
    def layer(self) -> Layer | None:
        """The chosen layer."""
        return next((one for one in self.state.layers if one.id == self._layer_id), None)

    def choose(self, layer_id: str) -> None:
        if layer_id != self._layer_id:
            self._layer_id = layer_id
            self.layer_changed.emit()

    @property
    def before(self) -> State | None:
        """What the result is compared with: the lowest layer alone, which is the opened picture at the canvas' size.

        None where there is nothing else. The same object as long as that layer stays as it is.
        """
        state = self.state
        if not state.layers or (len(state.layers) == 1 and state.layers[0].shows):
            self._before = None
            return None
        lowest = state.layers[0]
        known = self._before
        same = known is not None and known[0].pixels is lowest.pixels and known[0].rect == lowest.rect
        if known is None or not same or known[1].rect != state.rect:
            plain = replace(lowest, visible=True, opacity=1.0, mask=None)
            known = self._before = (lowest, replace(state, layers=(plain,)))
        return known[1]

    def do(self, make: Quick, merge: str = "") -> bool:
        """An edit that is made at once; False when it cannot be, which was said."""
        try:
            self.document.do(make(self.state), merge)
        except UserError as error:
            self.desk.notices.toast(str(error))
            return False
        return True

    def do_later(self, make: edits.Make) -> None:
        """An edit that takes a while: made off the GUI thread, from the state that is shown when it is done."""
        if not edits.start(self.document, make):
            self.desk.notices.toast(_("Another step is being made. Try again when it is done."))

    @Slot(object)
    def _document_changed(self, change: Change) -> None:
        ids = [layer.id for layer in self.state.layers]
        new = [one for one in ids if one not in self._known]
        self._known = frozenset(ids)
        if new or self.layer is None:
            self._layer_id = new[-1] if new else ids[-1] if ids else ""
            self.layer_changed.emit()
        elif change.layers:
            self.layer_changed.emit()
