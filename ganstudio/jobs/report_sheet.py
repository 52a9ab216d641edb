"""Contact sheet: the pictures of a batch that changed most, before and after, small enough to lie inside a page."""

from __future__ import annotations

import base64
import heapq
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.core.codecs.small import small
from ganstudio.core.errors import UserError
from ganstudio.core.raster import Picture
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Batch, Job, State

MOST = 10
_SIDE = 64  # pixels of the copies that are compared
_SHOWN = 360  # and of those that are shown
_PATIENCE_S = 30.0
_LOOKED_AT = 400


@dataclass(frozen=True)
class Change:
    """`amount`: the mean difference of the reduced copies, 0 to 1. The pictures are JPEG files."""

    source: Path
    output: Path
    amount: float
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Sheet:
    """The largest changes first, among `looked_at` of `done` results."""

    changes: tuple[Change, ...]
    looked_at: int
    done: int


def contact_sheet(journal: Journal, batches: Sequence[Batch]) -> Sheet:
    """Look at up to 400 results, evenly spread, for half a minute at most. Pictures that are gone are left out."""
    done = [job for batch in batches for job in journal.jobs(batch, (State.DONE,)) if job.counted is State.DONE]
    done = [job for job in done if not job.title]  # what makers make has no picture before it
    until = time.monotonic() + _PATIENCE_S
    ranked: list[tuple[float, int, Job]] = []
    looked = 0
    for job in _spread(done):
        if time.monotonic() > until and looked >= MOST:
            break
        amount = difference(job)
        if amount is not None:
            looked += 1
            ranked.append((amount, job.id, job))
    largest = heapq.nlargest(MOST, ranked)
    return Sheet(tuple(_changes(largest)), looked, len(done))


def _spread(jobs: list[Job]) -> list[Job]:
    step = max(len(jobs) / _LOOKED_AT, 1.0)
    return [jobs[int(at * step)] for at in range(min(len(jobs), _LOOKED_AT))]


def difference(job: Job) -> float | None:
    """How much a result differs from its input, both reduced to one size; None where one cannot be read."""
    if job.output is None:
        return None
    try:
        pair = [_gray(small(path, page, _SIDE, _SIDE)[1]) for path, page in ((job.source, job.page), (job.output, 0))]
    except (UserError, MemoryError):
        return None
    return float(np.abs(pair[0] - pair[1]).mean())


def _gray(picture: Picture) -> np.ndarray:
    """(64, 64, 3) float32, 0 to 1."""
    made = _image(picture).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return np.asarray(made, np.float32) / 255


def _image(picture: Picture) -> Image.Image:
    pixels = picture.pixels
    colours = pixels[..., :3] if pixels.shape[2] >= 3 else np.repeat(pixels[..., :1], 3, axis=2)
    return Image.fromarray(np.ascontiguousarray(colours))


def _changes(ranked: list[tuple[float, int, Job]]) -> Iterator[Change]:
    for amount, _id, job in ranked:
        if job.output is None:
            continue
        try:
            before, after = _jpeg(job.source, job.page), _jpeg(job.output, 0)
        except (UserError, MemoryError):
            continue
        yield Change(job.source, job.output, amount, before, after)


def _jpeg(path: Path, page: int) -> bytes:
    picture = small(path, page, _SHOWN, _SHOWN)[1]
    file = io.BytesIO()
    _image(picture).save(file, "JPEG", quality=82, icc_profile=picture.meta.icc)
    return file.getvalue()


def data_uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
