"""Recognising the networks that native code runs: their torch modules as graphs, or None for all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from ganstudio.nets.compact import Compact
from ganstudio.runtime.native.abi import COLOURS, GRAIN, SHUFFLES
from ganstudio.runtime.native.graphs import Conv, Double, Graph, Last

_DENSE = 5


@dataclass(frozen=True)
class Recognised:
    """`fold`: the picture is folded (pixel unshuffle) by this before it is the graph's; padded by reflection to fit."""

    graph: Graph
    fold: int = 1


def recognise(module: nn.Module) -> Recognised | None:
    """Compact with PReLUs; RRDBNet as spandrel builds it (×1 to ×4, also folded)."""
    if isinstance(module, Compact):
        return _compact(module)
    if type(module).__name__ == "RRDBNet" and type(module).__module__.startswith("spandrel."):
        try:
            return _rrdb(module)
        except _Unlike:
            return None
    return None


class _Unlike(Exception):
    """Something in the network is not as expected: it stays with torch."""


def _compact(net: Compact) -> Recognised | None:
    """Layer after layer between two maps."""
    layers = list(net.body)
    convs, slopes = layers[::2], layers[1::2]
    first = _plain(convs[0])
    if first is None or first[0].shape[1] not in COLOURS or net.scale not in SHUFFLES:
        return None
    graph = Graph(first[0].shape[1], first[0].shape[1])
    maps = (graph.map(net.features), graph.map(net.features))
    source = 0
    for n, (conv, slope) in enumerate(zip(convs[:-1], slopes, strict=True)):
        parts = _plain(conv)
        if parts is None or not isinstance(slope, nn.PReLU):
            return None
        graph.steps.append(Conv(source, maps[n % 2], *parts, _array(slope.weight)))
        source = maps[n % 2]
    last = _plain(convs[-1])
    if last is None:
        return None
    graph.steps.append(Last(source, *last, net.scale, True))
    return Recognised(graph)


def _rrdb(net: nn.Module) -> Recognised:
    """ESRGAN (Wang et al. 2018): dense blocks in blocks, then nearest-neighbour doublings with a convolution each."""
    whole: Any = net
    top, fold = _leaves([whole.model]), int(whole.shuffle_factor or 1)
    first, rest = _conv(top[0]), top[2:]
    shortcut: Any = top[1]
    blocks = _leaves([shortcut.sub]) if type(shortcut).__name__ == "ShortcutBlock" else []
    features, inputs = first[0].shape[:2]
    doublings = (len(rest) - 3) // 3
    if not blocks or features % GRAIN or fold < 1 or len(rest) != 3 * doublings + 3:
        raise _Unlike
    colours = _conv(rest[-1])[0].shape[0]
    if inputs != colours * fold**2 or colours not in COLOURS:
        raise _Unlike
    graph = Graph(colours, inputs)
    trunk = _trunk(graph, first, blocks, features)
    source = trunk
    for n in range(doublings):
        up, conv, slope = rest[3 * n : 3 * n + 3]
        _nearest_twice(up)
        doubled, target = graph.map(features, n + 1), graph.map(features, n + 1)
        graph.steps.append(Double(source, doubled))
        graph.steps.append(Conv(doubled, target, *_conv(conv), _slope(slope, features)))
        source = target
    high = graph.map(features, doublings)
    graph.steps.append(Conv(source, high, *_conv(rest[-3]), _slope(rest[-2], features)))
    graph.steps.append(Last(high, *_conv(rest[-1]), 1, False))
    return Recognised(graph, fold)


