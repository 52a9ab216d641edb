"""Speed: how long a model takes on this machine, measured by running it as a picture would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime

_SMALL, _LARGE = (128, 128), (768, 1024)
# A model that takes longer than this for the small picture is not asked for the large one.
_PATIENCE_S = 0.4


def seconds_per_megapixel(runtime: Runtime, entry: Entry) -> float:
    """Seconds for a million input pixels, the way the runtime would run a photograph of its own choice.

    The first run adopts the model and, on the large picture, chooses the path; only the last is timed.
    """
    size = _SMALL
    _timed(runtime, entry, size)
    seconds = _timed(runtime, entry, size)
    if seconds < _PATIENCE_S:
        size = _LARGE
        _timed(runtime, entry, size)
        seconds = _timed(runtime, entry, size)
    return seconds / (size[0] * size[1] / 1e6)


def _timed(runtime: Runtime, entry: Entry, size: tuple[int, int]) -> float:
    from ganstudio.runtime.probes import as_samples, busy

    picture = Picture.of(as_samples(busy(3, *size)))
    began = time.monotonic()
    result = runtime.apply(entry, picture, Progress())
    try:
        result.rows(0, result.header.height)
    finally:
        result.close()
    return time.monotonic() - began
