"""Jobs: one picture through a packed graph, in one thread or several."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from ganstudio.runtime.native import images
from ganstudio.runtime.native.abi import DONE, Job, Layer, Thread
from ganstudio.runtime.native.layout import Layout, lay_out
from ganstudio.runtime.native.memory import ARENAS
from ganstudio.runtime.native.packing import PackedGraph, aligned, to_bf16

# Multiply-adds after which a thread comes back to hear a stop: 10 to 100 ms.
_SLICE = 1_000_000_000
_LAYOUTS_KEPT = 4


class Stopped(Exception):
    """The run was stopped from outside; there is no result."""


class Network:
    """A graph made ready for one image of machine code. Several threads may call it at once."""

    def __init__(self, packed: PackedGraph) -> None:
        self._packed = packed
        self._lock = threading.Lock()
        self._layouts: OrderedDict[tuple[int, int, int], Layout] = OrderedDict()

    def __call__(self, picture: np.ndarray, threads: int = 1, stopped: Callable[[], bool] = bool) -> np.ndarray:
        """(H, W, inputs) float32 → (H·scale, W·scale, colours) float32. `stopped` is asked now and then, in each
        thread; Stopped is raised when it says so. The answer does not depend on `threads`. Raises MemoryError."""
        layout = self._layout(picture.shape[0], picture.shape[1], threads)
        result = np.empty((*layout.result, self._packed.graph.colours), np.float32)
        with ARENAS.take(layout.bytes) as memory:
            self._place(picture, memory, layout.picture)
            _run(self._packed, layout, memory, result, threads, stopped)
        return result

    def _layout(self, height: int, width: int, threads: int) -> Layout:
        with self._lock:
            key = (height, width, threads)
            if key not in self._layouts:
                self._layouts[key] = lay_out(self._packed, height, width, threads)
                if len(self._layouts) > _LAYOUTS_KEPT:
                    self._layouts.popitem(last=False)
            self._layouts.move_to_end(key)
            return self._layouts[key]

    def _place(self, picture: np.ndarray, memory: np.ndarray, size: tuple[int, int]) -> None:
        """The picture into map 0, zeros around it (and in padded channels)."""
        graph, height, width = self._packed.graph, *picture.shape[:2]
        pixel = self._packed.pixel_bytes(0)
        half = self._packed.sample == 2 and not graph.direct
        kind = np.dtype(np.uint16 if half else np.float32)
        place = memory[: size[0] * size[1] * pixel].view(kind).reshape(*size, pixel // kind.itemsize)
        place[...] = 0
        place[1 : height + 1, 1 : width + 1, : picture.shape[2]] = to_bf16(picture) if half else picture


def _run(
    packed: PackedGraph, layout: Layout, memory: np.ndarray, result: np.ndarray, threads: int,
    stopped: Callable[[], bool],
) -> None:  # fmt: skip
    base, run = memory.ctypes.data, packed.code.run
    arguments, ranges = layout.placed(base, result.ctypes.data), aligned(layout.ranges)
    arguments[:, Layer.RANGES] = ranges.ctypes.data + np.arange(len(ranges)) * ranges[0].nbytes
    states, barrier = aligned(np.zeros((threads, Thread.SIZE), np.int64)), aligned(np.zeros(8, np.int64))
    for thread, place in enumerate(layout.scratch):
        states[thread, Thread.SCRATCH], states[thread, Thread.INDEX] = base + place, thread
    job = aligned(np.zeros(Job.SIZE, np.int64))
    job[Job.LAYERS], job[Job.COUNT], job[Job.THREADS] = arguments.ctypes.data, len(arguments), threads
    job[Job.BARRIER], job[Job.YIELD] = barrier.ctypes.data, images.give_way()
    job[Job.THREADS_AT], job[Job.SLICE_COST] = states.ctypes.data, _SLICE
    over = threading.Event()

    def work(thread: int) -> None:
        while run(job.ctypes.data, thread) != DONE:
            if over.is_set() or stopped():
                over.set()
                return

    helpers = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(1, threads)]
    started: list[threading.Thread] = []
    try:
        for helper in helpers:
            helper.start()
            started.append(helper)
        work(0)
    except BaseException:
        over.set()  # nobody waits for a thread that does not come
        raise
    finally:
        for helper in started:
            helper.join()
    if over.is_set():
        raise Stopped
