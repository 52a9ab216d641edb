"""What window and engine say to each other: plain values that pickle. Both sides are the same version."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union

from ganstudio.core.errors import Cancelled, UserError, is_want_of_memory
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _
from ganstudio.jobs.records import Totals

if TYPE_CHECKING:
    from ganstudio.core.document.rect import Rect
    from ganstudio.core.document.tiles import Tiles
    from ganstudio.jobs.estimate import Estimate
    from ganstudio.jobs.remote.generators import Explored
    from ganstudio.jobs.watch import Ending, Status

Kind = Literal["user", "bug", "stopped", "engine"]


@dataclass(frozen=True)
class Failure:
    """Why a task gave nothing. `user`: a UserError's sentence and hint; `bug`: a fault of the program, `report` its
    traceback; `stopped`: somebody said stop; `engine`: its process ended."""

    kind: Kind
    sentence: str
    hint: str = ""
    report: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        if isinstance(error, Cancelled):
            return cls("stopped", error.message)
        if isinstance(error, UserError):
            return cls("user", error.message, error.hint)
        if is_want_of_memory(error):
            hint = _("Close other programs, or choose a smaller picture or model.")
            return cls("user", _("There is not enough memory for this."), hint)
        report = "".join(traceback.format_exception(error))
        return cls("bug", _("Something went wrong in the program."), _("Your picture is as it was."), report)


@dataclass(frozen=True, eq=False)
class Source:
    """What a Tool is given. The same Source may be used for many tasks: its pixels are handed over once."""

    tiles: Tiles | None = None
    meta: Metadata = field(default_factory=Metadata)
    path: Path | None = None
    page: int = 0

    @classmethod
    def of_tiles(cls, tiles: Tiles, meta: Metadata | None = None) -> Source:
        return cls(tiles=tiles, meta=meta or Metadata())

    @classmethod
    def of_file(cls, path: Path, page: int = 0) -> Source:
        return cls(path=path, page=page)


@dataclass(frozen=True)
class TaskProgress:
    """How far: `fraction` 0 to 1, `left` seconds (None: not known yet), `doing` in words, `seconds` so far; `label`
    is what the asker called the task. `tiles_done` of `tiles`, 0 where nothing is cut into tiles."""

    fraction: float
    left: float | None
    doing: str
    seconds: float
    label: str = ""
    tiles_done: int = 0
    tiles: int = 0


@dataclass(frozen=True)
class Facts:
    """Where networks run: the device's title and kind ("cpu", "cuda", "mps"), the precision in a word, workers.
    Memory in bytes: of the device (a GPU's own, else the computer's), and what the engine holds of it. `note` says
    what is not as it should be."""

    device: str
    kind: str
    precision: str
    workers: int
    memory_total: int
    memory_used: int
    note: str = ""


@dataclass(frozen=True)
class Options:
    """How the engine is to work. `threads` None: its own choice; `memory` is the share of the free memory (0 to 1) that
    it may take."""

    device: str = "auto"
    precision: str = "auto"
    threads: int | None = None
    memory: float = 0.75


@dataclass(frozen=True)
class Measured:
    """Seconds for a megapixel of input, by the model's name, as measured on the device in use."""

    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchEnd:
    """How a run of batches ended, as `jobs.engine.Result`; `refused` and `trouble` are sentences."""

    batches: tuple[int, ...]
    ending: Ending
    totals: Totals
    seconds: float
    estimate: Estimate | None = None
    refused: Failure | None = None
    notes: tuple[str, ...] = ()
    trouble: Failure | None = None


News = Union[Facts, Measured, bool, "Status", "Estimate", BatchEnd, Failure]
"""What the engine tells of besides its tasks; a bool: whether batches run."""

# From the window


@dataclass(frozen=True)
class Apply:
    """Run a recipe (JSON) on a raw file (`header`, `meta`) or a picture file; the result goes to `target`."""

    task: int
    recipe: dict[str, Any]
    source: Path
    header: Header | None
    meta: Metadata
    page: int
    region: Rect | None
    target: Path


@dataclass(frozen=True)
class Cancel:
    task: int


@dataclass(frozen=True)
class SetOptions:
    options: Options


@dataclass(frozen=True)
class Warm:
    """Make a model ready, at low priority."""

    model: str


@dataclass(frozen=True)
class Gauge:
    """Find out how long the models of these recipes (JSON) take, one after the other, while nothing else is to be done;
    in place of those of the Gauge before."""

    recipes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class RunBatches:
    ids: tuple[int, ...]
    until: int | None


@dataclass(frozen=True)
class BatchOrder:
    what: Literal["pause", "resume", "stop"]


@dataclass(frozen=True)
class Close:
    pass


# From the engine


@dataclass(frozen=True)
class Began:
    """A task's result file is there, still without pixels."""

    task: int
    path: Path
    header: Header
    meta: Metadata


@dataclass(frozen=True)
class Done:
    """A task's result is whole."""

    task: int
    header: Header
    meta: Metadata
    rect: Rect
    how: str
    seconds: float
    recipe: dict[str, Any]
    source_type: str


@dataclass(frozen=True)
class Failed:
    task: int
    failure: Failure


@dataclass
class Tick:
    """All that is new since the last one; sent at most thirty times a second."""

    ready: bool = False
    began: list[Began] = field(default_factory=list)
    progress: dict[int, TaskProgress] = field(default_factory=dict)
    areas: dict[int, list[Rect]] = field(default_factory=dict)
    ended: list[Done | Failed] = field(default_factory=list)
    facts: Facts | None = None
    measured: Measured | None = None
    batch: list[Status | Estimate | BatchEnd | Failure] = field(default_factory=list)
    batch_running: bool | None = None
    explored: list[Explored] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.explored and self == Tick()

    def add_explored(self, told: Explored) -> None:
        """Of a channel's pictures the latest is enough."""
        from ganstudio.jobs.remote.generators import Pictured

        if isinstance(told, Pictured):
            channel = told.channel
            self.explored = [one for one in self.explored if not (isinstance(one, Pictured) and one.channel == channel)]
        self.explored.append(told)

    def add_batch(self, news: Status | Estimate | BatchEnd | Failure) -> None:
        """The latest Status is enough."""
        from ganstudio.jobs.watch import Status

        if isinstance(news, Status):
            self.batch = [one for one in self.batch if not isinstance(one, Status)]
        self.batch.append(news)
