"""What one can do with the chosen layer, by name: binds every `layer.` action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core import document as core
from ganstudio.core.document import Edit, Layer, State
from ganstudio.core.document.masks import SHOW
from ganstudio.core.progress import Progress
from ganstudio.core.text import N_, _
from ganstudio.ui.desk import Desk
from ganstudio.ui.edit.session import Session

SLOW_PIXELS = 1_000_000  # masks beyond are worked on off the GUI thread


class LayerActions(QObject):
    """Works on the session in front. `rename_wanted` and `feather_wanted` ask the panels for words and numbers."""

    rename_wanted = Signal()
    feather_wanted = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.session: Session | None = None
        chosen, masked = self._chosen, self._masked
        for name, call, condition in (
            ("duplicate", self.duplicate, chosen),
            ("delete", self.delete, self._free),
            ("rename", self.rename_wanted.emit, chosen),
            ("up", self.up, self._can_rise),
            ("down", self.down, self._can_sink),
            ("merge", self.merge, self._can_merge),
            ("mask_add", self.add_mask, self._maskless),
            ("mask_remove", self.remove_mask, masked),
            ("mask_invert", self.invert_mask, masked),
            ("mask_clear", self.clear_mask, masked),
            ("mask_feather", self.feather_wanted.emit, masked),
        ):
            desk.actions.bind(f"layer.{name}", call, condition)

    @Slot()
    def duplicate(self) -> None:
        layer = self._layer
        if layer is not None and self.session is not None:
            name = _("{name} copy").format(name=layer.name)
            self._do(lambda state: core.duplicate(state, layer.id, name))

    @Slot()
    def delete(self) -> None:
        layer = self._layer
        if layer is None or self.session is None:
            return
        index = self.session.state.index(layer.id)
        if self._do(lambda state: core.remove(state, layer.id)):
            self.session.choose(self.session.state.layers[max(index - 1, 0)].id)

    @Slot()
    def up(self) -> None:
        self._step(+1)

    @Slot()
    def down(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        layer = self._layer
        if layer is not None:
            self._do(lambda state: core.reorder(state, layer.id, state.index(layer.id) + by))

    @Slot()
    def merge(self) -> None:
        layer = self._layer
        if layer is not None and self.session is not None:
            below = self.session.state.layers[self.session.state.index(layer.id) - 1].id
            self.session.do_later(lambda state, progress: core.merge_down(state, layer.id, progress))
            self.session.choose(below)

    @Slot()
    def add_mask(self) -> None:
        layer = self._layer
        if layer is not None:
            self._do(lambda state: replace(core.fill_mask(state, layer.id, SHOW), label=N_("Add mask")))

    @Slot()
    def remove_mask(self) -> None:
        layer = self._layer
        if layer is not None:
            self._do(lambda state: core.remove_mask(state, layer.id))

    @Slot()
    def invert_mask(self) -> None:
        self._mask_work(lambda state, layer, progress: core.invert_mask(state, layer.id))

    @Slot()
    def clear_mask(self) -> None:
        layer = self._layer
        if layer is not None:
            self._do(lambda state: core.clear_mask(state, layer.id))

    def feather_mask(self, radius: float) -> None:
        """Make the chosen layer's mask soft; the radius in pixels of the picture."""
        self._mask_work(lambda state, layer, progress: core.feather_mask(state, layer.id, radius, progress))

    def _mask_work(self, make: Callable[[State, Layer, Progress], Edit]) -> None:
        layer = self._layer
        if layer is None or self.session is None:
            return
        if layer.pixels.width * layer.pixels.height > SLOW_PIXELS:
            self.session.do_later(lambda state, progress: make(state, layer, progress))
        else:
            self._do(lambda state: make(state, layer, Progress()))

    def _do(self, make: Callable[[State], Edit]) -> bool:
        return self.session is not None and self.session.do(make)

    # When

    @property
    def _layer(self) -> Layer | None:
        return None if self.session is None else self.session.layer

    def _chosen(self) -> bool:
        return self._layer is not None

    def _free(self) -> bool | str:
        layer = self._layer
        if layer is None or self.session is None:
            return False
        if layer.locked:
            return _("The layer is locked")
        return True if len(self.session.state.layers) > 1 else _("A picture keeps one layer")

    def _masked(self) -> bool:
        return self._layer is not None and self._layer.mask is not None

    def _maskless(self) -> bool | str:
        layer = self._layer
        return layer is not None and (_("The layer has a mask already") if layer.mask is not None else True)

    def _place(self) -> tuple[int, int]:
        """(place of the chosen layer, how many there are)"""
        layer = self._layer
        if layer is None or self.session is None:
            return -1, 0
        return self.session.state.index(layer.id), len(self.session.state.layers)

    def _can_rise(self) -> bool | str:
        place, number = self._place()
        return place >= 0 and (True if place + 1 < number else _("It is the highest layer"))

    def _can_sink(self) -> bool | str:
        place, _number = self._place()
        return place >= 0 and (True if place > 0 else _("It is the lowest layer"))

    def _can_merge(self) -> bool | str:
        return self._can_sink()
