"""Hastening: a large StyleGAN2 computes in bfloat16 where the processor has it, it agrees, and it is faster."""

from __future__ import annotations

import logging
import math
import time

import torch
from torch import Tensor

from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.nets.stylegan2 import Generator
from ganstudio.runtime.devices import Device

LEAST_DB = 50.0
_SMALLEST = 256  # below it a picture takes no time that a person feels
_TRIED_AT = 128  # the side of the pictures that are compared
_RANGE = 2.0


def hasten(net: GeneratorNet, device: Device) -> None:
    """Try it on one picture; for precisions other than `exact`."""
    if not isinstance(net, Generator) or net.resolution < _SMALLEST or not device.is_cpu or "bf16" not in device.halves:
        return
    with torch.inference_mode():
        z = torch.randn(1, net.z_dim, generator=torch.Generator().manual_seed(0))
        label = net.some_labels(1, z.device)
        ws = net.truncated(net.styles(z, label), label, 0.7)
        side = next(one for one in net.sizes if one >= min(_TRIED_AT, net.resolution))
        exact, slow = _tried(net, ws, side, torch.float32)
        quick, fast = _tried(net, ws, side, torch.bfloat16)
    error = float((exact - quick).square().mean())
    agreement = 10 * math.log10(_RANGE**2 / error) if error > 0 else math.inf
    good = math.isfinite(error) and agreement >= LEAST_DB and fast < slow
    net.synthesis.compute = torch.bfloat16 if good else torch.float32
    logging.getLogger(__name__).info(
        "%d px: bfloat16 agrees to %.0f dB and takes %.2f of the time: %s",
        net.resolution, agreement, fast / slow, "taken" if good else "left",
    )  # fmt: skip


def _tried(net: Generator, ws: Tensor, side: int, dtype: torch.dtype) -> tuple[Tensor, float]:
    """(picture, seconds of the quicker of two after one that prepares the kernels)."""
    net.synthesis.compute = dtype
    image = net.draw(ws, side=side)
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        net.draw(ws, side=side)
        seconds.append(time.perf_counter() - began)
    return image, min(seconds)
