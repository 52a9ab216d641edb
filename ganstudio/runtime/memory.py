"""Memory: how much a tile may take, from what is free now."""

from __future__ import annotations

from pathlib import Path

from ganstudio.runtime.devices import Device

# What allocators round up and keep.
_SLACK = 1.25
_MOST_A_CPU_WORKER = 2 << 30
USUAL_SHARE = 0.75
_CGROUP = Path("/sys/fs/cgroup")


def free_bytes(device: Device) -> int:
    """What this process may still take: the device's free memory, or the system's within the container's limit."""
    if device.kind == "cuda":
        import torch

        free, _ = torch.cuda.mem_get_info()
        return free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
    if device.kind == "mps":
        import torch

        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    import psutil

    return min(psutil.virtual_memory().available, _container_room())


def pixels_a_tile(device: Device, workers: int, bytes_a_pixel: int, memory: float = USUAL_SHARE) -> int:
    """Input pixels of one window: two thirds of the share `memory` of what is free, shared by the workers (a GPU
    computes one tile at a time)."""
    share = int(free_bytes(device) * memory / 1.5) // (workers if device.is_cpu else 1)
    if device.is_cpu:
        share = min(share, _MOST_A_CPU_WORKER)
    return max(1, int(share / (max(bytes_a_pixel, 1) * _SLACK)))


def pixels_whole(device: Device, bytes_a_pixel: int, memory: float = USUAL_SHARE) -> int:
    """Input pixels of a picture that must go through in one piece."""
    return max(1, int(free_bytes(device) * min(memory + 0.05, 1.0) / (max(bytes_a_pixel, 1) * _SLACK)))


def _container_room() -> int:
    """What the control group leaves; without one, no limit."""
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):
        return 1 << 62
    return max(0, int(limit) - used) if limit.isdecimal() else 1 << 62
