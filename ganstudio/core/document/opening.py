"""How a document begins: with an opened picture as its only layer, or empty."""

from __future__ import annotations

from dataclasses import replace

from ganstudio.core.document.layers import add
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.state import State
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Raster

_NO_GAIN_MAP = "The HDR gain map was left out: it fits only the picture as it was."


def new_state(pool: Pool, width: int, height: int, meta: Metadata | None = None) -> State:
    """An empty canvas. ValueError for a size that no document has."""
    return State(width, height, pool, meta=meta or Metadata())


def state_of(pool: Pool, raster: Raster, name: str, *, link: str = "", progress: Progress | None = None) -> State:
    """A document of one layer, as large as the picture, with its profile and metadata. `raster` is not closed.

    A gain map belongs to the untouched picture and is left behind, which a note says.
    """
    head, meta = raster.header, raster.meta
    notes = (*meta.notes, _NO_GAIN_MAP) if meta.gain_map is not None else meta.notes
    meta = replace(meta, gain_map=None, modified_ns=None, notes=notes)
    empty = new_state(pool, head.width, head.height, meta)
    return add(empty, Tiles.of(pool, raster, progress), name, link=link).state
