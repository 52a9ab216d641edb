"""The actions of the menu Picture that change the whole canvas: crop, turn, flip, size, flatten."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ganstudio.core.document import Edit, Rect, State, crop, flatten, flip, rotate
from ganstudio.core.document.straighten import cut_out
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.documents import edits
from ganstudio.ui.documents.crop_dialog import CropDialog
from ganstudio.ui.documents.dialog import Dialog
from ganstudio.ui.documents.resize_dialog import ResizeDialog
from ganstudio.ui.documents.straighten_dialog import StraightenDialog

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument


class PictureActions(QObject):
    """Bound to the Documents of a window; each works on the document in front."""

    def __init__(self, desk: Desk, documents: Documents) -> None:
        super().__init__(documents)
        self._desk, self._documents = desk, documents
        self._dialog: Dialog | None = None
        for name, call in (
            ("crop", partial(self._open, CropDialog)),
            ("rotate_left", partial(self._start, partial(_rotated, 270))),
            ("rotate_right", partial(self._start, partial(_rotated, 90))),
            ("rotate_free", partial(self._open, StraightenDialog)),
            ("flip_h", partial(self._start, partial(_flipped, True))),
            ("flip_v", partial(self._start, partial(_flipped, False))),
            ("resize", partial(self._open, ResizeDialog)),
            ("flatten", partial(self._start, _flattened)),
        ):
            desk.actions.bind(f"picture.{name}", call, self._many if name == "flatten" else self._free)
        documents.current_changed.connect(self._current_changed)
        documents.entries_changed.connect(self._refresh)

    @Slot(object)
    def crop_to(self, rect: Rect, angle: float = 0.0) -> None:
        """What the crop tool has drawn: `rect`, turned clockwise about its middle by `angle` degrees."""
        document = self._documents.current
        if document is None or rect.empty:
            return
        if angle:
            edits.start(document, partial(_cut_out, rect, angle))
        else:
            document.do(crop(document.state, rect))

    def _open(self, kind: type[CropDialog | StraightenDialog | ResizeDialog]) -> None:
        document = self._documents.current
        if document is None:
            return
        if self._dialog is not None:
            self._dialog.close()
        self._dialog = kind(self._documents, document)
        self._dialog.finished.connect(self._dialog_closed)
        self._dialog.show()

    @Slot()
    def _dialog_closed(self) -> None:
        if self.sender() is self._dialog:
            self._dialog = None

    def _start(self, make: edits.Make) -> None:
        document = self._documents.current
        if document is not None:
            edits.start(document, make)

    def _free(self) -> bool | str:
        document = self._documents.current
        if document is None:
            return False
        return _("Another step is being made") if document.editing else True

    def _many(self) -> bool | str:
        document = self._documents.current
        free = self._free()
        if free is not True or document is None:
            return free
        return True if _worth_flattening(document) else _("It is one layer already")

    @Slot(object)
    def _current_changed(self, _document: object) -> None:
        """A dialog belongs to the document that was in front."""
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def _refresh(self) -> None:
        self._desk.actions.refresh_soon()


def _worth_flattening(document: OpenDocument) -> bool:
    layers = document.state.layers
    return len(layers) > 1 or any(layer.mask is not None or layer.rect != document.state.rect for layer in layers)


def _rotated(degrees: int, state: State, progress: Progress) -> Edit:
    progress.set_total((state.height if degrees == 180 else state.width) * max(1, len(state.layers)))
    return rotate(state, degrees, progress)


def _flipped(horizontally: bool, state: State, progress: Progress) -> Edit:
    progress.set_total(state.height * max(1, len(state.layers)))
    return flip(state, horizontally, progress)


def _flattened(state: State, progress: Progress) -> Edit:
    progress.set_total(state.height)
    return flatten(state, _("Flattened"), progress)


def _cut_out(rect: Rect, angle: float, state: State, progress: Progress) -> Edit:
    progress.set_total(rect.height * len(state.layers))
    return cut_out(state, rect, angle, progress)
