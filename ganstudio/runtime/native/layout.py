"""Layout: where the maps of a graph lie for a picture of one size, and the arguments of all its layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ganstudio.runtime.native.abi import SIDE, TILES, Layer
from ganstudio.runtime.native.graphs import Double, Last, touched
from ganstudio.runtime.native.packing import Packed, PackedGraph, aligned

_PAGE = 4096
_SLACK = 64
# Arguments that are places in the memory of one run, and of its result.
_IN_MEMORY = (Layer.IN, Layer.OUT, Layer.FIRST_ADDED, Layer.SECOND_ADDED, Layer.BASE)


@dataclass(frozen=True)
class Level:
    """Maps of one size: `table` (blocks·TILES, 2) of tiles: first pixel, valid columns + 8·rows; the last block is
    filled with its last tile. A row has `row` pixels, `rows` in all, the border of at least one included."""

    height: int
    width: int
    rows: int
    row: int
    blocks: int
    table: np.ndarray


def level(height: int, width: int) -> Level:
    down, across = -(-height // SIDE), -(-width // SIDE)
    row = SIDE * across + 2
    y, x = np.mgrid[0:down, 0:across]
    first = (SIDE * y + 1) * row + SIDE * x + 1
    valid = np.minimum(SIDE, height - SIDE * y) * 8 + np.minimum(SIDE, width - SIDE * x)
    entries = np.stack([first, valid], -1).reshape(-1, 2).astype(np.int64)
    blocks = -(-len(entries) // TILES)
    filled = np.concatenate([entries, np.repeat(entries[-1:], blocks * TILES - len(entries), 0)])
    return Level(height, width, SIDE * down + 2, row, blocks, aligned(filled))


@dataclass(frozen=True)
class Layout:
    """`arguments` (layers, Layer.SIZE) int64, those of `_IN_MEMORY` counted from the start of a memory of `bytes`;
    `ranges` (layers, threads, 8): the blocks of each thread. The picture begins at byte 0 and takes `picture` (rows,
    pixels a row); thread t's scratch begins at `scratch[t]`."""

    arguments: np.ndarray
    ranges: np.ndarray
    bytes: int
    picture: tuple[int, int]
    scratch: tuple[int, ...]
    result: tuple[int, int]
    levels: tuple[Level, ...]

    def placed(self, memory: int, result: int) -> np.ndarray:
        """The arguments for a memory and a result at these addresses."""
        made = aligned(self.arguments)
        for slot in _IN_MEMORY:
            made[:, slot] += memory
        made[-1, Layer.OUT] = result
        return made


