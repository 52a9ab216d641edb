"""How to compute: float32, or bfloat16 inside autocast where a few measured steps are faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch

_TRIES = 3
_WORTH = 0.95  # bfloat16 must take less than this share of float32's time

Casting = Callable[[], AbstractContextManager[object]]


def casting(device: str, half: bool) -> Casting:
    """Makes the context in which the expensive part of a step runs."""
    if not half:
        return nullcontext
    kind = torch.device(device).type
    return lambda: torch.autocast(kind, torch.bfloat16)


def faster(device: str, attempt: Callable[[bool], object]) -> str:
    """ "bf16" or "fp32": whichever makes `attempt(half)` faster, one try to warm up and three timed, each way.

    `attempt` must change nothing that is learnt.
    """
    times = {}
    for half in (False, True):
        attempt(half)
        _wait(device)
        began = time.perf_counter()
        for _ in range(_TRIES):
            attempt(half)
        _wait(device)
        times[half] = time.perf_counter() - began
    return "bf16" if times[True] < times[False] * _WORTH else "fp32"


def _wait(device: str) -> None:
    kind = torch.device(device).type
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind == "mps":
        torch.mps.synchronize()
