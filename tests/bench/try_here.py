"""Try it here: from the click to the first pixels of a part of the sample photograph, the engine warm.

    python -m tests.bench.try_here [ROUNDS]

The window's side is the real one (EngineLink, its signals, the raw files). Printed are the median and the longest time
to the first pixels and to the whole part, the same of the whole picture, and the ratio to the rival: the same part cut
out and run by the terminal's own runtime in one process, with nothing between.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Slot

from ganstudio.core.codecs import open_raster
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.paths import resource
from ganstudio.core.settings import Settings
from ganstudio.jobs.remote import Source
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named
from ganstudio.ui.engine_link import EngineLink

SAMPLE = resource("samples", "flowers.jpg")
REGION = Rect(120, 120, 456, 456)
WARM_S = 3.0


@dataclass
class Times:
    first: float = 0.0
    all: float = 0.0


class Clock(QObject):
    """Waits for one task after the other."""

    def __init__(self, link: EngineLink) -> None:
        super().__init__()
        self._link, self._loop = link, QEventLoop()
        self._began = 0.0
        self._times = Times()
        link.area.connect(self._area)
        link.finished.connect(self._finished)
        link.failed.connect(self._failed)

    def time(self, recipe: Recipe, source: Source, region: Rect | None) -> Times:
        self._began, self._times = time.perf_counter(), Times()
        self._link.apply(recipe, source, region=region)
        self._loop.exec()
        return self._times

    def wait(self, seconds: float) -> None:
        QTimer.singleShot(int(seconds * 1000), self._loop.quit)
        self._loop.exec()

    @Slot(int, object)
    def _area(self, task: int, rect: Rect) -> None:
        self._times.first = self._times.first or time.perf_counter() - self._began

    @Slot(int, object)
    def _finished(self, task: int, result: object) -> None:
        self._times.all = time.perf_counter() - self._began
        self._loop.quit()

    @Slot(int, object)
    def _failed(self, task: int, failure: object) -> None:
        raise SystemExit(f"it failed: {failure}")


def shown(name: str, times: list[Times]) -> float:
    first, whole = [one.first for one in times], [one.all for one in times]
    print(
        f"{name:34} first pixels {statistics.median(first):.2f} s (longest {max(first):.2f}), "
        f"all {statistics.median(whole):.2f} s (longest {max(whole):.2f})"
    )
    return statistics.median(whole)


def rival(rounds: int) -> float:
    """The part with its surroundings, through the runtime in this process: the median of the seconds."""
    from ganstudio.core.progress import Progress
    from ganstudio.core.raster import part, read_whole
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    runtime, entry = Runtime(threads=None), Library().find("photo", 2.0)
    picture = read_whole(open_raster(SAMPLE))
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        raster = runtime.apply(entry, picture, Progress(), priority=0)
        part(raster, *(2 * n for n in REGION))
        raster.close()
        times.append(time.perf_counter() - began)
    runtime.close()
    return statistics.median(times[1:])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANSTUDIO_HOME"] = home
        application = QCoreApplication([])
        pool = Pool(1 << 28)
        link = EngineLink(Settings())
        clock = Clock(link)
        raster = open_raster(SAMPLE)
        source = Source.of_tiles(Tiles.of(pool, raster), raster.meta)
        upscale = tool_named("upscale")
        recipe = Recipe((Step(upscale, upscale.params()),))
        cold = clock.time(recipe, source, REGION)
        print(f"{'the very first, on a new computer':34} first pixels {cold.first:.2f} s, all {cold.all:.2f} s")
        shown("the whole, first (chooses its path)", [clock.time(recipe, source, None)])
        clock.wait(WARM_S)
        ours = shown("a part", [clock.time(recipe, source, REGION) for _ in range(rounds)])
        shown("the whole", [clock.time(recipe, source, None) for _ in range(rounds)])
        link.close()
        pool.close()
        application.processEvents()
        theirs = rival(rounds)
        print(f"{'the same part in one process':34} {theirs:.2f} s; the window's way takes {ours / theirs:.2f}×")


if __name__ == "__main__":
    main()
