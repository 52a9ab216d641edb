"""Choice: the fastest path that agrees, measured on a crop of the user's own picture and remembered."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganstudio.core.progress import Progress
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.backends import Path, Program, all_backends
from ganstudio.runtime.backends.torch_eager import FAITHFUL, PLAIN
from ganstudio.runtime.devices import Device, cpu
from ganstudio.runtime.holding import Held
from ganstudio.runtime.lane import Lane
from ganstudio.runtime.precision import allowed, least_agreement
from ganstudio.runtime.values import to_unit

CHOICE_VERSION = 1
# A candidate this many times slower than the best so far is not timed again.
_HOPELESS = 1.5
_PRIORITY = -1


@dataclass(frozen=True)
class Choice:
    """A path and how it was found: `decibel` against eager float32, `seconds_a_pixel` of input on one worker; `tried`
    says in words how every candidate did. `measured` is False for the cautious path taken for a small picture."""

    path: Path
    decibel: float | None = None
    seconds_a_pixel: float = 0.0
    tried: tuple[str, ...] = field(default=())
    measured: bool = False

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Choice | None:
        """None when it was written by another version."""
        try:
            path, tried = Path(**data["path"]), tuple(data["tried"])
            return cls(path, data["decibel"], float(data["seconds_a_pixel"]), tried, True)
        except (KeyError, TypeError, ValueError):
            return None


def key(adopted: Adopted, device: Device, precision: str, depth: int, threads: int) -> str:
    """What a remembered choice depends on."""
    versions = "+".join(backend.version() for backend in all_backends().values())
    kept = "16 bit" if depth == 16 else "8 bit"
    return "|".join(
        (adopted.key, f"{adopted.card.name}", device.key, versions, precision, kept, f"{threads}", f"v{CHOICE_VERSION}")
    )


def cautious() -> Choice:
    """What runs before anything was measured: plain float32, right everywhere."""
    return Choice(FAITHFUL)


@dataclass(frozen=True)
class _Result:
    path: Path
    seconds: float
    decibel: float
    note: str


def choose(
    adopted: Adopted, device: Device, precision: str, depth: int, crop: Tensor, held: Held, lane: Lane,
    prepare: Callable[[Path], Program], progress: Progress,
) -> Choice:  # fmt: skip
    """Measure the allowed paths on `crop` (1, C, H, W, network's range, on the CPU) in the lane's own threads."""
    paths = allowed(precision, adopted, device, depth)
    if not crop.numel() or len(paths) == 1:
        return Choice(paths[0])
    plain = all_backends()[PLAIN.backend].prepare(adopted, PLAIN, cpu(), lane.workers)
    reference = lane.submit(lambda: plain(crop, held, progress), _PRIORITY).result()
    best = [math.inf]

    def measure(path: Path) -> _Result:
        return _measured(adopted, device, path, prepare, crop, held, reference, best, precision, progress)

    # On a CPU the workers measure side by side, as they will work.
    futures: list[Future[_Result]] = []
    for path in paths:
        futures.append(lane.submit(lambda path=path: measure(path), _PRIORITY))
        if not device.is_cpu:
            futures[-1].result()
    results = [future.result() for future in futures]
    good = [r for r in results if r.decibel >= least_agreement(precision, r.path)]
    tried = tuple(r.note for r in results)
    if not good:
        return Choice(FAITHFUL, None, 0.0, tried, True)
    winner = min(good, key=lambda r: r.seconds)
    pixels = crop.shape[2] * crop.shape[3]
    return Choice(winner.path, round(winner.decibel, 1), winner.seconds / pixels, tried, True)


def check(
    adopted: Adopted, device: Device, path: Path, crop: Tensor, held: Held, lane: Lane,
    program_of: Callable[[Adopted, Path, Device], Program], progress: Progress,
) -> float:  # fmt: skip
    """Agreement (dB) of one path with eager float32 on `crop` (1, C, H, W, network's range, on the CPU)."""

    def work() -> float:
        reference = program_of(adopted, PLAIN, cpu())(crop, held, progress)
        there = tuple(value.to(device.torch_name) for value in held)
        output = program_of(adopted, path, device)(crop.to(device.torch_name), there, progress)
        return agreement(adopted, output.cpu(), reference)

    return lane.submit(work, _PRIORITY).result()


def _measured(
    adopted: Adopted, device: Device, path: Path, prepare: Callable[[Path], Program], crop: Tensor, held: Held,
    reference: Tensor, best: list[float], precision: str, progress: Progress,
) -> _Result:  # fmt: skip
    """Prepare, warm up and compare, then time twice (once when hopeless)."""
    try:
        program = prepare(path)
        there = crop.to(device.torch_name)
        kept = tuple(value.to(device.torch_name) for value in held)
        clock = _clock(device, path)
        first, output = _timed(device, clock, lambda: program(there, kept, progress))
        decibel = agreement(adopted, output.cpu(), reference)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
        return _Result(path, math.inf, -math.inf, f"{path.name}: cannot run here ({reason})")
    seconds = first
    if decibel >= least_agreement(precision, path):
        again = 1 if first > _HOPELESS * best[0] else 2
        seconds = min(_timed(device, clock, lambda: program(there, kept, progress))[0] for _ in range(again))
        best[0] = min(best[0], seconds)
    return _Result(path, seconds, decibel, f"{path.name}: {seconds * 1000:.0f} ms, {decibel:.1f} dB")


def _clock(device: Device, path: Path) -> Callable[[], float]:
    """The thread's own time where all is computed in it: what else the computer does then changes no choice."""
    return time.thread_time if device.is_cpu and not all_backends()[path.backend].own_threads else time.perf_counter


def _timed(device: Device, clock: Callable[[], float], run: Callable[[], Tensor]) -> tuple[float, Tensor]:
    began = clock()
    output = run()
    if device.kind == "cuda":
        torch.cuda.synchronize()
    elif device.kind == "mps":
        torch.mps.synchronize()
    return clock() - began, output


def agreement(adopted: Adopted, output: Tensor, reference: Tensor) -> float:
    """PSNR in dB of two answers, full scale 1, as pictures (clipped); −inf when one is not finite."""
    if output.shape != reference.shape or not bool(torch.isfinite(output).all()):
        return -math.inf
    a, b = (to_unit(y, adopted.card.value_range).clamp(0, 1).double() for y in (output, reference))
    error = (a - b).square().mean().item()
    return 200.0 if error == 0 else -10 * math.log10(error)
