"""Copying what is shown, and pasting a picture into it as a layer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Slot
from PySide6.QtGui import QGuiApplication, QImage

from ganstudio.core.document import Edit, State, Tiles, add
from ganstudio.core.errors import UserError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.core.text import _
from ganstudio.ui.documents import dropping, loading
from ganstudio.ui.documents.exporting import picture_of
from ganstudio.ui.documents.profiles import into

if TYPE_CHECKING:
    from ganstudio.ui.documents.documents import Documents
    from ganstudio.ui.documents.open_document import OpenDocument

MOST = 64_000_000  # pixels: a clipboard holds a picture several times over


class Clipboard(QObject):
    """The system's clipboard for the Documents of a window."""

    def __init__(self, documents: Documents) -> None:
        super().__init__(documents)
        self._documents = documents
        self._desk = documents.desk

    @Slot()
    def copy(self) -> None:
        """The document in front as it is shown, in sRGB of 8 bits."""
        document = self._documents.current
        if document is None:
            return
        if document.state.width * document.state.height > MOST:
            self._desk.notices.toast(_("The picture is too large to be copied. Export it instead."))
            return
        self._desk.background.run(partial(_copied, document.state), self._put, owner=self)

    def _put(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._desk.notices.toast(_("The picture is copied."))

    @Slot()
    def paste_new(self) -> None:
        """What was copied as a document of its own."""
        dropping.handle_paste(QGuiApplication.clipboard().mimeData(), self._documents)

    @Slot()
    def paste(self) -> None:
        """A copied picture as a layer of the document in front; files open by themselves."""
        self.paste_mime(QGuiApplication.clipboard().mimeData())

    def paste_mime(self, mime: QMimeData | None) -> None:
        document = self._documents.current
        found = None if mime is None or not mime.formats() else dropping.read(mime)
        if document is None or found is None or found.picture is None:
            dropping.handle_paste(mime, self._documents)
            return
        work = partial(_layer, found.picture, document.state)
        self._desk.background.run(work, partial(self._land, document), self._refused, owner=document)

    def _land(self, document: OpenDocument, pixels: Tiles) -> None:
        document.do(_pasted(document.state, pixels))

    def _refused(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self._desk.notices.toast(str(error))
        else:
            self._desk.notices.error(error)

    def something(self) -> bool:
        """Whether there is anything to paste. Looks at kinds alone."""
        mime = QGuiApplication.clipboard().mimeData()
        return mime is not None and dropping.accepts(mime)


def _copied(state: State, progress: Progress) -> QImage:
    """8 bits in sRGB, an image of its own."""
    raster = picture_of(state, True)
    head = raster.header
    rows = [raster.rows(y, min(y + 256, head.height)) for y in range(0, head.height, 256)]
    pixels = np.concatenate(rows)
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if head.channels <= 2:
        gray = np.repeat(pixels[..., :1], 3, axis=2)
        pixels = gray if head.channels == 1 else np.concatenate([gray, pixels[..., 1:]], axis=2)
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * channels, form).copy()


def _layer(picture: QImage | bytes, into_state: State, progress: Progress) -> Tiles:
    """The picture in the document's profile. Raises BadInput."""
    title, pool = _("Pasted picture"), into_state.pool
    if isinstance(picture, bytes):
        found = loading.from_bytes(picture, title, pool, progress).state
    else:
        found = loading.from_picture(Picture.of(dropping.samples(picture)), title, pool, progress).state
    tiles = found.layers[0].pixels
    raster = tiles.raster(found.meta)
    changed = into(raster, into_state.meta.icc)
    return tiles if changed is raster else Tiles.of(pool, changed, progress)


def _pasted(state: State, pixels: Tiles) -> Edit:
    """On top, in the middle. One step."""
    x, y = (state.width - pixels.width) // 2, (state.height - pixels.height) // 2
    edit = add(state, pixels, _("Pasted picture"), x=x, y=y)
    return Edit(edit.state, edit.change, "Paste")
