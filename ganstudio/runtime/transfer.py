"""Transfer: pixels to a device and back, as samples (8 bits where the picture has 8), converted over there.

On CUDA each worker thread has its own pinned buffers and copy stream, so that one tile travels while the other worker's
is computed; `turn` lets one tile at a time occupy the device's memory. On a CPU nothing is copied.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ganstudio.runtime.devices import Device


class Transfer(Protocol):
    turn: AbstractContextManager[object]

    def to_device(self, block: np.ndarray) -> Tensor:
        """(h, w, C) samples → the same on the device, ready for the compute stream."""
        ...

    def from_device(self, samples: Tensor) -> np.ndarray:
        """What the compute stream made → memory; waits for it."""
        ...


class Plain:
    """CPU and MPS: the runtime's own copies are as good as they get."""

    def __init__(self, device: Device) -> None:
        self._name = device.torch_name
        self.turn: AbstractContextManager[object] = nullcontext() if device.is_cpu else threading.Lock()

    def to_device(self, block: np.ndarray) -> Tensor:
        return torch.from_numpy(block).to(self._name)

    def from_device(self, samples: Tensor) -> np.ndarray:
        return samples.cpu().numpy()


class _Lines(threading.local):
    """One worker thread's buffers and stream."""

    def __init__(self) -> None:
        self.stream: torch.cuda.Stream | None = None
        self.there = torch.empty(0, dtype=torch.uint8)
        self.back = torch.empty(0, dtype=torch.uint8)


class Pinned:
    """CUDA: asynchronous copies through buffers that are pinned once and used again."""

    def __init__(self, device: Device) -> None:
        self._device = torch.device(device.torch_name)
        self._lines = _Lines()
        self.turn: AbstractContextManager[object] = threading.Lock()

    def to_device(self, block: np.ndarray) -> Tensor:
        block = block.astype(np.int32) if block.dtype == np.uint16 else block
        source = torch.from_numpy(block)
        line = self._line()
        assert line.stream is not None
        line.stream.synchronize()  # the buffer may still be on its way from a tile that failed
        line.there = _room(line.there, source.nbytes)
        buffer = line.there[: source.nbytes].view(source.dtype).view(source.shape)
        buffer.copy_(source)
        with torch.cuda.stream(line.stream):
            there = buffer.to(self._device, non_blocking=True)
        compute = torch.cuda.current_stream(self._device)
        compute.wait_stream(line.stream)
        there.record_stream(compute)
        return there

    def from_device(self, samples: Tensor) -> np.ndarray:
        line = self._line()
        line.back = _room(line.back, samples.nbytes)
        buffer = line.back[: samples.nbytes].view(samples.dtype).view(samples.shape)
        assert line.stream is not None
        line.stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(line.stream):
            buffer.copy_(samples, non_blocking=True)
        line.stream.synchronize()
        return buffer.numpy().copy()

    def _line(self) -> _Lines:
        if self._lines.stream is None:
            self._lines.stream = torch.cuda.Stream(self._device)
        return self._lines


def _room(buffer: Tensor, size: int) -> Tensor:
    """The buffer, or a larger pinned one."""
    return buffer if buffer.nbytes >= size else torch.empty(size, dtype=torch.uint8, pin_memory=True)


def transfer_for(device: Device) -> Transfer:
    return Pinned(device) if device.kind == "cuda" else Plain(device)
