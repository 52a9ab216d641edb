"""Held values: what a network pools over the whole picture, measured once and replayed in every tile.

Channel attention, instance and group norm look at the mean of a whole feature map; a tile would have another mean.
`Measuring` runs the network on a sample of the picture and notes each pooled value in the order of the calls;
`Running` gives those values back in each tile. Both are torch function modes: they see the calls of any network,
written as modules or as plain functions, on one thread only. `Running` is also where a stop is heard between modules.

Local statistics against global ones: Chu et al., "Improving Image Restoration by Revisiting Global Information
Aggregation" (ECCV 2022).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from ganstudio.core.errors import Cancelled, EngineError
from ganstudio.core.progress import Progress

# The margin of a part: this fraction of its side.
_MARGIN = 6


@dataclass(frozen=True)
class Pooled:
    """One pooled value: a tensor of (1, C, …), or the mean and variance of a norm's channels.

    `area` is the number of input pixels it was taken over (a sum grows with it).
    """

    values: tuple[Tensor, ...]
    area: int = 0

    def to(self, device: str) -> Pooled:
        return Pooled(tuple(v.to(device) for v in self.values), self.area)


Held = tuple[Pooled, ...]


class Measuring(TorchFunctionMode):
    """Runs a network once on (N, C, H, W): values pooled over space (and over the N samples) are noted in `held`.

    Several samples are parts of one picture: their margins, where the network meets its own padding, are left out.
    Also surveys the memory: `most_bytes` is the most that any one call held in its arguments and result.
    """

    def __init__(self, area: int, samples: int = 1) -> None:
        super().__init__()
        self.held: list[Pooled] = []
        self.most_bytes = 0
        self._area = area
        self._parts = samples > 1

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        kind = _kind(func, args, kwargs)
        if kind == "norm":
            pooled = Pooled(_statistics(func, self._inner(args), kwargs))
            self.held.append(pooled)
            return _normalise(func, args, kwargs, pooled)
        inner = self._inner(args) if kind else args
        if kind and func is F.avg_pool2d:
            inner = (inner[0], inner[0].shape[2:])
        result = func(*inner, **kwargs)
        self.most_bytes = max(self.most_bytes, _bytes(args) + _bytes((result,)))
        if kind:
            joined = result.amax(0, keepdim=True) if kind == "max" else result.mean(0, keepdim=True)
            if kind == "sum":
                joined = joined * (math.prod(args[0].shape[2:]) / math.prod(inner[0].shape[2:]))
            self.held.append(Pooled((joined,), self._area))
            return joined.expand_as(result)
        return result

    def _inner(self, args: Sequence[Any]) -> Sequence[Any]:
        """The arguments with the margins of the first left out."""
        x = args[0]
        if not self._parts:
            return args
        top, left = (n // _MARGIN for n in x.shape[2:])
        return (x[:, :, top : x.shape[2] - top, left : x.shape[3] - left], *args[1:])


class Running(TorchFunctionMode):
    """Runs a network on one tile of `area` input pixels, with held values; hears a stop before every call."""

    def __init__(self, held: Held = (), area: int = 0, progress: Progress | None = None) -> None:
        super().__init__()
        self._held = held
        self._area = area
        self._next = 0
        self._progress = progress

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if self._progress is not None and self._progress.stopped:
            raise Cancelled()
        kind = _kind(func, args, kwargs) if self._held else ""
        if not kind:
            return func(*args, **kwargs)
        if self._next == len(self._held):
            raise EngineError("The network pools differently in a tile than in the whole picture.")
        pooled = self._held[self._next]
        self._next += 1
        if kind == "norm":
            return _normalise(func, args, kwargs, pooled)
        value = pooled.values[0].to(args[0].dtype)
        return value * (self._area / pooled.area) if kind == "sum" else value


_AVERAGES = {torch.mean, Tensor.mean, torch.std, Tensor.std, torch.var, Tensor.var}
_SUMS = {torch.sum, Tensor.sum}
_EXTREMES = {torch.amax, Tensor.amax}
_NORMS = {F.instance_norm, F.group_norm}


def _kind(func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """What a call pools over the whole of (N, C, H, W): "mean", "sum", "max", "norm", or "" for nothing."""
    if not args or not isinstance(args[0], Tensor) or args[0].dim() != 4:
        return ""
    if func in _NORMS:
        return "norm"
    if func is F.adaptive_avg_pool2d or func is F.adaptive_max_pool2d:
        size = args[1] if len(args) > 1 else kwargs.get("output_size")
        one = size in (1, (1, 1), [1, 1])
        return ("max" if func is F.adaptive_max_pool2d else "mean") if one else ""
    if func is F.avg_pool2d:
        size = args[1] if len(args) > 1 else kwargs.get("kernel_size")
        return "mean" if isinstance(size, (tuple, list, torch.Size)) and tuple(size) == args[0].shape[2:] else ""
    kind = "mean" if func in _AVERAGES else "sum" if func in _SUMS else "max" if func in _EXTREMES else ""
    return kind if kind and _over_space(args[0], args[1:], kwargs) else ""


def _over_space(x: Tensor, rest: Sequence[Any], kwargs: dict[str, Any]) -> bool:
    """Both space dimensions at once, or the second of the two one after the other."""
    dims = kwargs.get("dim", rest[0] if rest else None)
    dims = (dims,) if isinstance(dims, int) else dims
    if not isinstance(dims, (tuple, list)) or not all(isinstance(d, int) for d in dims):
        return False
    space = {d % 4 for d in dims}
    return space == {2, 3} or (space == {2} and x.shape[3] == 1) or (space == {3} and x.shape[2] == 1)


def _argument(args: Sequence[Any], kwargs: dict[str, Any], place: int, name: str, default: Any = None) -> Any:
    return args[place] if len(args) > place else kwargs.get(name, default)


def _statistics(func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Tensor, ...]:
    """Mean and variance of every channel, as an instance or group norm takes them, over all samples."""
    x = args[0].float()
    groups = _argument(args, kwargs, 1, "num_groups") if func is F.group_norm else x.shape[1]
    grouped = x.transpose(0, 1).reshape(groups, -1)
    variance, mean = torch.var_mean(grouped, dim=1, correction=0)
    each = x.shape[1] // groups
    return mean.repeat_interleave(each), variance.repeat_interleave(each)


def _normalise(func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], pooled: Pooled) -> Tensor:
    x = args[0]
    if func is F.group_norm:
        weight, bias = _argument(args, kwargs, 2, "weight"), _argument(args, kwargs, 3, "bias")
        eps = _argument(args, kwargs, 4, "eps", 1e-5)
    else:
        weight, bias = _argument(args, kwargs, 3, "weight"), _argument(args, kwargs, 4, "bias")
        eps = _argument(args, kwargs, 7, "eps", 1e-5)
    mean, variance = pooled.values
    scale = (variance + eps).rsqrt()
    scale = scale if weight is None else scale * weight.float()
    shift = -mean * scale if bias is None else bias.float() - mean * scale
    return torch.addcmul(shift.view(1, -1, 1, 1), x.float(), scale.view(1, -1, 1, 1)).to(x.dtype)


def _bytes(values: Sequence[Any]) -> int:
    total = 0
    for value in values:
        if isinstance(value, Tensor):
            total += value.element_size() * math.prod(value.shape)
        elif isinstance(value, (tuple, list)):
            total += _bytes(value)
    return total
