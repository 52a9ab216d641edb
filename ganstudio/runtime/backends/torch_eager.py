"""PyTorch as it is: always there, and the reference that every other path is held against."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ganstudio.runtime.backends import Path
from ganstudio.runtime.holding import Running

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.backends import Program
    from ganstudio.runtime.devices import Device
    from ganstudio.runtime.holding import Held

NAME = "torch_eager"
PLAIN = Path(NAME, "torch", "fp32", "contiguous")
FAITHFUL = Path(NAME, "torch", "fp32", "channels_last")
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


class TorchEager:
    own_threads = False  # the lane's workers use one thread each

    def missing(self) -> str:
        return ""

    def version(self) -> str:
        return f"torch {torch.__version__}"

    def notes(self) -> tuple[str, ...]:
        return ()

    def paths(self, device: Device, adopted: Adopted) -> list[Path]:
        halves = [Path(NAME, "torch", half, "channels_last") for half in device.halves]
        return [*halves, FAITHFUL, PLAIN]

    def prepare(self, adopted: Adopted, path: Path, device: Device, threads: int) -> Program:
        module = _laid_out(adopted.module, path, device)
        layout = torch.channels_last if path.layout == "channels_last" else torch.contiguous_format
        half = _DTYPES.get(path.dtype)
        settle(device)

        def program(x: Tensor, held: Held, progress: Progress | None) -> Tensor:
            x = x.contiguous(memory_format=layout)
            cast = torch.autocast(device.kind, half, cache_enabled=False, enabled=half is not None)
            with torch.no_grad(), cast, Running(held, x.shape[2] * x.shape[3], progress):
                y = module(x)
            return y.float()

        return program


def _laid_out(module: nn.Module, path: Path, device: Device) -> nn.Module:
    """A copy on the device in the path's layout; for half precision the weights of products are halved for good.

    Autocast leaves additions to the picture in float32: the error of a half-precision path stays in the details.
    """
    if path == PLAIN and device.is_cpu:
        return module
    made = copy.deepcopy(module).to(device.torch_name)
    if path.layout == "channels_last":
        made = made.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    half = _DTYPES.get(path.dtype)
    if half is not None:
        for part in made.modules():
            if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                part.to(half)
    return made


def settle(device: Device) -> None:
    """On CUDA: all tiles have one shape, so searching the fastest algorithm pays; float32 means float32."""
    if device.kind != "cuda":
        return
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False


BACKEND = TorchEager()
