"""Devices: what this computer can run networks on, found through torch."""

from __future__ import annotations

import ctypes.util
import os
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ganstudio.core.errors import UsageError

KINDS = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Device:
    """One place to run: `torch_name` is what torch calls it, `halves` the half-precision types its hardware has."""

    kind: str
    torch_name: str
    title: str
    halves: tuple[str, ...] = ()

    @property
    def is_cpu(self) -> bool:
        return self.kind == "cpu"

    @property
    def key(self) -> str:
        """Names the hardware in remembered measurements."""
        return f"{self.kind}:{self.title}:{'+'.join(self.halves)}"


def find(wanted: str) -> Device:
    """The device of the wanted kind; "auto" takes CUDA, then MPS, then the CPU. UsageError when it is not there."""
    import torch

    if wanted not in KINDS:
        raise UsageError(f"There is no device “{wanted}”; known are {', '.join(KINDS)}.")
    has_cuda = torch.cuda.is_available()
    has_mps = torch.backends.mps.is_available()
    if wanted == "cuda" and not has_cuda:
        raise UsageError(f"No NVIDIA GPU can be used. {_why_no_cuda()}".strip(), "Use --device auto or --device cpu.")
    if wanted == "mps" and not has_mps:
        raise UsageError("No Apple GPU can be used here.", "Use --device auto or --device cpu.")
    if wanted == "cuda" or (wanted == "auto" and has_cuda):
        halves = ("fp16", "bf16") if torch.cuda.is_bf16_supported(including_emulation=False) else ("fp16",)
        return Device("cuda", "cuda:0", torch.cuda.get_device_name(0), halves)
    if wanted == "mps" or (wanted == "auto" and has_mps):
        return Device("mps", "mps", f"Apple GPU ({platform.machine()})", ("fp16",))
    return cpu()


@cache
def cpu() -> Device:
    flags = cpu_flags()
    halves = ("bf16",) if "avx512_bf16" in flags or "amx_bf16" in flags else ()
    return Device("cpu", "cpu", cpu_title(), halves)


@cache
def cpu_flags() -> tuple[str, ...]:
    """The instruction sets that matter here, of those torch says this CPU and system have."""
    import torch

    known = {
        "avx2": torch.cpu._is_avx2_supported,
        "avx512": torch.cpu._is_avx512_supported,
        "avx512_bf16": torch.cpu._is_avx512_bf16_supported,
        "amx_bf16": torch.cpu._is_amx_tile_supported,
    }
    return tuple(name for name, has in known.items() if has())


@cache
def cpu_title() -> str:
    """The CPU's name as its maker writes it, with family and model where Linux tells them."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = (line.partition(":") for line in info.read_text(errors="replace").splitlines())
        first: dict[str, str] = {}
        for name, _, value in lines:
            first.setdefault(name.strip(), value.strip())
        if "model name" in first:
            return f"{first['model name']} {first.get('cpu family', '')}/{first.get('model', '')}"
    return platform.processor() or platform.machine()


def cores() -> int:
    """Physical cores this process may use."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def workers(device: Device, threads: int | None) -> int:
    """Worker threads for a device: one a core on a CPU (one core left to the window where there are more than four);
    two on a GPU, so that one tile is copied while another is computed."""
    if not device.is_cpu:
        return 2
    if threads is not None:
        return max(1, threads)
    return cores() - 1 if cores() > 4 else cores()


def build_notes() -> tuple[str, ...]:
    """Sentences on hardware that this installation leaves unused."""
    why = _why_no_cuda()
    return (why,) if why else ()


def _why_no_cuda() -> str:
    import torch

    if torch.cuda.is_available() or not _has_nvidia_driver():
        return ""
    if torch.version.cuda is None:
        return "This computer has an NVIDIA GPU, but the installed PyTorch is built without CUDA."
    return (
        f"This computer has an NVIDIA GPU, but PyTorch (built for CUDA {torch.version.cuda}) cannot use it: "
        "its driver may be too old."
    )


def _has_nvidia_driver() -> bool:
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return Path("/proc/driver/nvidia/version").exists()
