"""Generated pictures as layers: laid on the document in front, or on a new one; they remember how they were made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.document import Edit, State, Tiles, add
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture
from ganstudio.core.text import N_
from ganstudio.ui.documents import edits, loading
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.documents.profiles import into

if TYPE_CHECKING:
    from ganstudio.core.document import Pool
    from ganstudio.ui.documents.documents import Documents

Pixels = NDArray[np.uint8]
MADE = "trainedAlgorithmicMedia"


def lay(documents: Documents, pixels: Pixels, name: str, made_by: dict[str, Any]) -> bool:
    """H×W×C uint8 (sRGB) on top of the document in front, in its middle; without one it is a document of its own.
    False while another step is being made."""
    rgb = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    document = documents.current
    if document is not None:
        return edits.start(document, partial(_on_top, rgb, name, made_by))
    work = partial(_alone, rgb, name, made_by, documents.desk.pool)
    documents.desk.background.run(work, documents.take, owner=documents)
    return True


def _alone(rgb: Pixels, name: str, made_by: dict[str, Any], pool: Pool, progress: Progress) -> Opened:
    found = loading.from_picture(Picture.of(rgb), name, pool, progress)
    layer = replace(found.state.layers[0], made_by=made_by, source_type=MADE)
    return replace(found, state=replace(found.state, layers=(layer,)))


def _on_top(rgb: Pixels, name: str, made_by: dict[str, Any], state: State, progress: Progress) -> Edit:
    """In the document's profile."""
    raster = into(Tiles.of(state.pool, Picture.of(rgb), progress).raster(Metadata()), state.meta.icc)
    pixels = Tiles.of(state.pool, raster, progress)
    x, y = (state.width - pixels.width) // 2, (state.height - pixels.height) // 2
    edit = add(state, pixels, name, x=x, y=y, made_by=made_by, source_type=MADE)
    return Edit(edit.state, edit.change, N_("Generated picture"))
