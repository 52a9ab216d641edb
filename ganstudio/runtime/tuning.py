"""Tuning: which path a picture takes: the remembered one, one measured now, or the cautious one."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ganstudio.core.progress import Progress
from ganstudio.core.raster import Raster
from ganstudio.runtime import choice, precision, sampling, tiles
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.choice import Choice
from ganstudio.runtime.devices import cpu
from ganstudio.runtime.holding import Held
from ganstudio.runtime.precision import least_agreement

if TYPE_CHECKING:
    from ganstudio.runtime.door import Runtime

MEASURING = "tuning for this computer"  # what a person is told meanwhile
# Measuring compares on a crop that eager float32 takes about this long for, of a side within these.
_CROP_SECONDS = 0.4
_CROP_SIDES = (48, 192)
# Measuring takes two or three seconds: it pays once this much work has been asked for, in one picture or in many.
_WORTH_SECONDS = 3.0
_PACE_SIDE = 48
# A remembered path is checked on a crop of this side of every picture a hundred times as large.
_CHECK_SIDE = 64


@dataclass(frozen=True)
class Asked:
    """A picture to be run, with its pooled values. Without `measure` nothing that takes seconds is begun."""

    runtime: Runtime
    adopted: Adopted
    source: Raster
    held: Held
    progress: Progress
    priority: int
    measure: bool = True


def path_for(asked: Asked) -> tuple[Choice, Adopted]:
    """The path of a picture, and the model as it is known now (measuring may have widened its radius)."""
    runtime, adopted, header = asked.runtime, asked.adopted, asked.source.header
    if runtime.precision == "exact":
        return _steady(asked), adopted
    key = choice.key(adopted, runtime.device, runtime.precision, header.depth, runtime.lane.workers)
    known = runtime.choices.get(key)
    remembered = Choice.from_json(known) if known else None
    if remembered is not None and runtime.can_run(adopted, remembered.path, runtime.device):
        return _verified(asked, remembered), adopted
    if not asked.measure:
        return choice.cautious(), adopted
    pace = _plain_pace(asked)
    if runtime.asked_of(adopted, pace * header.width * header.height / runtime.lane.workers) < _WORTH_SECONDS:
        return choice.cautious(), adopted
    asked.progress.doing(MEASURING)
    made, adopted = _measured(asked, pace)
    runtime.choices.put(key, made.to_json())
    return made, adopted


def _steady(asked: Asked) -> Choice:
    """The path of `exact`; plain float32 where preparing the other has failed, which its backend notes."""
    path = precision.steady(asked.adopted, asked.runtime.device)
    try:
        asked.runtime.program(asked.adopted, path, asked.runtime.device)
    except RuntimeError as error:
        asked.runtime.note(f"{asked.adopted.card.title} runs as {choice.FAITHFUL.name} in exact: {error}.")
        return choice.cautious()
    return Choice(path)


def _verified(asked: Asked, remembered: Choice) -> Choice:
    """The remembered path if it agrees on a crop of this picture too."""
    runtime, adopted, header = asked.runtime, asked.adopted, asked.source.header
    side = max(_CHECK_SIDE, adopted.facts.minimum)
    if not remembered.path.is_half or header.width * header.height < 100 * side**2:
        return remembered
    crop = sampling.busiest(asked.source, side, adopted, top=True)
    decibel = choice.check(
        adopted, runtime.device, remembered.path, crop, asked.held, runtime.lane, runtime.program, asked.progress
    )
    if decibel >= least_agreement(runtime.precision, remembered.path):
        return remembered
    runtime.note(
        f"{adopted.card.title} as {remembered.path.name} agreed only to {decibel:.0f} dB on a picture, "
        f"which was computed as {choice.FAITHFUL.name} instead."
    )
    return choice.cautious()


def _measured(asked: Asked, pace: float) -> tuple[Choice, Adopted]:
    runtime, header = asked.runtime, asked.source.header
    least, most = _CROP_SIDES
    side = max(asked.adopted.facts.minimum, min(max(int(math.sqrt(_CROP_SECONDS / pace)), least), most))
    crop = sampling.busiest(asked.source, side, asked.adopted)
    adopted = runtime.widened(asked.adopted, crop, asked.held)
    made = choice.choose(
        adopted, runtime.device, runtime.precision, header.depth, crop, asked.held, runtime.lane,
        lambda path: runtime.program(adopted, path, runtime.device), asked.progress,
    )  # fmt: skip
    runtime.keep_only(adopted, made.path)
    return made, adopted


def _plain_pace(asked: Asked) -> float:
    """Seconds that eager float32 takes for one pixel on one worker."""
    facts = asked.adopted.facts
    side = max(facts.minimum, tiles.up(_PACE_SIDE, facts.multiple))
    x = torch.full((1, asked.adopted.channels, side, side), 0.5)
    program = asked.runtime.program(asked.adopted, choice.PLAIN, cpu())

    def timed() -> float:
        began = time.perf_counter()
        program(x, asked.held, asked.progress)
        return time.perf_counter() - began

    return max(asked.runtime.lane.submit(timed, asked.priority).result() / side**2, 1e-9)