def lay_out(packed: PackedGraph, height: int, width: int, threads: int) -> Layout:
    """For a picture (map 0) of height × width."""
    graph = packed.graph
    levels = {n: level(height << n, width << n) for n in {m.level for m in graph.maps}}
    places, end = _places(packed, levels)
    rows: list[np.ndarray] = []
    blocks: list[int] = []
    seen = {0}
    for one in packed.steps:
        target = touched(one.step)[1]
        if target is not None and target not in seen:
            seen.add(target)
            rows.append(_border(packed, levels[graph.maps[target].level], places[target], target))
            blocks.append(levels[graph.maps[target].level].rows)
        row, count = _arguments(packed, one, levels, places)
        rows.append(row)
        blocks.append(count)
    arguments = np.stack(rows)
    arguments[:, Layer.THREADS] = threads
    ranges = np.zeros((len(rows), threads, 8), np.int64)
    for thread in range(threads):
        ranges[:, thread, 0] = [count * thread // threads for count in blocks]
        ranges[:, thread, 1] = [count * (thread + 1) // threads for count in blocks]
    each = -(-max(one.scratch for one in packed.steps) // _PAGE) * _PAGE + _PAGE
    last = graph.steps[-1]
    assert isinstance(last, Last)
    out = levels[graph.maps[last.source].level]
    return Layout(
        arguments, ranges, end + threads * each, (levels[0].rows, levels[0].row),
        tuple(end + thread * each for thread in range(threads)),
        (out.height * last.shuffle, out.width * last.shuffle), tuple(levels.values()),
    )  # fmt: skip


def _places(packed: PackedGraph, levels: dict[int, Level]) -> tuple[dict[int, int], int]:
    """Where each map begins, and the end of all: maps that are not needed at the same time share their place."""
    graph = packed.graph
    lives: dict[int, list[int]] = {0: [-1, -1]}
    for time, step in enumerate(graph.steps):
        reads, write = touched(step)
        for number in [*reads, *([] if write is None else [write])]:
            lives.setdefault(number, [time, time])[1] = time
    places: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for number in sorted(lives, key=lambda n: lives[n][0]):
        made = levels[graph.maps[number].level]
        sizes[number] = -(-(made.rows * made.row * packed.pixel_bytes(number) + _SLACK) // _PAGE) * _PAGE
        taken = sorted(
            (places[other], places[other] + sizes[other]) for other in places if lives[other][1] >= lives[number][0]
        )
        at = 0
        for start, stop in taken:
            if start - at >= sizes[number]:
                break
            at = max(at, stop)
        places[number] = at
    return places, max(places[n] + sizes[n] for n in places)


def _border(packed: PackedGraph, made: Level, place: int, number: int) -> np.ndarray:
    row = np.zeros(Layer.SIZE, np.int64)
    pixel = packed.pixel_bytes(number)
    row[Layer.KERNEL], row[Layer.COST] = packed.code.address("border"), made.row * pixel
    row[Layer.OUT], row[Layer.OUT_PIXEL], row[Layer.OUT_ROW] = place, pixel, made.row * pixel
    row[Layer.WIDTH], row[Layer.HEIGHT] = made.width, made.height
    return row


def _arguments(
    packed: PackedGraph, one: Packed, levels: dict[int, Level], places: dict[int, int]
) -> tuple[np.ndarray, int]:
    """A step's arguments and its number of blocks."""
    graph, step = packed.graph, one.step
    row = np.zeros(Layer.SIZE, np.int64)
    for slot, value in one.slots.items():
        row[slot] = value
    source = levels[graph.maps[step.source].level]
    in_pixel = packed.pixel_bytes(step.source)
    row[Layer.IN], row[Layer.IN_PIXEL], row[Layer.IN_ROW] = places[step.source], in_pixel, source.row * in_pixel
    row[Layer.ROW_PIXELS], row[Layer.TABLE], row[Layer.COST] = source.row, source.table.ctypes.data, one.cost
    row[Layer.WIDTH], row[Layer.HEIGHT] = source.width, source.height
    if isinstance(step, Last):
        across = 4 * step.shuffle * graph.colours
        row[Layer.OUT_PIXEL] = one.slots[Layer.OUT_VECTORS] * packed.code.image.lanes * 4
        row[Layer.RESULT_ACROSS], row[Layer.RESULT_ROW] = across, source.width * across
        row[Layer.RESULT_DOWN] = step.shuffle * source.width * across
        row[Layer.BASE], row[Layer.BASE_PIXEL] = places[0], packed.pixel_bytes(0)
        return row, source.blocks
    target = levels[graph.maps[step.target].level]
    pixel = packed.pixel_bytes(step.target)
    row[Layer.OUT], row[Layer.OUT_PIXEL], row[Layer.OUT_ROW] = places[step.target], pixel, target.row * pixel
    if isinstance(step, Double):
        row[Layer.COST] = source.width * pixel
        return row, source.height
    row[Layer.OUT] += step.at * packed.sample
    for slot, number in zip((Layer.FIRST_ADDED, Layer.SECOND_ADDED), step.added, strict=False):
        row[slot] = places[number] + step.at * packed.sample
    return row, source.blocks
