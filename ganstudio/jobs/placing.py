"""Placing: under which name a result is saved, and what follows from what stands there already."""

from __future__ import annotations

import itertools
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster, verify
from ganstudio.core.errors import UserError, VerifyError
from ganstudio.core.names import file_name
from ganstudio.core.raster import Header
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.records import ALREADY, Job, Made, Outcome, State

_CHANGED = "exists and reads back well, but was changed after it was made"
_FOREIGN = "a file of that name exists that was not made from this picture with this recipe"
_HOW = "--exists rename or overwrite says what to do"


class Place(NamedTuple):
    output: Path
    overwrite: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """A result to be named: of width×height pixels, with the format's extension."""

    job: Job
    order: Order
    header: Header
    width: int
    height: int
    extension: str

    def name(self, number: int) -> Path:
        """The path wanted, for `number` above 1 one of those to turn to, “ (2)”."""
        job, file = self.job, self.order.destination.file
        digits = len(str(self.header.pages))
        page = f"_p{job.page + 1:0{digits}d}" if self.header.pages > 1 and self.header.format == "tiff" else ""
        if file is not None:
            count = f" ({number})" if number > 1 else ""
            return file.with_name(f"{file.stem}{page}{count}{file.suffix}")
        values = {
            "stem": job.source.stem,
            "ext": job.source.suffix.removeprefix("."),
            "scale": f"{round(self.width / self.header.width, 2):g}",
            "n": str(job.number),
            "date": time.strftime("%Y-%m-%d", time.localtime(job.mtime_ns / 1e9)),
            "width": str(self.width),
            "height": str(self.height),
        } | self.order.recipe.words
        return job.folder / file_name(self.order.options.name, values, self.extension, number, page)


def find_place(wanted: Wanted, journal: Journal) -> Place | Outcome:
    """The name for a result, reserved in the journal, or how the Job ends because of what stands there.

    A name that another picture's result has is never used; what stands there is replaced only if it is a damaged
    result of this very Job, or if the person said overwrite and it is nobody's input.
    """
    first = wanted.name(1)
    for number in itertools.count(1):
        path = wanted.name(number)
        notes = (f"is saved as {path.name}, because {first.name} is taken",) if number > 1 else ()
        verdict = _verdict(wanted, path, journal)
        if isinstance(verdict, Outcome):
            return verdict
        if verdict in ("free", "replace") and journal.reserve(wanted.job, path, fresh=verdict == "free"):
            return Place(path, verdict == "replace", notes)
    raise AssertionError("numbers do not end")


def is_left(wanted: Wanted, journal: Journal) -> bool:
    """Whether `find_place` would end the Job because of what stands there: for a forecast. Results that stand are
    taken to be whole; nothing is decoded or reserved."""
    for number in itertools.count(1):
        verdict = _verdict(wanted, wanted.name(number), journal, decode=False)
        if verdict != "next":
            return isinstance(verdict, Outcome)
    raise AssertionError("numbers do not end")


def _verdict(wanted: Wanted, path: Path, journal: Journal, *, decode: bool = True) -> Outcome | str:
    """“free”, “replace”, “next” (try another name), or how the Job ends."""
    job = wanted.job
    made = next(iter(journal.made([path])), None)
    if made is not None and (made.source, made.page) != (job.source, job.page) and os.path.lexists(made.output):
        return "next"
    if not os.path.lexists(path):
        return "free"
    if _same_file(path, job.source):
        if wanted.order.options.exists == "rename":
            return "next"
        return Outcome(
            State.FAILED, f"the result would replace the picture itself ({path.name}); choose another name or folder"
        )
    known = _known(wanted, path, made, decode)
    return known if known is not None else _by_policy(wanted, path, made, journal)


def _known(wanted: Wanted, path: Path, made: Made | None, decode: bool) -> Outcome | str | None:
    """What follows when the file is this very Job's own result; None when it is not (or is to be made anew)."""
    job, exists = wanted.job, wanted.order.options.exists
    if exists == "overwrite":
        return None

    def whole() -> bool:
        return not decode or _whole(wanted, path)

    if made is not None and made.key == job.key:
        return Outcome(State.SKIPPED, _CHANGED) if whole() else "replace"
    if made is None and job.fresh and job.output == path and whole():
        # The program was killed between the file's last step and the journal's.
        return Outcome(State.DONE, made=result(wanted, path))
    if not decode and exists == "skip":
        return None  # whatever it is, it is left
    if made is None and recipe_hash_in(path) == wanted.order.batch.recipe_hash and whole():
        return Outcome(State.SKIPPED, ALREADY, made=result(wanted, path))
    return None


def _by_policy(wanted: Wanted, path: Path, made: Made | None, journal: Journal) -> Outcome | str:
    match wanted.order.options.exists:
        case "rename":
            return "next"
        case "overwrite" if not journal.is_source(path):
            return "replace"
        case "overwrite":
            return Outcome(State.FAILED, f"{path.name} is itself an input and is not overwritten")
    if made is None:
        reason = _FOREIGN
    elif made.recipe_hash == wanted.order.batch.recipe_hash:
        reason = "its result exists, but was made from an earlier version of the picture"
    else:
        reason = "its result exists, but was made with another recipe"
    return Outcome(State.SKIPPED, f"{reason} ({_HOW})")


def _whole(wanted: Wanted, path: Path) -> bool:
    try:
        verify(path, wanted.width, wanted.height)
    except VerifyError:
        return False
    return True


def _same_file(path: Path, other: Path) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:  # one of them is gone or a link that leads nowhere
        return False


def recipe_hash_in(path: Path) -> str:
    """The identity of the recipe that a picture says it was made with; "" when it says none."""
    try:
        raster = open_raster(path)
    except UserError:
        return ""
    try:
        return recipe_hash_of(raster.meta.xmp)
    finally:
        raster.close()


def recipe_hash_of(packet: bytes | None) -> str:
    text = xmp.recipe(packet)
    try:
        data = json.loads(text) if text else {}
    except ValueError:
        return ""
    found = data.get("identity") if isinstance(data, dict) else ""
    return found if isinstance(found, str) else ""


def result(wanted: Wanted, path: Path) -> Made:
    """A file that is whole, as the journal remembers it."""
    about = os.stat(path)
    job = wanted.job
    return Made(
        job.key,
        path,
        job.source,
        job.page,
        about.st_size,
        about.st_mtime_ns,
        wanted.width,
        wanted.height,
        wanted.order.batch.recipe_hash,
    )
