"""Reach: how far a network looks, and on what grid, found by running it.

*Field* is the full receptive radius: beyond it nothing at all comes through (a NaN spreads exactly as far).
*Radius* is where influence falls under 1/512 of full scale, measured on the output of a picture and of a cut one.
*Period* is the grid on which the network gives the same for a shifted picture (2 for a pixel-unshuffle, 8 for windows).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganstudio.runtime.tiles import up

INFLUENCE = 1 / 512
# Beyond its field, a network on its own grid repeats itself but for float noise (90 dB is an error of 3e-5).
SAME = 5e-5
FAINT = 1 / 65536
_LENGTHS = (160, 512)
_FIELD, _FAR = 128, 512
_PERIODS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
_THICK, _THIN = 32, 8
# Surroundings given to a tile of a network that should not be tiled but must, for want of memory.
_UNFAITHFUL_RADIUS = 48

Net = Callable[[Tensor], Tensor]
"""(1, C, H, W) → (1, C', H·scale, W·scale), both in 0..1; pooled values, if any, held from the uncut probe."""

Probe = Callable[[int, int], Tensor]
"""(height, width) → a picture to measure with."""


@dataclass(frozen=True)
class Reach:
    """`period` and `radius` in input pixels; `drift` is 0, or how much far away things change the output at worst (in
    parts of full scale) on the best period: such a network cannot be tiled faithfully."""

    period: int
    radius: int
    drift: float = 0.0


def reach(net: Net, probe: Probe, scale: int, multiple: int) -> Reach:
    """Find period and radius. `probe(height, width)` makes a picture, `multiple` is what the sizes must be."""
    thick = up(_THICK, multiple)
    least = Reach(multiple, _UNFAITHFUL_RADIUS, math.inf)
    for length in _LENGTHS:
        length = up(length, multiple)
        wide = probe(thick, length)
        whole = net(wide)
        for period in _periods(multiple, length // 10):
            cut = _cut(period, length // 2)
            fall = cut_influence(net, wide, whole, cut, scale)
            if _far(fall) < least.drift:
                least = Reach(period, _UNFAITHFUL_RADIUS, _far(fall))
            if _far(fall) >= INFLUENCE:
                continue
            tall = wide.transpose(2, 3).contiguous()
            fall_down = cut_influence(net, tall, net(tall), cut, scale, down=True)
            if _far(fall_down) < INFLUENCE:
                return Reach(period, max(radius_of(fall), radius_of(fall_down)))
    return least


def radius_on(net: Net, picture: Tensor, scale: int, period: int) -> int:
    """The radius that one picture (1, C, H, W) shows; no more than its size can show."""
    cut = max(period, picture.shape[3] // 3 // period * period)
    if picture.shape[3] - cut < period:
        return 0
    return radius_of(cut_influence(net, picture, net(picture), cut, scale))


def _periods(multiple: int, most: int) -> list[int]:
    """Multiples of the network's size multiple worth trying, small ones first."""
    candidates = {up(p, multiple) for p in _PERIODS} | {multiple * k for k in (1, 2, 3)}
    return sorted(p for p in candidates if p <= max(most, multiple))


def _cut(period: int, about: int) -> int:
    """A multiple of the period up to `about` that is one of no longer period: the factor has no 2 and no 3 in it."""
    factor = max(1, about // period)
    while factor % 2 == 0 or factor % 3 == 0:
        factor -= 1
    return period * factor


def _far(fall: Tensor) -> float:
    return float(fall[3 * fall.shape[0] // 4 :].max())


def cut_influence(net: Net, x: Tensor, whole: Tensor, cut: int, scale: int, down: bool = False) -> Tensor:
    """How much the output differs when the first `cut` columns (rows when `down`) are missing.

    One value per input pixel of distance from the cut: the largest difference at that distance, in parts of full scale.
    """
    part = x[:, :, cut:, :] if down else x[:, :, :, cut:]
    kept = whole[:, :, cut * scale :, :] if down else whole[:, :, :, cut * scale :]
    difference = (net(part.contiguous()) - kept).abs().amax(dim=(0, 1, 3 if down else 2))
    return difference.reshape(-1, scale).amax(1)


def radius_of(fall: Tensor) -> int:
    """The distance beyond which no difference reaches INFLUENCE, with some room: on sixteen photographs, five networks
    reached up to 4 pixels further than on the probes."""
    last = _last(fall, INFLUENCE)
    return last + min(math.ceil(last / 2), 8) + 1


def _last(fall: Tensor, least: float) -> int:
    beyond = torch.nonzero(fall >= least)
    return int(beyond[-1]) + 1 if len(beyond) else 0


def exact_halo(net: Net, probe: Probe, scale: int, period: int, minimum: int) -> int | None:
    """The halo with which tiles are the whole to float accuracy: the full receptive radius, or for a network that looks
    very far the distance beyond which influence is under 1/65536. None when there is no such distance within reach."""
    found = field(net, probe, scale, period, minimum)
    thick = up(max(_THIN if found is not None else _THICK, minimum), period)
    length = up(3 * found + 48 if found is not None else _FAR, period)
    x = probe(thick, length)
    fall = cut_influence(net, x, net(x), _cut(period, length // 2), scale)
    if found is not None:
        return found if float(fall[found:].max()) < SAME else None
    return math.ceil(_last(fall, FAINT) * 1.1) if _far(fall) < FAINT else None


def field(net: Net, probe: Probe, scale: int, multiple: int, minimum: int) -> int | None:
    """The full receptive radius, as a NaN spreads; None when it does not end within 64 pixels.

    Pooled values are held from a sound probe, else one NaN in a mean would be everywhere.
    """
    thick, length = up(max(_THIN, minimum), multiple), up(_FIELD, multiple)
    spread = 0
    for down in (False, True):
        x = probe(length, thick) if down else probe(thick, length)
        start = length // 2 // multiple * multiple
        (x[:, :, start : start + multiple] if down else x[:, :, :, start : start + multiple]).fill_(math.nan)
        seen = torch.isnan(net(x)).amax(dim=(0, 1, 3 if down else 2)).reshape(-1, scale).amax(1)
        touched = torch.nonzero(seen)[:, 0]
        first, last = int(touched[0]), int(touched[-1])
        if first == 0 or last == length - 1:
            return None
        spread = max(spread, start - first, last - start)
    return spread
