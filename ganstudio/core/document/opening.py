"""How a document begins: with an opened picture as its only layer, or empty."""

from __future__ import annotations

from ganstudio.core.document.layers import add
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.state import State
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Raster


def new_state(pool: Pool, width: int, height: int, meta: Metadata | None = None) -> State:
    """An empty canvas. ValueError for a size that no document has."""
    return State(width, height, pool, meta=meta or Metadata())


def state_of(pool: Pool, raster: Raster, name: str, *, link: str = "", progress: Progress | None = None) -> State:
    """A document of one layer, as large as the picture, with its profile and metadata. `raster` is not closed."""
    head = raster.header
    empty = new_state(pool, head.width, head.height, raster.meta)
    return add(empty, Tiles.of(pool, raster, progress), name, link=link).state
