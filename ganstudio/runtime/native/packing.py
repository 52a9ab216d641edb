"""Packing: a graph's weights in the order in which the machine code of one image reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ganstudio.runtime.native.abi import PLANE_SKEW, POINTS, TILES, Group, Layer, transform
from ganstudio.runtime.native.graphs import Conv, Double, Graph, Last, Step, padded
from ganstudio.runtime.native.images import Code, Image

_LINE = 64


@dataclass
class Packed:
    """One step: `slots` of its arguments that depend on no size, `kept` what they point to; `scratch` bytes a thread
    needs, multiply-adds `cost` of a block (of a pixel's bytes for steps without products)."""

    step: Step
    slots: dict[Layer, int]
    scratch: int = 0
    cost: int = 1
    kept: list[np.ndarray] = field(default_factory=list)


@dataclass
class PackedGraph:
    graph: Graph
    code: Code
    steps: list[Packed]

    @property
    def sample(self) -> int:
        """Bytes of a channel in a map."""
        return 2 if self.code.image.dtype == "bf16" else 4

    def pixel_bytes(self, number: int) -> int:
        """Bytes of a pixel of a map."""
        channels = self.graph.maps[number].channels
        return channels * 4 if number == 0 and self.graph.direct else padded(channels) * self.sample


def pack(graph: Graph, code: Code) -> PackedGraph:
    made = PackedGraph(graph, code, [])
    for step in graph.steps:
        if isinstance(step, Double):
            slots = {Layer.KERNEL: code.address("double"), Layer.OUT_BYTES: made.pixel_bytes(step.source)}
            made.steps.append(Packed(step, slots))
        elif isinstance(step, Conv) and step.source == 0 and graph.direct:
            made.steps.append(_direct(made, step))
        else:
            made.steps.append(_winograd(made, step))
    return made


def aligned(array: np.ndarray, room: int = 0) -> np.ndarray:
    """A copy that begins at a cache line, with `room` bytes behind it."""
    raw = np.zeros(array.nbytes + _LINE + room, np.uint8)
    start = -raw.ctypes.data % _LINE
    view = raw[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    view[...] = array
    return view


def to_bf16(x: np.ndarray) -> np.ndarray:
    """float32 → the bits of bfloat16, rounded to nearest even."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def groups(vectors: int, lanes: int) -> list[tuple[int, int]]:
    """Split so many vectors of outputs into (width, repeats) that the code has products for."""
    if lanes != 16:
        wide = 2 if lanes == 8 else 4
        return [(wide, vectors // wide)]
    for wide in (4, 3):
        if vectors % wide == 0:
            return [(wide, vectors // wide)]
    if vectors < 3:
        return [(vectors, 1)]
    rest = [(3, 1), (2, 1)] if vectors % 4 == 1 else [(vectors % 4, 1)]
    fours = (vectors - sum(wide for wide, _ in rest)) // 4
    return [(4, fours), *rest] if fours else rest


def _parameters(values: np.ndarray, count: int) -> np.ndarray:
    return aligned(np.pad(values.astype(np.float32), (0, count - len(values))))


def _direct(made: PackedGraph, step: Conv) -> Packed:
    """(out, colours, 3, 3) → [group][9·colours][wide·lanes], beginning with the upper left corner."""
    image, code = made.code.image, made.code
    outputs = padded(len(step.bias))
    vectors = outputs // image.lanes
    table = np.zeros((9 * step.weight.shape[1], outputs), np.float32)
    table[:, : len(step.bias)] = step.weight.transpose(2, 3, 1, 0).reshape(len(table), -1)
    parts: list[np.ndarray] = []
    rows: list[list[int]] = []
    start = offset = 0
    for wide in [wide for wide, repeats in groups(vectors, image.lanes) for _ in range(repeats)]:
        parts.append(table[:, start * image.lanes : (start + wide) * image.lanes].ravel())
        channel = start * image.lanes
        address = code.address(f"first{wide}_{made.graph.colours}")
        rows.append(_group(address, 1, offset, 0, 4 * channel, made.sample * channel))
        offset += parts[-1].nbytes
        start += wide
    weights, group_table = aligned(np.concatenate(parts)), aligned(np.array(rows, np.int64))
    bias = _parameters(step.bias, outputs)
    slope = _parameters(np.ones(outputs) if step.slope is None else step.slope, outputs)
    slots = {
        Layer.KERNEL: code.address("direct"), Layer.WEIGHTS: weights.ctypes.data, Layer.BIAS: bias.ctypes.data,
        Layer.SLOPE: slope.ctypes.data, Layer.GROUPS_AT: group_table.ctypes.data, Layer.GROUPS: len(rows),
        Layer.OUT_BYTES: outputs * made.sample, Layer.EDGE_AT: 0,
    }  # fmt: skip
    scratch = 16 * made.pixel_bytes(step.target)
    return Packed(step, slots, scratch, TILES * 16 * len(table) * outputs, [weights, group_table, bias, slope])


def _winograd(made: PackedGraph, step: Conv | Last) -> Packed:
    """(out, in, 3, 3) → G·w·Gᵀ as [group][36][repeats][words][wide·lanes] (bfloat16: pairs of channels in a word)."""
    image, code = made.code.image, made.code
    weight, bias, slope = _last_order(step, made.graph.colours) if isinstance(step, Last) else _of(step)
    inputs, outputs = padded(weight.shape[1]), padded(weight.shape[0])
    vectors = outputs // image.lanes
    table = _transformed(weight, inputs, outputs, image)
    parts: list[np.ndarray] = []
    rows: list[list[int]] = []
    split = groups(vectors, image.lanes)
    start = offset = 0
    for wide, repeats in split:
        channel = start * image.lanes
        parts.append(_group_weights(table[:, :, channel : channel + wide * repeats * image.lanes], repeats, image))
        address = code.address(f"product{wide}")
        rows.append(_group(address, repeats, offset, 4 * channel, 4 * channel, made.sample * channel))
        offset += parts[-1].nbytes
        start += wide * repeats
    weights, group_table = aligned(np.concatenate(parts)), aligned(np.array(rows, np.int64))
    out_pixel = 4 * outputs if isinstance(step, Last) else made.pixel_bytes(step.target)
    slots, scratch = _block(inputs * made.sample, 4 * outputs, out_pixel, in_place=split[0][1] == len(split) == 1)
    factors = aligned(np.array((*(step.factors if isinstance(step, Conv) else (1.0,)), 0, 0), np.float32))
    bias, slope = _parameters(bias, outputs), _parameters(slope, outputs)
    added = len(step.added) if isinstance(step, Conv) else 0
    leave = "leave_last" if isinstance(step, Last) else f"leave_add{added}" if added else "leave_act"
    slots |= {
        Layer.KERNEL: code.address("winograd_last" if isinstance(step, Last) else "winograd"),
        Layer.WEIGHTS: weights.ctypes.data, Layer.BIAS: bias.ctypes.data, Layer.SLOPE: slope.ctypes.data,
        Layer.GROUPS_AT: group_table.ctypes.data, Layer.GROUPS: len(rows), Layer.FACTORS_AT: factors.ctypes.data,
        Layer.K: inputs * made.sample // 4, Layer.OUT_VECTORS: vectors, Layer.OUT_BYTES: outputs * made.sample,
        Layer.LEAVE: code.address(leave),
    }  # fmt: skip
    if isinstance(step, Last):
        slots[Layer.LAST] = code.address(f"last_{step.shuffle}_{made.graph.colours}_{int(step.based)}")
    cost = 36 * TILES * inputs * outputs
    return Packed(step, slots, scratch, cost, [weights, group_table, bias, slope, factors])


def _group(address: int, repeats: int, weights: int, products: int, parameters: int, out: int) -> list[int]:
    row = [0] * Group.SIZE
    row[Group.PRODUCT], row[Group.REPEATS], row[Group.WEIGHTS_AT] = address, repeats, weights
    row[Group.M_AT], row[Group.PARAMETERS_AT], row[Group.OUT_AT] = products, parameters, out
    return row


def _block(in_bytes: int, product_bytes: int, out_pixel: int, *, in_place: bool) -> tuple[dict[Layer, int], int]:
    """Where a block's transformed input, products and pixels aside lie in a thread's scratch, and how large it is. With
    one group of outputs the products take the place of what they were made from."""
    v_slot, m_slot = (-(-n // _LINE) * _LINE for n in (in_bytes, product_bytes))
    if in_place:
        v_slot = m_slot = max(v_slot, m_slot)
    v_plane, m_plane = TILES * v_slot + PLANE_SKEW, TILES * m_slot + PLANE_SKEW
    m_at = 0 if in_place else 36 * v_plane
    edge_at = m_at + 36 * m_plane
    slots = {
        Layer.V_SLOT: v_slot, Layer.V_PLANE: v_plane, Layer.M_SLOT: m_slot, Layer.M_PLANE: m_plane,
        Layer.M_AT: m_at, Layer.EDGE_AT: edge_at,
    }  # fmt: skip
    return slots, edge_at + 16 * out_pixel


def _transformed(weight: np.ndarray, inputs: int, outputs: int, image: Image) -> np.ndarray:
    """(out, in, 3, 3) → (36, inputs, outputs), zeros in what was padded."""
    g = np.array(transform(POINTS[image.dtype]))
    flat = weight.transpose(2, 3, 1, 0).reshape(9, -1).astype(np.float64)
    table = np.zeros((36, inputs, outputs), np.float32)
    table[:, : weight.shape[1], : weight.shape[0]] = (np.kron(g, g) @ flat).reshape(36, *weight.shape[1::-1])
    return table


def _group_weights(table: np.ndarray, repeats: int, image: Image) -> np.ndarray:
    inputs, outputs = table.shape[1:]
    if image.dtype != "bf16":
        return table.reshape(36, inputs, repeats, outputs // repeats).transpose(0, 2, 1, 3).ravel()
    pairs = table[:, channel_order(inputs)].reshape(36, inputs // 2, 2, repeats, outputs // repeats)
    return to_bf16(pairs.transpose(0, 3, 1, 4, 2)).ravel()


def channel_order(channels: int) -> np.ndarray:
    """How the bfloat16 input transform leaves the channels: of each 32 (or a last 16) first the even ones."""
    parts = []
    for start in range(0, channels, 32):
        stop = min(start + 32, channels)
        parts += [np.arange(start, stop, 2), np.arange(start + 1, stop, 2)]
    return np.concatenate(parts)


def _of(step: Conv) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    outputs = len(step.bias)
    return step.weight, step.bias, np.ones(outputs) if step.slope is None else step.slope


def _last_order(step: Last, colours: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outputs in the order (row, column, colour) instead of the pixel shuffle's (colour, row, column)."""
    area = step.shuffle**2
    order = [colour * area + place for place in range(area) for colour in range(colours)]
    return step.weight[order], step.bias[order], np.ones(len(order))