def _trunk(graph: Graph, first: tuple[np.ndarray, np.ndarray], blocks: list[nn.Module], features: int) -> int:
    """Everything at the picture's size; the map with its result. The joined features of a dense block are one wide map;
    three of them go round, as a block's input is needed until its end."""
    dense = [_dense_blocks(block) for block in blocks[:-1]]
    growth = dense[0][0][0][0].shape[0] if dense else 0
    if not dense or growth % GRAIN:
        raise _Unlike
    start, wide = graph.map(features), [graph.map(features + (_DENSE - 1) * growth) for _ in range(3)]
    graph.steps += [Conv(0, start, *first), Conv(0, wide[0], *first)]
    a, b, c = wide
    for block in dense:
        turns = (
            (a, b, (0.2, 1.0), (a,)), (b, c, (0.2, 1.0), (b,)), (c, b, (0.2 * 0.2, 0.2, 1.0), (c, a)),
        )  # fmt: skip
        for convs, (source, target, factors, added) in zip(block, turns, strict=True):
            for n, (weight, bias, slope) in enumerate(convs):
                if weight.shape != (growth if slope is not None else features, features + n * growth, 3, 3):
                    raise _Unlike
                if slope is None:
                    graph.steps.append(Conv(source, target, weight, bias, None, 0, factors, added))
                else:
                    graph.steps.append(Conv(source, source, weight, bias, slope, features + n * growth))
        a, b = b, a
    result = graph.map(features)
    # What is added must have the result's layout: the start is kept in a map of its own.
    graph.steps.append(Conv(a, result, *_conv(blocks[-1]), factors=(1.0, 1.0), added=(start,)))
    return result


def _dense_blocks(block: nn.Module) -> list[list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]]:
    """[three dense blocks][five convolutions] of (weight, bias, slope); the last of each five has no rectifier."""
    if type(block).__name__ != "RRDB":
        raise _Unlike
    made = []
    for name in ("RDB1", "RDB2", "RDB3"):
        dense = getattr(block, name)
        if getattr(dense, "conv1x1", None) is not None:
            raise _Unlike
        convs: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]] = []
        for n in range(1, _DENSE + 1):
            leaves = _leaves([getattr(dense, f"conv{n}")])
            weight, bias = _conv(leaves[0])
            if len(leaves) != (2 if n < _DENSE else 1):
                raise _Unlike
            convs.append((weight, bias, _slope(leaves[1], len(bias)) if n < _DENSE else None))
        made.append(convs)
    return made


def _leaves(modules: Iterable[nn.Module]) -> list[nn.Module]:
    """The modules in their order, Sequentials opened."""
    made: list[nn.Module] = []
    for module in modules:
        made += _leaves(module) if isinstance(module, nn.Sequential) else [module]
    return made


def _conv(module: nn.Module) -> tuple[np.ndarray, np.ndarray]:
    parts = _plain(module)
    if parts is None:
        raise _Unlike
    return parts


def _plain(module: nn.Module) -> tuple[np.ndarray, np.ndarray] | None:
    """Weight and bias of a 3×3 convolution, stride 1, zeros around; None for any other."""
    if not isinstance(module, nn.Conv2d):
        return None
    shape = (module.kernel_size, module.stride, module.padding, module.dilation)
    if shape != ((3, 3), (1, 1), (1, 1), (1, 1)) or module.groups != 1 or module.padding_mode != "zeros":
        return None
    bias = np.zeros(module.out_channels, np.float32) if module.bias is None else _array(module.bias)
    return _array(module.weight), bias


def _slope(module: nn.Module, channels: int) -> np.ndarray:
    if isinstance(module, nn.LeakyReLU):
        return np.full(channels, module.negative_slope, np.float32)
    if isinstance(module, nn.ReLU):
        return np.zeros(channels, np.float32)
    if isinstance(module, nn.PReLU):
        return np.broadcast_to(_array(module.weight), (channels,))
    raise _Unlike


def _nearest_twice(module: nn.Module) -> None:
    if not isinstance(module, nn.Upsample) or module.mode != "nearest" or float(str(module.scale_factor)) != 2.0:
        raise _Unlike


def _array(value: Tensor) -> np.ndarray:
    return value.detach().float().numpy()
