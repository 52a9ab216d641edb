"""Value ranges: between pixel samples and what a network takes and gives, on the device."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

# range: (factor, offset) so that network = picture (0..1) * factor + offset
RANGES = {"0..1": (1.0, 0.0), "0..255": (255.0, 0.0), "-1..1": (2.0, -1.0)}
PEAKS = {np.dtype(np.uint8): 255.0, np.dtype(np.uint16): 65535.0, np.dtype(np.float32): 1.0}


def to_network(samples: Tensor, peak: float, value_range: str) -> Tensor:
    """(H, W, C) samples 0..peak → (1, C, H, W) float32 in the network's range, channels_last in memory."""
    factor, offset = RANGES[value_range]
    x = samples.permute(2, 0, 1).unsqueeze(0).to(torch.float32, copy=True)
    return x.mul_(factor / peak).add_(offset) if offset else x.mul_(factor / peak)


def to_unit(y: Tensor, value_range: str) -> Tensor:
    """The network's answer in float32, 0..1 for black to white (not clipped)."""
    factor, offset = RANGES[value_range]
    return (y.float() - offset) / factor if (factor, offset) != (1.0, 0.0) else y.float()


def to_samples(y: Tensor, dtype: np.dtype) -> Tensor:
    """(1, C, H, W) in 0..1 → (H, W, C), rounded and clipped: uint8, or int32 for uint16; float32 stays as it is."""
    y = y[0].permute(1, 2, 0)
    peak = PEAKS[dtype]
    if dtype == np.float32:
        return y.contiguous()
    kept = (y * peak).add_(0.5).clamp_(0, peak)
    return kept.to(torch.uint8 if dtype == np.uint8 else torch.int32).contiguous()
