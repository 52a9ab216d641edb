"""Sampling: parts of a picture that stand for the whole, for pooled values and for measuring paths."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.raster import Raster
from ganstudio.runtime.channels import bleed, for_network
from ganstudio.runtime.values import PEAKS, to_network

# A picture up to this many pixels is measured whole; a larger one by parts of this side on an even grid.
WHOLE = 512 * 512
_SIDE, _ACROSS = 128, 4


def parts(source: Raster, network: int, what: str, value_range: str, multiple: int, minimum: int) -> Tensor:
    """(N, C, H, W) in the network's range: the whole picture (N = 1), or parts from an even grid over it."""
    header = source.header
    if header.width * header.height <= WHOLE:
        return _tensor(_padded(source.rows(0, header.height), multiple, minimum), network, what, value_range)
    side = max(_SIDE, minimum)
    side += -side % multiple
    blocks = []
    for row in range(_ACROSS):
        top = _place(row, header.height, side)
        rows = source.rows(top, min(top + side, header.height))
        for column in range(_ACROSS):
            left = _place(column, header.width, side)
            blocks.append(_padded(rows[:, left : left + side], multiple, side))
    return torch.cat([_tensor(block, network, what, value_range) for block in blocks])


def _place(index: int, length: int, side: int) -> int:
    """Where the index-th part begins: in the middle of its share of the length."""
    return int(max(0, min((index + 0.5) * length / _ACROSS - side / 2, length - side)))


def _padded(block: np.ndarray, multiple: int, minimum: int) -> np.ndarray:
    below, beside = (max(n, minimum) + -max(n, minimum) % multiple - n for n in block.shape[:2])
    return np.pad(block, ((0, below), (0, beside), (0, 0)), mode="reflect") if below or beside else block


def _tensor(block: np.ndarray, network: int, what: str, value_range: str) -> Tensor:
    block = bleed(block) if block.shape[2] in (2, 4) else block
    seen = for_network(block, network, what)
    return to_network(torch.from_numpy(seen), PEAKS[seen.dtype], value_range)


def busiest(source: Raster, side: int, network: int, value_range: str, multiple: int) -> Tensor:
    """(1, C, H, W) in the network's range: of the picture's middle rows, the part with the most detail in it.

    At most `side` high and wide, cut to the network's multiple; the least detail would flatter every path.
    """
    header = source.header
    height, width = (min(side, n) // multiple * multiple for n in (header.height, header.width))
    top = (header.height - height) // 2
    rows = source.rows(top, top + height)
    flat = rows[:, :, 0].astype(np.float32)
    detail = np.abs(np.diff(flat, axis=1)).sum(0)
    sums = np.convolve(detail, np.ones(max(1, width - 1), np.float32), mode="valid")
    left = int(sums[: header.width - width + 1].argmax()) if len(sums) else 0
    return _tensor(np.ascontiguousarray(rows[:, left : left + width]), network, "colour", value_range)
