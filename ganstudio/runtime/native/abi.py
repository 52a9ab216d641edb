"""What the machine code and the program agree on: the places of arguments in memory, sizes, interpolation points.

All arguments are 8 bytes wide. One call `run(job, thread) → state` goes through all layers of a job for one thread; a
thread that has used up its slice returns SLICE and is to be called again, so that a stop is heard in between.
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction

ABI = 1

TILES = 24  # output tiles of 4×4 pixels in a block
SIDE = 4  # a tile's side
GRAIN = 16  # feature channels are padded to a multiple of this
POINTS = {"fp32": (Fraction(1), Fraction(2)), "bf16": (Fraction(5, 8), Fraction(5, 4))}
PLANE_SKEW = 128  # bytes that keep the 36 planes of a block out of each other's cache sets
DONE, SLICE = 0, 1

# The sizes of results that the last layer can write: pixel shuffle factors and colour channels.
SHUFFLES, COLOURS = (1, 2, 3, 4), (1, 3)


class Job(IntEnum):
    """Of one picture; `THREADS_AT` holds a `Thread` for each thread, 64 bytes apart, so that they share no line."""

    LAYERS, COUNT, THREADS, BARRIER, YIELD, THREADS_AT, SLICE_COST = range(7)
    SIZE = 8


class Thread(IntEnum):
    LAYER, ARRIVED, BUDGET, SCRATCH, INDEX = range(5)
    SIZE = 8


class Layer(IntEnum):
    """Of one layer. Pitches are in bytes: `IN_PIXEL`, `IN_ROW`, `OUT_PIXEL`, `OUT_ROW` of the maps (with their border),
    `V_*` and `M_*` of the transformed input and of the products within a block. `KERNEL` runs the layer, `ENTER`,
    `LEAVE` and `LAST` are its parts. Of the result: bytes of a row, and from one pixel of the map to the next down and
    across."""

    (
        KERNEL, IN, OUT, WEIGHTS, BIAS, SLOPE, TABLE, THREADS, RANGES, COST,
        IN_PIXEL, IN_ROW, OUT_PIXEL, OUT_ROW, K, OUT_BYTES, OUT_VECTORS, ROW_PIXELS,
        V_SLOT, V_PLANE, M_SLOT, M_PLANE, M_AT, EDGE_AT, GROUPS_AT, GROUPS,
        ENTER, LEAVE, LAST, FIRST_ADDED, SECOND_ADDED, FACTORS_AT, BASE, BASE_PIXEL, WIDTH, HEIGHT,
        RESULT_ROW, RESULT_DOWN, RESULT_ACROSS,
    ) = range(39)  # fmt: skip
    SIZE = 40


class Group(IntEnum):
    """Outputs of a layer that are computed together, `REPEATS` times the product's width; where their weights,
    products, bias and slope, and channels begin (bytes)."""

    PRODUCT, REPEATS, WEIGHTS_AT, M_AT, PARAMETERS_AT, OUT_AT = range(6)
    SIZE = 8


def transform(points: tuple[Fraction, Fraction]) -> list[list[float]]:
    """G (6×3) of F(4×4, 3×3) on the points 0, ±a, ±b, ∞ by Toom–Cook interpolation (Lavin & Gray, "Fast Algorithms for
    Convolutional Neural Networks", CVPR 2016): a kernel g becomes G·g·Gᵀ.

    The columns of the output transform for ±a and ±b are divided by a and b, which saves products; G takes them back.
    """
    a, b = points
    at = (Fraction(0), a, -a, b, -b)
    scales = (Fraction(1), a, a, b, b)
    rows = []
    for i, point in enumerate(at):
        norm = Fraction(1)
        for j, other in enumerate(at):
            norm *= point - other if j != i else 1
        rows.append([float(point**k / norm * scales[i]) for k in range(3)])
    return [*rows, [0.0, 0.0, 1.0]]
