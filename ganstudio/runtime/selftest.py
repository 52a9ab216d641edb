"""Self-tests: a device is checked before its first use, a model against the CPU's plain answer for `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.runtime import probes
from ganstudio.runtime.adopt import Adopted, scaled
from ganstudio.runtime.backends.torch_eager import settle
from ganstudio.runtime.devices import Device
from ganstudio.runtime.values import to_unit

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime

_DEVICE_AGREES = 2e-3


def device_trouble(device: Device) -> str:
    """Why a device must not be used: it fails, or gives other numbers than the CPU. "" when all is well."""
    settle(device)
    try:
        there = _known(device.torch_name).cpu()
    except (RuntimeError, AssertionError) as error:  # a build without the device asserts
        return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    worst = float((there - _known("cpu")).abs().max())
    return "" if worst < _DEVICE_AGREES else f"it computes other numbers than the CPU (off by {worst:.2g})"


def _known(device: str) -> Tensor:
    """A small computation with every kind of step an upscaler takes; about 0..1."""
    random = torch.Generator().manual_seed(7)
    x = probes.busy(3, 40, 56).to(device)
    features = x
    for channels in (3, 16, 16):
        weight = (torch.rand(16, channels, 3, 3, generator=random) - 0.5) * 0.4
        features = F.leaky_relu(F.conv2d(features, weight.to(device), padding=1), 0.2)
    weight = (torch.rand(12, 16, 3, 3, generator=random) - 0.5) * 0.2
    detail = F.pixel_shuffle(F.conv2d(features, weight.to(device), padding=1), 2)
    return detail + F.interpolate(x, scale_factor=2, mode="nearest")


def agreement_of(runtime: Runtime, entry: Entry) -> float:
    """Agreement in dB (full scale 1, rounding to 8 bits left out of account) of a generated picture through the runtime
    with the same network run plainly."""
    adopted = runtime.open(entry)
    side = max(96, adopted.facts.minimum)
    samples = probes.as_samples(probes.busy(adopted.channels, side, side))
    raster = runtime.apply(entry, Picture.of(samples), Progress(), priority=0)
    got = raster.rows(0, raster.header.height).astype(np.float64) / 255
    raster.close()
    plain = plain_answer(adopted, torch.from_numpy(samples).permute(2, 0, 1)[None].float() / 255)
    wanted = plain[0].permute(1, 2, 0).clamp(0, 1).double().numpy()
    error = max(float(np.square(got - np.round(wanted * 255) / 255).mean()), 1e-12)
    return -10 * float(np.log10(error))


def plain_answer(adopted: Adopted, picture: Tensor) -> Tensor:
    """Eager float32 on the CPU: (1, C, H, W) in 0..1 → (1, C, H·scale, W·scale) in 0..1, pooled values its own."""
    with torch.no_grad():
        return to_unit(adopted.module(scaled(picture, adopted.card.value_range)), adopted.card.value_range)
