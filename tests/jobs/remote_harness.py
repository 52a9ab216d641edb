"""What the tests of the engine's process share: an ear for what it says, a home in which models are measured once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import numpy as np

from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.raster import Picture
from ganstudio.jobs.remote.client import Client, Finished, Heard, Stated
from ganstudio.jobs.remote.messages import Failed, Failure, Options, Source, Tick
from ganstudio.jobs.remote.pixels import TaskResult
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named
from tests.jobs.harness import scene

T = TypeVar("T")
PATIENCE_S = 60.0


class Ear:
    """Hears a client; `wait` until something holds of all that was heard."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._changed = threading.Condition()

    def __call__(self, heard: Heard) -> None:
        with self._changed:
            self.heard.append(heard)
            self._changed.notify_all()

    def wait(self, look: Callable[[Ear], T | Literal[False] | None]) -> T:
        """What `look` gives once it is neither None nor False."""
        found: list[T] = []

        def there() -> bool:
            got = look(self)
            if got is not None and got is not False:
                found.append(got)
            return bool(found)

        with self._changed:
            assert self._changed.wait_for(there, PATIENCE_S), f"nothing came; the last was {self.heard[-3:]}"
        return found[0]

    def ticks(self) -> Iterator[Tick]:
        return (one for one in self.heard if isinstance(one, Tick))

    def end(self, task: int) -> TaskResult | Failure | None:
        for one in self.heard:
            if isinstance(one, Finished) and one.task == task:
                return one.result
            if isinstance(one, Failed) and one.task == task:
                return one.failure
        return None

    def states(self) -> list[str]:
        return [one.state for one in self.heard if isinstance(one, Stated)]

    def areas(self, task: int) -> list[Rect]:
        return [rect for tick in self.ticks() for rect in tick.areas.get(task, [])]


@contextmanager
def engine(options: Options | None = None) -> Iterator[tuple[Client, Ear]]:
    """A client whose process is ready."""
    ear = Ear()
    client = Client(options or Options(), ear)
    client.start()
    try:
        ear.wait(lambda ear: "ready" in ear.states())
        yield client, ear
    finally:
        client.close()


def upscaling(model: str = "quick", **params: Any) -> dict[str, Any]:
    tool = tool_named("upscale")
    return Recipe((Step(tool, tool.params(model=model, **params)),)).to_json(keep_paths=True)  # type: ignore[call-arg]


def source(pool: Pool, width: int, height: int, seed: int = 0) -> Source:
    """Of any size, made quickly."""
    piece = scene(seed, 250, 250)
    across, down = -(-width // 250), -(-height // 250)
    return Source.of_tiles(Tiles.of(pool, Picture.of(np.tile(piece, (down, across, 1))[:height, :width])))


def result(ear: Ear, task: int) -> TaskResult:
    end = ear.wait(lambda ear: ear.end(task))
    assert isinstance(end, TaskResult), end
    return end


def failure(ear: Ear, task: int) -> Failure:
    end = ear.wait(lambda ear: ear.end(task))
    assert isinstance(end, Failure), end
    return end


def samples(of: TaskResult) -> np.ndarray:
    raster = of.raster()
    try:
        return np.array(raster.rows(0, of.header.height))
    finally:
        raster.close()
