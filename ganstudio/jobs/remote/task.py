"""One interactive task in the engine's process: a recipe on a picture, its result into a raw file as it comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.core.document.rect import Rect
from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Raster, part
from ganstudio.jobs.remote import pixels
from ganstudio.jobs.remote.messages import Apply, Began, Done, Failed, Failure, TaskProgress
from ganstudio.jobs.remote.pixels import MappedRaster
from ganstudio.tools.recipe import Recipe
from ganstudio.tools.tool import Context, Source

if TYPE_CHECKING:
    from ganstudio.models.library import Entry, Library
    from ganstudio.runtime import Runtime

# A region is looked at now, a whole picture a little later; both go before a batch.
_REGION, _WHOLE = -1, 0
_BAND = 64  # rows pulled at a time
_SETTLED = 1 / 3  # of the result
_KNOWN_S = 0.3  # before this nothing is said of the time left


@dataclass(frozen=True)
class Speed:
    """A whole picture went through one model: its file's name in the Library, megapixels of input, seconds."""

    model: str
    megapixels: float
    seconds: float


class Task:
    """`run` does it; `areas` and `progress` are read meanwhile by another thread."""

    def __init__(self, order: Apply, tell: Callable[[Began], None]) -> None:
        self.order = order
        self.progress = Progress()
        self.abandoned = False
        self.speed: Speed | None = None
        self._tell = tell
        self._lock = threading.Lock()
        self._areas: list[Rect] = []
        self._done = 0
        self._out: np.ndarray | None = None
        self._covered = np.zeros(0, np.int64)
        self._rect = Rect(0, 0, 0, 0)
        self._began = time.monotonic()
        self._settled: tuple[float, int] | None = None  # when enough was done for the rest to tell the pace

    @property
    def number(self) -> int:
        return self.order.task

    def take_areas(self) -> list[Rect]:
        """The rectangles of the result (as it lies in the file) that are new since the last call."""
        with self._lock:
            areas, self._areas = self._areas, []
        return areas

    def how_far(self) -> TaskProgress:
        snapshot = self.progress.snapshot()
        total = self._rect.width * self._rect.height
        fraction = min(self._done / total, 1.0) if total else 0.0
        seconds = time.monotonic() - self._began
        left = seconds * (1 - fraction) / fraction if fraction and seconds > _KNOWN_S else None
        tiles = snapshot.tiles_done, snapshot.tiles
        return TaskProgress(fraction, left, snapshot.doing, seconds, "", *tiles)

    def run(self, library: Library, runtime: Runtime) -> Done | Failed:
        try:
            return self._run(library, runtime)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this task's end and not the engine's
            return Failed(self.number, Failure.of(error))
        finally:
            self._out = None

    def _run(self, library: Library, runtime: Runtime) -> Done:
        self.progress.check()
        recipe = Recipe.from_json(self.order.recipe)
        priority = _WHOLE if self.order.region is None else _REGION
        source = self._source()
        try:
            header = source.header
            context = Context(library, runtime, self.progress, priority, self._on_tile)
            self.progress.doing("opening the model")
            result = recipe.apply(source, context)
            used, source_type = entries_of(recipe, header, library), recipe.source_type(library)
        except BaseException:
            source.close()
            raise
        try:
            self.progress.doing("")
            self._reserve(result, header)
            self._began = time.monotonic()
            self._fill(result)
            self.progress.check()
            seconds = time.monotonic() - self._began
            self._note_speed(recipe, header, used, self._steady_seconds(seconds))
            return Done(
                self.number, self._header, result.meta, self._rect, _how(used, runtime), seconds, recipe.to_json(),
                source_type,
            )  # fmt: skip
        finally:
            result.close()

    def _source(self) -> Raster:
        order = self.order
        if order.header is not None:
            return MappedRaster(order.source, order.header, order.meta)
        from ganstudio.core.codecs import open_raster

        return open_raster(order.source, order.page)

    def _reserve(self, result: Raster, source: Header) -> None:
        """Make the file for all of the result, or for what becomes of the region."""
        whole = Rect(0, 0, result.header.width, result.header.height)
        rect = whole if self.order.region is None else _becomes(self.order.region, source, result.header)
        self._header = replace(result.header, width=rect.width, height=rect.height)
        out = pixels.reserve(self.order.target, self._header)
        with self._lock:
            self._rect, self._out = rect, out
            self._covered = np.zeros(rect.height, np.int64)
        self._tell(Began(self.number, self.order.target, self._header, result.meta))

    def _fill(self, result: Raster) -> None:
        """Pull the result; what came as tiles is there already."""
        rect = self._rect
        if self.order.region is not None:
            self._put(rect.y0, rect.x0, part(result, *rect))
            return
        for y in range(0, rect.height, _BAND):
            self.progress.check()
            self._put(y, 0, result.rows(y, min(y + _BAND, rect.height)))

    def _on_tile(self, x: int, y: int, samples: np.ndarray) -> None:
        """In a worker's thread."""
        with self._lock:
            out = self._out
        if out is None:
            return
        here = Rect(x, y, x + samples.shape[1], y + samples.shape[0])
        inside = here.clipped(self._rect)
        if inside.empty:
            return
        place = inside.moved(-self._rect.x0, -self._rect.y0)
        out[place.slices] = samples[inside.moved(-x, -y).slices]
        with self._lock:
            self._covered[place.y0 : place.y1] += place.width
            self._add(place)

    def _add(self, place: Rect) -> None:
        """Count what is there now. With the lock held."""
        self._areas.append(place)
        self._done += place.width * place.height
        if self._settled is None and self._done >= _SETTLED * self._rect.width * self._rect.height:
            self._settled = time.monotonic(), self._done

    def _steady_seconds(self, seconds: float) -> float | None:
        """What the whole takes once the model is known on this computer; None when this run does not tell.

        `seconds` is what it took. The last part of it tells, where that is large enough; measuring comes first.
        """
        from ganstudio.runtime.tuning import MEASURING

        total = self._rect.width * self._rect.height
        began, done = self._settled or (0.0, total)
        if total - done >= total / 3:
            return (time.monotonic() - began) * total / (total - done)
        return seconds if self.progress.snapshot().doing != MEASURING else None

    def _put(self, y: int, x: int, samples: np.ndarray) -> None:
        """Rows of the result (from row y of the whole, column x on), unless tiles have brought them."""
        assert self._out is not None
        y0 = y - self._rect.y0
        place = Rect(x - self._rect.x0, y0, x - self._rect.x0 + samples.shape[1], y0 + samples.shape[0])
        with self._lock:
            brought = bool((self._covered[place.y0 : place.y1] >= self._rect.width).all())
        if brought:
            return
        self._out[place.slices] = samples
        with self._lock:
            self._add(place)

    def _note_speed(self, recipe: Recipe, header: Header, used: list[Entry], seconds: float | None) -> None:
        """What one model alone takes for a picture that says something about others."""
        if self.order.region is not None or len(recipe.steps) != 1 or header.megapixels < 0.1 or seconds is None:
            return
        if len(used) == 1:
            self.speed = Speed(used[0].name, header.megapixels, seconds)


