"""Several processes on one training (`torchrun`): each takes its share of every batch, gradients are summed.

A Trainee weighs the loss of its share by its part of the whole batch, so that the sum of all gradients is that of the
whole batch on one process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True)
class World:
    """This process's number and how many there are."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files and speaks."""
        return self.rank == 0

    def agreed(self, values: list[float]) -> list[float]:
        """The leader's values, on every process."""
        if self.size == 1:
            return values
        told = torch.tensor(values, dtype=torch.float64)
        if dist.get_backend() == "nccl":
            told = told.cuda()
        dist.broadcast(told, 0)
        return told.tolist()


@contextmanager
def joined(device: str) -> Iterator[tuple[World, str]]:
    """The World that `torchrun` says in the environment, and this process's own device, until the block ends."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or "RANK" not in os.environ:
        yield World(), device
        return
    if device.startswith("cuda"):
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield World(dist.get_rank(), size), device
        dist.barrier()  # gloo aborts a process whose partner leaves while its threads still talk
    finally:
        dist.destroy_process_group()


def sum_gradients(parameters: Iterable[nn.Parameter], shares: int) -> None:
    """Add the gradients of all processes, in one message for each type of number."""
    if shares == 1:
        return
    gradients = [one.grad for one in parameters if one.grad is not None]
    by_type: dict[torch.dtype, list[Tensor]] = {}
    for one in gradients:
        by_type.setdefault(one.dtype, []).append(one)
    for some in by_type.values():
        flat = torch.cat([one.reshape(-1) for one in some])
        dist.all_reduce(flat)
        for one, part in zip(some, flat.split([one.numel() for one in some]), strict=True):
            one.copy_(part.view_as(one))


def sum_values(values: dict[str, float], shares: int, device: str) -> dict[str, float]:
    """The sum of each number over all processes."""
    if shares == 1:
        return values
    told = torch.tensor(list(values.values()), dtype=torch.float64, device=device if "cuda" in device else "cpu")
    dist.all_reduce(told)
    return dict(zip(values, told.tolist(), strict=True))
