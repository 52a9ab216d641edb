"""A projected photograph's edit, back in the photograph: a layer of its part, with a soft mask, over the original."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.document import Edit, State, Tiles, add
from ganstudio.core.errors import BadInput
from ganstudio.core.latent.paste import mask_of, paste_back
from ganstudio.core.latent.projection import Square
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture, read_whole
from ganstudio.core.text import N_, _
from ganstudio.ui.documents import edits, loading
from ganstudio.ui.documents.generated import MADE
from ganstudio.ui.documents.profiles import into

if TYPE_CHECKING:
    from ganstudio.jobs.reading import Readers
    from ganstudio.ui.documents.documents import Documents

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Pasted:
    """What goes back: `picture` (side×side×1 or 3, sRGB) into the `square` of the photograph at `path`. `before`: only
    what differs from it is laid on; `seamless`: its edge takes the photograph's colours. `made_by` is its recipe."""

    path: Path
    square: Square
    picture: Pixels
    name: str
    made_by: dict[str, Any]
    before: Pixels | None = None
    seamless: bool = False
    feather: float = 0.12


def lay_pasted(documents: Documents, pasted: Pasted) -> bool:
    """Onto the photograph where it is open, else it is opened for it. False while another step is being made."""
    document = documents.find(pasted.path)
    if document is not None:
        documents.set_current(document)
        return edits.start(document, partial(_onto, pasted))
    desk = documents.desk
    work = partial(_opened, pasted, desk.pool, desk.readers)
    desk.background.run(work, documents.take, owner=documents)
    return True


def _opened(pasted: Pasted, pool: Any, readers: Readers, progress: Progress) -> loading.Opened:
    found = loading.look(pasted.path, pool, progress, readers=readers)
    if not isinstance(found, loading.Opened):
        raise BadInput(_("“{name}” is no photograph any more.").format(name=shown(pasted.path.name)))
    return replace(found, state=_onto(pasted, found.state, progress).state)


def _onto(pasted: Pasted, state: State, progress: Progress) -> Edit:
    """Over the lowest layer, which is the photograph; in the document's profile."""
    ground = state.layers[0].pixels
    srgb = read_whole(into(ground.raster(replace(Metadata(), icc=state.meta.icc)), None)).pixels
    photo = srgb if srgb.dtype == np.uint8 else (srgb >> 8).astype(np.uint8)
    photo = np.repeat(photo[..., :1], 3, axis=2) if photo.shape[2] < 3 else photo[..., :3]
    progress.check()
    height, width = photo.shape[:2]
    mask = mask_of(pasted.square, width, height, pasted.feather)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        rows, columns = np.arange(1), np.arange(1)
    y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    # The mask is the layer's own: what lies under it is laid on hard, and so is not faded twice.
    laid = paste_back(
        photo, pasted.square, pasted.picture, feather=0.0, seamless=pasted.seamless, before=pasted.before
    )  # fmt: skip
    progress.check()
    part = Tiles.of(state.pool, Picture.of(np.ascontiguousarray(laid[y0:y1, x0:x1])), progress)
    pixels = Tiles.of(state.pool, into(part.raster(Metadata()), state.meta.icc), progress)
    edit = add(state, pixels, pasted.name, x=x0, y=y0, made_by=pasted.made_by, source_type=MADE)
    layer = edit.state.layers[-1]
    soft = Tiles.of(state.pool, Picture.of(np.ascontiguousarray(mask[y0:y1, x0:x1, None])), progress)
    return Edit(edit.state.with_layer(replace(layer, mask=soft)), edit.change, N_("Pasted back"))