def _becomes(region: Rect, source: Header, result: Header) -> Rect:
    """Where a part of the source lies in the result, in whole pixels. Cancelled when it has none in the source."""
    region = region.clipped(Rect(0, 0, source.width, source.height))
    if region.empty:
        raise Cancelled()
    x, y = result.width / source.width, result.height / source.height
    rect = Rect(round(region.x0 * x), round(region.y0 * y), round(region.x1 * x), round(region.y1 * y))
    rect = Rect(rect.x0, rect.y0, max(rect.x1, rect.x0 + 1), max(rect.y1, rect.y0 + 1))
    return rect.clipped(Rect(0, 0, result.width, result.height))


def entries_of(recipe: Recipe, header: Header, library: Library) -> list[Entry]:
    """The networks that a recipe runs for a picture, as far as its Tools say. Asked before they run: their files may be
    gone afterwards."""
    from ganstudio.tools.upscale import UpscaleParams, passes, wanted_factor

    found = []
    for step in recipe.steps:
        if isinstance(step.params, UpscaleParams):
            found += passes(step.params, wanted_factor(step.params, header, library), library)
        else:
            found += step.tool.models(step.params, library)
        if isinstance(step.tool, Source):
            header = step.tool.header(step.params, library)
            continue
        width, height = step.tool.out_size(step.params, header, library)
        header = replace(header, width=width, height=height)
    return found


def _how(used: list[Entry], runtime: Runtime) -> str:
    """How the networks ran: path and tile."""
    ways = [runtime.path_of(entry) for entry in used]
    return "; ".join(dict.fromkeys(way for way in ways if way))
