"""Speed: how long a model takes on this machine, measured by running it as a picture would."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime

_SMALL, _LARGE = (160, 160), (512, 768)
# A model that takes longer than this for the small picture is not asked for the large one.
_PATIENCE_S = 0.5
_NIGHT_S = 8 * 3600.0


def seconds_per_megapixel(runtime: Runtime, entry: Entry) -> float:
    """Seconds for a million input pixels, the way the runtime would work through a long batch.

    The first picture adopts the model and chooses its path; only the last is timed.
    """
    runtime.asked_of(runtime.open(entry), _NIGHT_S)
    size = _SMALL
    _timed(runtime, entry, size)
    seconds = _timed(runtime, entry, size)
    if seconds < _PATIENCE_S:
        size = _LARGE
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
