"""Making: what a maker makes (a film, many pictures of a generator) as a Job of the queue like any other.

It is a batch of its own with one Job. Its identity is what was asked for, to the last number, and the path that comes
of it: asking again finds it. It goes on from what it left; each maker knows that by its own files.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.text import _
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.order import Order
from ganstudio.jobs.records import ALREADY, Batch, Job, Made, NewJob, Outcome, OutputGone, State

if TYPE_CHECKING:
    from ganstudio.models.library import Library
    from ganstudio.tools import maker as makers
    from ganstudio.tools.maker import Asked, Maker
    from ganstudio.tools.tool import Context

FORMAT, FORMAT_VERSION = "ganstudio-making", 1
Heard = Mapping[str, Any]


@dataclass(frozen=True)
class Making:
    """What is to be made. `maker` names who does it: a Maker, `generate` or `balance`; `data` is the JSON that it
    takes, `title` is for people, `exists` what becomes of files that are there already. `folder` has to be there; where
    `output` is another path it appears whole or not at all. `models`: their words and SHA-256.
    """

    maker: str
    version: int
    title: str
    data: dict[str, Any]
    output: Path
    folder: Path
    exists: str = "skip"
    models: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, maker: Maker, asked: Asked, exists: str, library: Library) -> Making:
        """What a maker was asked for. Raises BadModel for a model that is not here."""
        data = {"params": asked.params.to_json(), "files": list(map(_file, asked.files)), "inputs": asked.inputs}
        models = {word: library.find(word).sha256 for word in asked.models}
        title = f"{_(maker.title)}: {asked.subject}"
        exists = "skip" if exists == "rename" else exists  # `asked` has chosen the name
        return cls(maker.id, maker.version, title, data, asked.output, asked.output.parent, exists, models)

    @property
    def whole(self) -> bool:
        """Whether the result is one path that appears whole or not at all."""
        return self.output != self.folder

    def identity(self) -> str:
        """SHA-256, equal for the same wish to the same models."""
        told = [self.maker, self.version, self.data, self.models]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT, "version": FORMAT_VERSION, "maker": self.maker, "maker_version": self.version,
            "title": self.title, "data": self.data, "output": str(self.output), "folder": str(self.folder),
            "exists": self.exists, "models": self.models,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Making:
        """Raises UsageError for one of a newer version of the program."""
        if data["version"] > FORMAT_VERSION:
            raise UsageError("What is to be made comes from a newer version of the program.", "Update this one.")
        return cls(
            data["maker"], data["maker_version"], data["title"], data["data"], Path(data["output"]),
            Path(data["folder"]), data["exists"], data["models"],
        )  # fmt: skip


def _file(path: Path) -> list[str | int]:
    """A file with its size and time: changed, it is another. Whoever is to use it says that it is not there."""
    try:
        about = os.stat(path)
    except OSError:
        return [str(path), 0, 0]
    return [str(path), about.st_size, about.st_mtime_ns]


def is_making(batch: Batch) -> bool:
    return batch.recipe.get("format") == FORMAT


def words_of(batch: Batch) -> list[str]:
    """What a batch does: the Tools of its recipe, or the title of what is made."""
    return [batch.recipe["title"]] if is_making(batch) else [step["tool"] for step in batch.recipe["steps"]]


def add(journal: Journal, making: Making) -> Batch:
    """Enter it in the journal. What was made before and stands as it was left counts as done; into a folder it is gone
    through again, as each file in it tells whether it is there."""
    where = {"folder": "", "file": str(making.output)} if making.whole else {"folder": str(making.folder), "file": ""}
    batch = journal.add_batch(making.to_json(), making.identity(), {"options": {}, **where})
    job = NewJob(making.output, 0, 0, making.folder, title=making.title)
    stands = any(made.unchanged() for made in journal.made_for(job.key(batch.recipe_hash, "")))
    journal.add(batch, [job], "", again=making.exists == "overwrite" or not stands)
    if making.whole:
        _give_way(journal, job, job.key(batch.recipe_hash, ""))
    return journal.batch(batch.id)


def _give_way(journal: Journal, job: NewJob, key: bytes) -> None:
    """What was to become of the same file before and was stopped gives way to what is wished now."""
    with journal.writing() as db:
        db.execute(
            "UPDATE jobs SET state = 'cancelled', reason = ? "
            "WHERE title <> '' AND source = ? AND key <> ? AND state IN ('waiting', 'paused')",
            (_("Something else was asked for in its place."), os.fsencode(job.source), key),
        )


@dataclass(frozen=True)
class MakingOrder:
    """A batch that makes something, as it is worked through."""

    batch: Batch
    making: Making

    @classmethod
    def of(cls, batch: Batch, library: Library) -> MakingOrder:
        """Raises BadModel for a model that is not what it was when it was asked for."""
        making = Making.from_json(batch.recipe)
        if any(library.find(word).sha256 != digits for word, digits in making.models.items()):
            raise BadModel(_("A model of this batch was changed since it was added."), _("Start the batch anew."))
        return cls(batch, making)


AnyOrder = Order | MakingOrder


def order_of(batch: Batch, library: Library) -> AnyOrder:
    """Raises UserError for a batch that cannot be worked through any more."""
    return MakingOrder.of(batch, library) if is_making(batch) else Order.of(batch, library)


@dataclass(frozen=True)
class MakingTask:
    """A Job that is to be made now. `goes_on`: it was begun before and did not come to its end."""

    job: Job
    order: MakingOrder
    goes_on: bool
    memory: int = 0  # makers hold a few pictures at a time

    @property
    def output(self) -> Path:
        return self.order.making.output


def check_folder(making: Making) -> None:
    """Raise OutputGone when the folder for the result is not there any more."""
    if not os.path.isdir(making.folder):
        what = _("The output folder {folder} is not there any more.").format(folder=making.folder)
        raise OutputGone(what, _("Bring it back, then run the same again."))


def prepare(job: Job, order: MakingOrder, journal: Journal) -> MakingTask | Outcome:
    """What to do for a claimed Job, or how it ends without being run. Raises OutputGone."""
    making = order.making
    check_folder(making)
    task = MakingTask(job, order, goes_on=job.fresh)
    if not making.whole:
        journal.begin(job, making.output, fresh=True)
        return task
    stands = os.path.lexists(making.output)
    if stands and job.fresh and job.output == making.output:
        # The program was killed between the result's last step and the journal's: it got its name whole.
        return Outcome(State.DONE, made=_made(task))
    if making.exists != "overwrite" and any(made.unchanged() for made in journal.made_for(job.key)):
        return Outcome(State.SKIPPED, ALREADY)
    if not journal.reserve(job, making.output, fresh=not stands):
        return Outcome(State.FAILED, _("Another job of the queue makes {name}.").format(name=making.output.name))
    return task


def run(task: MakingTask, context: Context, heard: Heard) -> Outcome:
    """Make it. `heard` are callables that a maker takes (tell, show, enough …), and `done(job, made)`.

    Raises UserError (DiskFull, Cancelled …): what it has then is what it goes on from.
    """
    began, making = time.monotonic(), task.order.making
    inputs = {**heard, "goes_on": task.goes_on, "exists": making.exists, "output": making.output}
    found = _does(making.maker)(making.data, inputs, context)
    if "done" in heard:
        heard["done"](task.job, found)
    facts = found.facts
    if "skipped" in facts:
        return Outcome(State.SKIPPED, facts["skipped"])
    return Outcome(
        State.DONE,
        made=_made(task) if making.whole else None,
        notes=tuple(map(str, facts.get("notes", ()))),
        seconds=time.monotonic() - began,
        out_bytes=int(facts.get("bytes", 0)),
    )


def _does(maker: str) -> Callable[[dict[str, Any], Heard, Context], makers.Made]:
    from ganstudio.jobs import balancing, series
    from ganstudio.tools.maker import maker_named

    if maker == "generate":
        return series.do
    if maker == "balance":
        return balancing.do
    named = maker_named(maker)

    def does(data: dict[str, Any], heard: Heard, context: Context) -> makers.Made:
        inputs = {**data["inputs"], "files": [Path(one[0]) for one in data["files"]], **heard}
        return named.run(named.params.from_json(data["params"]), inputs, context)

    return does


def _made(task: MakingTask) -> Made:
    """What stands there, as the journal remembers it. It is no picture, or nobody asks for its size."""
    about, job = os.stat(task.output), task.job
    return Made(
        job.key, task.output, job.source, job.page, about.st_size, about.st_mtime_ns, 0, 0,
        task.order.batch.recipe_hash,
    )  # fmt: skip
