"""Sampling: parts of a picture that stand for the whole, for pooled values and for measuring paths."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.raster import Raster
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.channels import bleed, for_network
from ganstudio.runtime.tiles import up
from ganstudio.runtime.values import PEAKS, to_network

# Parts of a picture that is too large to be measured whole: their side, and how many a row and column.
_SIDE = 128
_LEAST_ACROSS, _MOST_ACROSS = 2, 6


def parts(adopted: Adopted, source: Raster, what: str, pixels: int) -> Tensor:
    """(N, C, H, W) in the network's range: the whole picture (N = 1) if it has at most `pixels`, else as many parts of
    it from an even grid.

    Parts at full size, not a reduced copy: fine detail is what channel attention looks at. On photographs a reduced
    copy (512 px) was off by 14 to 40 levels with IMDN, 16 parts of 128² by 1 to 2.
    """
    header, facts = source.header, adopted.facts
    network, value_range = adopted.channels, facts.value_range
    if header.width * header.height <= pixels:
        block = _padded(source.rows(0, header.height), facts.multiple, facts.minimum)
        return _tensor(block, network, what, value_range)
    side = up(max(_SIDE, facts.minimum), facts.multiple)
    across = min(max(int((pixels / side**2) ** 0.5), _LEAST_ACROSS), _MOST_ACROSS)
    blocks = []
    for row in range(across):
        top = _place(row, across, header.height, side)
        rows = source.rows(top, min(top + side, header.height))
        for column in range(across):
            left = _place(column, across, header.width, side)
            blocks.append(_padded(rows[:, left : left + side], facts.multiple, side))
    return torch.cat([_tensor(block, network, what, value_range) for block in blocks])


def _place(index: int, across: int, length: int, side: int) -> int:
    """Where the index-th part begins: in the middle of its share of the length."""
    return int(max(0, min((index + 0.5) * length / across - side / 2, length - side)))


def _padded(block: np.ndarray, multiple: int, minimum: int) -> np.ndarray:
    below, beside = (max(n, minimum) + -max(n, minimum) % multiple - n for n in block.shape[:2])
    return np.pad(block, ((0, below), (0, beside), (0, 0)), mode="reflect") if below or beside else block


def _tensor(block: np.ndarray, network: int, what: str, value_range: str) -> Tensor:
    block = bleed(block) if block.shape[2] in (2, 4) else block
    seen = for_network(block, network, what)
    return to_network(torch.from_numpy(seen), PEAKS[seen.dtype], value_range)


def busiest(source: Raster, side: int, adopted: Adopted, *, top: bool = False) -> Tensor:
    """(1, C, H, W) in the network's range: of the picture's middle rows (the first ones when `top`, which costs nothing
    where rows are computed), the part with the most detail in it.

    At most `side` high and wide, cut to the network's multiple; the least detail would flatter every path.
    """
    header, multiple = source.header, adopted.facts.multiple
    height, width = (min(side, n) // multiple * multiple for n in (header.height, header.width))
    first = 0 if top else (header.height - height) // 2
    rows = source.rows(first, first + height)
    flat = rows[:, :, 0].astype(np.float32)
    detail = np.abs(np.diff(flat, axis=1)).sum(0)
    sums = np.convolve(detail, np.ones(max(1, width - 1), np.float32), mode="valid")
    left = int(sums[: header.width - width + 1].argmax()) if len(sums) else 0
    block = np.ascontiguousarray(rows[:, left : left + width])
    return _tensor(block, adopted.channels, "colour", adopted.facts.value_range)
