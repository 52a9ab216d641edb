"""ncnn graphs of the two upscalers that ship in this form, as state dicts of the torch networks they came from.

A graph is recognised by what it computes, not by its names: every blob is followed as a weighted sum of layer
outputs, and the input of every convolution is compared with what the network of the paper feeds it. A graph that
computes anything else is refused with what it looks like.

Compact: SRVGGNetCompact of Real-ESRGAN (Wang et al. 2021, arXiv:2107.10833). RRDB: ESRGAN (Wang et al. 2018,
arXiv:1809.00219).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ganstudio.core.text import _
from ganstudio.models.readers.ncnn import Graph, Layer
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.unreadable import Unreadable

INPUT = -1
RESIDUAL, SLOPE = 0.2, 0.2
TOLERANCE = 1e-3
MAX_TERMS = 500_000  # of all sums together; the largest ESRGAN needs 40,000
MAX_PARTS = 64

# A blob as a sum: (layer that made it, nearest enlargement since) -> factor
Sum = dict[tuple[int, int], float]
Parts = tuple[Sum, ...]  # more than one: sums side by side in the channels (a concat)


@dataclass(frozen=True)
class _Step:
    """A layer with weights or a shuffle: where it reads, and the leaky slope after it (None: no activation)."""

    layer: Layer
    reads: Parts
    slope: float | None = None


def to_state_dict(graph: Graph) -> dict[str, LazyTensor]:
    """The state dict under the names of torch: Compact `body.N.*`, RRDB `conv_first`, `body.i.rdbJ.convK` ….

    Raises `Unreadable` with what the graph looks like when it is neither.
    """
    followed = _Follower(graph)
    if followed.reduced:
        raise Unreadable(
            _(
                "it is an upscaler that shrinks its own result again. Open the x4 pair of the same model instead; any "
                "size can be made from it."
            )
        )
    state = _compact(followed) or _rrdb(followed)
    if state is None:
        kinds = ", ".join(f"{count} {kind}" for kind, count in graph.kinds().items() if kind not in ("Input", "Split"))
        raise Unreadable(
            _("it is an ncnn network that is neither ESRGAN (RRDB) nor Compact; its layers are: {kinds}.").format(
                kinds=kinds[:300]
            )
        )
    return state


class _Follower:
    """Follows the blobs through the graph. `unknown` names the first layer that it could not follow."""

    def __init__(self, graph: Graph) -> None:
        self.steps: list[_Step] = []
        self.output: Parts = ()
        self.unknown = ""
        self.reduced = False
        self._blobs: dict[str, Parts] = {}
        terms = 0
        for layer in graph.layers:
            made = self._follow(layer)
            if made is None:
                self.unknown = layer.kind
                return
            terms += sum(len(part) for part in made) if layer.kind not in ("Split", "Concat") else len(made)
            if terms > MAX_TERMS or len(made) > MAX_PARTS:
                raise Unreadable(_("it is an ncnn network far more tangled than an upscaler."))
            self._blobs.update(dict.fromkeys(layer.outputs, made))
            self.output = made

    def _follow(self, layer: Layer) -> Parts | None:
        reads = [self._blobs[name] for name in layer.inputs]
        if layer.kind == "Input":
            return () if self._blobs else ({(INPUT, 1): 1.0},)
        if layer.kind == "Split":
            return reads[0]
        if layer.kind == "Concat":
            return tuple(part for parts in reads for part in parts) if layer.integer(0) == 0 else None
        if layer.kind in ("Eltwise", "BinaryOp"):
            return _combined(layer, reads)
        if layer.kind == "Interp":
            return self._enlarged(layer, reads[0])
        if layer.kind == "ReLU":
            return self._activated(layer, reads[0])
        if layer.kind in ("Convolution", "PReLU", "PixelShuffle"):
            slope = _slope_of(layer) if layer.kind == "Convolution" else None
            self.steps.append(_Step(layer, reads[0], slope))
            return ({(len(self.steps) - 1, 1): 1.0},)
        return None

    def _enlarged(self, layer: Layer, parts: Parts) -> Parts | None:
        scale = layer.real(1, 1.0)
        if scale < 1 and self.steps and self.steps[-1].layer.kind == "PixelShuffle":
            self.reduced = True
            return parts
        if layer.integer(0) != 1 or scale != layer.real(2, 1.0) or scale != int(scale) or len(parts) != 1:
            return None
        return ({(step, size * int(scale)): factor for (step, size), factor in parts[0].items()},)

    def _activated(self, layer: Layer, parts: Parts) -> Parts | None:
        """A leaky ReLU as a layer of its own, right behind the convolution that it belongs to."""
        last = len(self.steps) - 1
        if parts != ({(last, 1): 1.0},) or self.steps[last].slope is not None:
            return None
        if self.steps[last].layer.kind != "Convolution":
            return None
        self.steps[last] = _Step(self.steps[last].layer, self.steps[last].reads, layer.real(0))
        return parts


def _combined(layer: Layer, reads: list[Parts]) -> Parts | None:
    """A weighted sum of two blobs, or one blob times a number."""
    if any(len(parts) != 1 for parts in reads):
        return None
    if layer.kind == "Eltwise":
        factors = layer.reals(1) or (1.0,) * len(reads)
        if layer.integer(0) != 1 or len(factors) != len(reads):
            return None
        return (_added([parts[0] for parts in reads], factors),)
    operation, with_number = layer.integer(0), layer.integer(1)
    if operation == 0 and not with_number and len(reads) == 2:
        return (_added([parts[0] for parts in reads], (1.0, 1.0)),)
    if operation == 2 and with_number and len(reads) == 1:
        return (_added([reads[0][0]], (layer.real(2),)),)
    return None


def _added(sums: list[Sum], factors: tuple[float, ...]) -> Sum:
    total: Sum = {}
    for terms, factor in zip(sums, factors, strict=True):
        for place, value in terms.items():
            total[place] = total.get(place, 0.0) + factor * value
    return total


def _slope_of(layer: Layer) -> float | None:
    """The activation fused into a convolution (9: 0 none, 1 ReLU, 2 leaky; others cannot be one of ours)."""
    kind = layer.integer(9)
    if kind == 0:
        return None
    if kind == 2 and len(layer.reals(10)) == 1:
        return layer.reals(10)[0]
    return 0.0 if kind == 1 else math.nan


def _same(reads: Parts, expected: list[Sum]) -> bool:
    return len(reads) == len(expected) and all(map(_close, reads, expected))


def _close(a: Sum, b: Sum) -> bool:
    return a.keys() == b.keys() and all(abs(a[place] - b[place]) <= TOLERANCE * abs(b[place]) for place in b)


def _plain_convolution(step: _Step, slope: float | None) -> bool:
    """3x3, stride 1, padding 1, with bias, followed by the leaky slope expected (None: nothing)."""
    layer = step.layer
    if layer.kind != "Convolution" or layer.weights["weight"].shape[2:] != (3, 3) or "bias" not in layer.weights:
        return False
    sides = all(layer.integer(key, layer.integer(4)) == 1 for key in (4, 14, 15, 16))
    ones = all(layer.integer(key, 1) == 1 for key in (2, 12, 3, 13))
    if not sides or not ones or layer.real(18):
        return False
    return step.slope is None if slope is None else step.slope is not None and abs(step.slope - slope) < TOLERANCE


def _one(step: int, size: int = 1) -> Sum:
    return {(step, size): 1.0}


# -- Compact


def _compact(followed: _Follower) -> dict[str, LazyTensor] | None:
    """A chain of convolutions and PReLUs, a shuffle, and the enlarged input added."""
    steps = followed.steps
    if followed.unknown or len(steps) < 4 or steps[-1].layer.kind != "PixelShuffle" or steps[-1].layer.integer(1):
        return None
    chain = all(_same(step.reads, [_one(at - 1)]) for at, step in enumerate(steps))
    scale = steps[-1].layer.integer(0)
    if not chain or not _same(followed.output, [_one(len(steps) - 1) | _one(INPUT, scale)]):
        return None
    state: dict[str, LazyTensor] = {}
    for at, step in enumerate(steps[:-1]):
        if at % 2 == 0 and _plain_convolution(step, None):
            state |= {f"body.{at}.weight": step.layer.weights["weight"], f"body.{at}.bias": step.layer.weights["bias"]}
        elif at % 2 == 1 and step.layer.kind == "PReLU":
            state[f"body.{at}.weight"] = step.layer.weights["slope"]
        else:
            return None
    return state


# -- RRDB


def _rrdb(followed: _Follower) -> dict[str, LazyTensor] | None:
    """Residual-in-residual dense blocks, then two enlargements by two."""
    steps = followed.steps
    blocks, rest = divmod(len(steps) - 6, 15)
    if followed.unknown or blocks < 1 or rest:
        return None
    names: list[str] = []
    expected: list[tuple[list[Sum], float | None]] = []

    def step(name: str, reads: list[Sum], slope: float | None) -> Sum:
        names.append(name)
        expected.append((reads, slope))
        return _one(len(names) - 1)

    first = trunk = step("conv_first", [_one(INPUT)], None)
    for block in range(blocks):
        inner = trunk
        for dense in range(1, 4):
            made = [inner]
            for conv in range(1, 6):
                made.append(step(f"body.{block}.rdb{dense}.conv{conv}", list(made), SLOPE if conv < 5 else None))
            inner = _added([made[-1], inner], (RESIDUAL, 1.0))
        trunk = _added([inner, trunk], (RESIDUAL, 1.0))
    body = step("conv_body", [trunk], None)
    first_and_body = {(at, 2): factor for (at, _), factor in _added([first, body], (1.0, 1.0)).items()}
    up = step("conv_up1", [first_and_body], SLOPE)
    up = step("conv_up2", [{(at, 2): factor for (at, _), factor in up.items()}], SLOPE)
    last = step("conv_last", [step("conv_hr", [up], SLOPE)], None)
    if not _same(followed.output, [last]):
        return None
    state: dict[str, LazyTensor] = {}
    for name, (reads, slope), found in zip(names, expected, steps, strict=True):
        if not _plain_convolution(found, slope) or not _same(found.reads, reads):
            return None
        state |= {f"{name}.weight": found.layer.weights["weight"], f"{name}.bias": found.layer.weights["bias"]}
    return state
