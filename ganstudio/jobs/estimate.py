"""Estimate: how long a batch takes and how much space, from a look at some of its headers and from measured files."""

from __future__ import annotations

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import DiskFull, UserError
from ganstudio.core.text import _
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.prepare import foresee
from ganstudio.jobs.records import Job

if TYPE_CHECKING:
    from ganstudio.models.library import Library

MEASURED_FILES = 3
_LOOKED_AT = 200
_PATIENCE_S = 2.0
_SENTENCES = 5


@dataclass(frozen=True)
class Space:
    """One disk: `folder` a place on it, `needed` and `free` bytes."""

    folder: Path
    needed: int
    free: int


@dataclass(frozen=True)
class Estimate:
    """`files` still to be made take about `seconds` and the space of `spaces`. `measured` says where the speed comes
    from; `problems` are sentences on pictures among those looked at that will not become a result."""

    files: int
    seconds: float
    spaces: tuple[Space, ...]
    measured: str
    problems: tuple[str, ...] = ()

    @property
    def needed(self) -> int:
        return sum(space.needed for space in self.spaces)

    @property
    def free(self) -> int:
        return min((space.free for space in self.spaces), default=0)

    def check(self) -> None:
        """Raise DiskFull when the results cannot fit."""
        for space in self.spaces:
            if space.needed > space.free:
                said = _("The results need about {needed}, but only {free} are free at {folder}.").format(
                    needed=_gigabytes(space.needed), free=_gigabytes(space.free), folder=space.folder
                )
                raise DiskFull(said, _("Free some space, or choose another output, format or size."))


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 100_000_000 else f"{count / 1e6:,.1f} MB"


@dataclass(frozen=True)
class Outlook:
    """What a look at some of the `waiting` Jobs tells of all: the `share` that will not be left out, and per Job, in
    the mean, megapixels of input and bytes foreseen on each disk. Jobs that will not be run count with zero.
    `examples` are a few that will."""

    waiting: int = 0
    share: float = 1.0
    megapixels: float = 0.0
    foreseen: dict[Path, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    examples: tuple[Job, ...] = ()


def look(
    order: Order, journal: Journal, library: Library, stopped: Callable[[], bool], *, thorough: bool = False
) -> Outlook:
    """Read the headers of up to 200 of the batch's waiting Jobs, for two seconds at most; `thorough`: of 10,000, for
    ten seconds."""
    jobs, waiting = journal.sample(order.batch, _LOOKED_AT * (50 if thorough else 1))
    deadline = time.monotonic() + _PATIENCE_S * (5 if thorough else 1)
    megapixels, seen, left = 0.0, 0, 0
    examples: list[Job] = []
    foreseen: dict[int, float] = defaultdict(float)
    places: dict[int, Path] = {}
    problems: list[str] = []
    for job in _spread(jobs):
        if stopped() or (time.monotonic() > deadline and seen >= MEASURED_FILES):
            break
        seen += 1
        try:
            coming = foresee(job, order, journal, library)
        except UserError as error:
            problems.append(str(error))
            continue
        if coming is None:
            left += 1
            continue
        header, plan = coming
        examples += [job] if len(examples) < MEASURED_FILES else []
        place = _standing(job.folder)
        disk = os.stat(place).st_dev
        places.setdefault(disk, place)
        foreseen[disk] += plan.estimated_bytes
        megapixels += header.megapixels
    seen = max(seen, 1)
    means = {places[disk]: total / seen for disk, total in foreseen.items()}
    share = 1 - left / seen
    return Outlook(waiting, share, megapixels / seen, means, tuple(problems[:_SENTENCES]), tuple(examples))


def _spread(jobs: list) -> list:
    """In an order in which any beginning is spread over all: steps of the golden ratio."""
    ranks = sorted(range(len(jobs)), key=lambda i: (i * 0.6180339887498949) % 1.0)
    return [jobs[i] for i in ranks]


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not os.path.isdir(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def estimate(outlook: Outlook, files: int, seconds_per_megapixel: float, size_factor: float, measured: str) -> Estimate:
    """For `files` waiting Jobs like those looked at; `size_factor` is bytes written per byte foreseen."""
    spaces = tuple(
        Space(folder, int(mean * files * size_factor), shutil.disk_usage(folder).free)
        for folder, mean in outlook.foreseen.items()
    )
    seconds = outlook.megapixels * files * seconds_per_megapixel
    return Estimate(round(files * outlook.share), seconds, spaces, measured, outlook.problems)
